//! Spans, as a test needs them.

use firefly_model::trace::{
    AttributeValue, Attributes, Resource, Scope, Span, SpanBatch, SpanId, SpanKind, Status, TraceId,
};
use firefly_model::{KnownRows, UnixNanos};
use firefly_storage::{Database, SpanWriter};
use firefly_tests::test_database::TestDatabase;

use crate::storage::{ORIGIN, door, patience};

/// 2026-03-02, 09:00 UTC.
pub const MORNING: UnixNanos = UnixNanos(1_772_442_000_000_000_000);
pub const SECOND: u64 = 1_000_000_000;
pub const HOUR: u64 = 3_600 * SECOND;

/// A span with where it comes from.
#[derive(Clone, Debug)]
pub struct Sent {
    pub span: Span,
    pub resource: Resource,
    pub scope: Scope,
}

/// A root span of `checkout` that takes a millisecond.
pub fn span(trace_id: u128, span_id: u64, start: UnixNanos) -> Sent {
    let span = Span {
        trace_id: TraceId(trace_id),
        span_id: SpanId(span_id),
        parent_span_id: None,
        trace_state: String::new(),
        flags: 0,
        name: "GET /".into(),
        kind: SpanKind::Server,
        start,
        end: UnixNanos(start.0 + 1_000_000),
        attributes: Attributes::default(),
        dropped_attributes_count: 0,
        events: Vec::new(),
        dropped_events_count: 0,
        links: Vec::new(),
        dropped_links_count: 0,
        status: Status::default(),
    };
    let resource =
        Resource { attributes: attributes(&[("service.name", text("checkout"))]), ..Resource::default() };
    Sent { span, resource, scope: Scope { name: "test".into(), ..Scope::default() } }
}

impl Sent {
    /// With an attribute.
    pub fn with(mut self, name: &str, value: AttributeValue) -> Self {
        self.span.attributes.0.push((name.into(), value));
        self
    }

    /// Of another service.
    pub fn of(mut self, service: &str) -> Self {
        self.resource.attributes = attributes(&[("service.name", text(service))]);
        self
    }
}

pub fn text(text: &str) -> AttributeValue {
    AttributeValue::String(text.into())
}

pub fn attributes(attributes: &[(&str, AttributeValue)]) -> Attributes {
    attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// Writes spans as the function that receives them does.
pub async fn store(database: &TestDatabase, sent: &[Sent]) -> anyhow::Result<()> {
    let (mut batch, known) = (SpanBatch::default(), KnownRows::with_generation(0));
    for Sent { span, resource, scope } in sent {
        let (resource, scope) = (batch.resource(resource.clone()), batch.scope(scope.clone()));
        batch.add(span.clone(), &resource, &scope, &known);
    }
    batch.seal();
    database.ingest()?.write_spans(&batch, ORIGIN, patience()).await?;
    Ok(())
}

/// The door of those who only read.
pub fn reader(database: &TestDatabase) -> anyhow::Result<Database> {
    door(&database.read_url())
}
