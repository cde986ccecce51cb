//! Spans in the database.

use firefly_model::trace::{
    Attributes, Resource, Scope, Span, SpanBatch, SpanId, SpanKind, Status, StatusCode, TraceId,
};
use firefly_model::{KnownRows, UnixNanos};
use firefly_storage::{Database, SpanWriter, StorageError};

use super::{ORIGIN, patience};

mod concurrent;
mod service_edges;
mod stored;
mod views;

/// 2026-03-02, 09:00 UTC.
pub const MORNING_NANOS: u64 = super::batches::MORNING_MS.unsigned_abs() * 1_000_000;
pub const MILLI_NANOS: u64 = 1_000_000;
pub const SECOND_NANOS: u64 = 1_000 * MILLI_NANOS;

/// A span of a service, to be changed as a test needs it: 10 ms long, without a parent.
pub fn span(trace: u128, id: u64, name: &str) -> Span {
    Span {
        trace_id: TraceId(trace),
        span_id: SpanId(id),
        parent_span_id: None,
        trace_state: String::new(),
        flags: 1,
        name: name.to_owned(),
        kind: SpanKind::Server,
        start: UnixNanos(MORNING_NANOS + id * MILLI_NANOS),
        end: UnixNanos(MORNING_NANOS + (id + 10) * MILLI_NANOS),
        attributes: Attributes::default(),
        dropped_attributes_count: 0,
        events: Vec::new(),
        dropped_events_count: 0,
        links: Vec::new(),
        dropped_links_count: 0,
        status: Status::default(),
    }
}

/// The span as the child of another.
pub fn child_of(parent: u64, span: Span) -> Span {
    Span { parent_span_id: Some(SpanId(parent)), ..span }
}

/// The span, failed.
pub fn failed(span: Span) -> Span {
    Span { status: Status { code: StatusCode::Error, message: "boom".into() }, ..span }
}

pub fn text(value: &str) -> firefly_model::trace::AttributeValue {
    firefly_model::trace::AttributeValue::String(value.to_owned())
}

/// A Lambda function as a resource.
pub fn function(name: &str) -> Resource {
    let attributes = [("service.name", name), ("faas.name", name), ("cloud.provider", "aws")];
    Resource {
        attributes: attributes.into_iter().map(|(key, value)| (key.to_owned(), text(value))).collect(),
        ..Resource::default()
    }
}

pub fn scope() -> Scope {
    Scope { name: "instrumentation".into(), version: "1.0".into(), ..Scope::default() }
}

/// A sealed batch of spans by function, for a writer that knows no catalogue rows.
pub fn batch_of(spans: impl IntoIterator<Item = (&'static str, Span)>) -> SpanBatch {
    let mut batch = SpanBatch::default();
    let scope = batch.scope(scope());
    for (name, span) in spans {
        let resource = batch.resource(function(name));
        batch.add(span, &resource, &scope, &KnownRows::with_generation(0));
    }
    batch.seal();
    batch
}

/// Writes a batch, and says how many spans are new.
pub async fn write(database: &Database, batch: &SpanBatch) -> Result<u64, StorageError> {
    database.write_spans(batch, ORIGIN, patience()).await
}
