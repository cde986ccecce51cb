//! The corpus as batches for the database, made without the product's decoder.

use anyhow::{Context, Result};
use firefly_model::trace::{
    AttributeValue, Attributes, Resource, Scope, Span, SpanBatch, SpanEvent, SpanId, SpanKind, Status,
    StatusCode, TraceId,
};
use firefly_model::{KnownRows, UnixNanos};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1;

use super::corpus::TraceCorpus;

/// A batch with nothing but the catalogue rows of what follows, and batches of so many traces each.
pub(super) fn batches(
    corpus: &mut TraceCorpus,
    count: usize,
    traces: usize,
) -> Result<(SpanBatch, Vec<SpanBatch>)> {
    let requests: Vec<_> = (0..count).map(|_| corpus.export(traces)).collect();
    let mut known = KnownRows::with_generation(50_000);
    let mut catalogue = SpanBatch::default();
    for request in &requests {
        let new = batch(request, &known)?;
        known.remember(new.catalogue_rows());
        catalogue.resources.extend(new.resources);
        catalogue.scopes.extend(new.scopes);
        catalogue.operations.extend(new.operations);
    }
    let batches = requests.iter().map(|request| batch(request, &known)).collect::<Result<_>>()?;
    Ok((catalogue, batches))
}

fn batch(request: &ExportTraceServiceRequest, known: &KnownRows) -> Result<SpanBatch> {
    let mut batch = SpanBatch::default();
    for resource_spans in &request.resource_spans {
        let attributes = resource_spans.resource.as_ref().map(|resource| attributes(&resource.attributes));
        let resource =
            batch.resource(Resource { attributes: attributes.unwrap_or_default(), ..Resource::default() });
        for scope_spans in &resource_spans.scope_spans {
            let scope = scope_spans.scope.clone().unwrap_or_default();
            let scope = batch.scope(Scope { name: scope.name, version: scope.version, ..Scope::default() });
            for sent in &scope_spans.spans {
                batch.add(span(sent)?, &resource, &scope, known);
            }
        }
    }
    batch.seal();
    Ok(batch)
}

fn span(sent: &v1::Span) -> Result<Span> {
    let id = |bytes: &[u8]| -> Result<SpanId> {
        Ok(SpanId(u64::from_be_bytes(bytes.try_into().context("a span id")?)))
    };
    let status = sent.status.clone().unwrap_or_default();
    let events = sent.events.iter().map(|event| SpanEvent {
        time: UnixNanos(event.time_unix_nano),
        name: event.name.clone(),
        attributes: attributes(&event.attributes),
        dropped_attributes_count: 0,
    });
    Ok(Span {
        trace_id: TraceId(u128::from_be_bytes(sent.trace_id.as_slice().try_into().context("a trace id")?)),
        span_id: id(&sent.span_id)?,
        parent_span_id: if sent.parent_span_id.is_empty() { None } else { Some(id(&sent.parent_span_id)?) },
        trace_state: String::new(),
        flags: sent.flags,
        name: sent.name.clone(),
        kind: SpanKind::from_number(sent.kind),
        start: UnixNanos(sent.start_time_unix_nano),
        end: UnixNanos(sent.end_time_unix_nano),
        attributes: attributes(&sent.attributes),
        dropped_attributes_count: 0,
        events: events.collect(),
        dropped_events_count: 0,
        links: Vec::new(),
        dropped_links_count: 0,
        status: Status { code: StatusCode::from_number(status.code), message: status.message },
    })
}

/// Attributes of the types that the corpus has.
fn attributes(sent: &[KeyValue]) -> Attributes {
    let value = |attribute: &KeyValue| match attribute.value.clone().and_then(|value| value.value) {
        Some(Value::StringValue(text)) => AttributeValue::String(text),
        Some(Value::BoolValue(value)) => AttributeValue::Bool(value),
        Some(Value::IntValue(value)) => AttributeValue::Int(value),
        _ => AttributeValue::Empty,
    };
    sent.iter().map(|attribute| (attribute.key.clone(), value(attribute))).collect()
}
