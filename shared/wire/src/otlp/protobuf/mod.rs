//! OTLP's protobuf encoding.

pub(crate) mod attributes;
mod metric;
mod metrics;
mod span;

pub(super) use metrics::decode_metrics;

use super::fault::{Budget, Unreadable};
use super::sink::{SpanSink, hand_over};
use super::source::{Parts, Sent, SpanSource};
use crate::protobuf::{Field, Fields, last_field};

/// `ExportTraceServiceRequest`.
pub(super) fn decode_traces(body: &[u8], sink: &mut dyn SpanSink) -> Result<(), Unreadable> {
    let mut budget = Budget::new();
    for field in Fields::of(body) {
        let field = field?;
        if field.number == 1 {
            resource_spans(field.message()?, &mut budget, sink)?;
        }
    }
    Ok(())
}

/// `ResourceSpans`.
fn resource_spans(message: &[u8], budget: &mut Budget, sink: &mut dyn SpanSink) -> Result<(), Unreadable> {
    let resource = last_field(message, 1)?.map_or(Ok(&[][..]), Field::message)?;
    let schema_url = last_field(message, 3)?.map_or(Ok(&[][..]), Field::message)?;
    let decoded = attributes::resource(resource, schema_url, budget);
    budget.check()?;
    let fault = match decoded {
        Ok(resource) => {
            sink.resource(resource);
            None
        }
        Err(fault) => Some(fault),
    };
    for field in Fields::of(message) {
        let field = field?;
        if field.number != 2 {
            continue;
        }
        let scope_spans = field.message()?;
        let scope = last_field(scope_spans, 1)?.map_or(Ok(&[][..]), Field::message)?;
        let scope_schema_url = last_field(scope_spans, 3)?.map_or(Ok(&[][..]), Field::message)?;
        let decoded = attributes::scope(scope, scope_schema_url, budget);
        budget.check()?;
        let fault = match decoded {
            Ok(scope) => {
                sink.scope(scope);
                fault.clone()
            }
            Err(scope_fault) => fault.clone().or(Some(scope_fault)),
        };
        for field in Fields::of(scope_spans) {
            let field = field?;
            if field.number != 2 {
                continue;
            }
            let span = field.message()?;
            let parts =
                Parts { resource, resource_schema_url: schema_url, scope, scope_schema_url, piece: span };
            budget.span()?;
            let decoded = span::span(span, budget);
            budget.check()?;
            hand_over(decoded, fault.as_ref(), &SpanSource(Sent::Protobuf(parts)), sink);
        }
    }
    Ok(())
}
