//! References: the parent and the links of a span.

use firefly_model::trace::{Attributes, Span, SpanId, SpanLink, TraceId};
use serde::Serialize;

use crate::jaeger::trace_id::short_trace_id;

/// Another span.
#[derive(Debug, Serialize)]
pub(super) struct Reference {
    #[serde(rename = "refType")]
    kind: ReferenceType,
    #[serde(rename = "traceID")]
    trace_id: String,
    #[serde(rename = "spanID")]
    span_id: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ReferenceType {
    ChildOf,
    FollowsFrom,
}

/// The parent, then the links. A link to the parent is the parent's, and says of which type. The first one of the same
/// trace, a parent if there is one, comes first: that is what the UI takes for the parent.
pub(super) fn of_span(span: &Span) -> Vec<Reference> {
    let mut found: Vec<(ReferenceType, TraceId, SpanId)> = Vec::with_capacity(span.links.len() + 1);
    found.extend(span.parent_span_id.map(|parent| (ReferenceType::ChildOf, span.trace_id, parent)));
    for link in &span.links {
        let is_parent = link.trace_id == span.trace_id && Some(link.span_id) == span.parent_span_id;
        match found.first_mut() {
            Some(parent) if is_parent => parent.0 = type_of(&link.attributes),
            _ => found.push(of_link(link)),
        }
    }
    let own = |(_, trace_id, _): &(ReferenceType, TraceId, SpanId)| *trace_id == span.trace_id;
    let first = found
        .iter()
        .position(|reference| own(reference) && reference.0 == ReferenceType::ChildOf)
        .or_else(|| found.iter().position(own));
    if let Some(first) = first {
        found.swap(0, first);
    }
    found
        .into_iter()
        .map(|(kind, trace_id, span_id)| Reference {
            kind,
            trace_id: short_trace_id(trace_id),
            span_id: span_id.to_string(),
        })
        .collect()
}

fn of_link(link: &SpanLink) -> (ReferenceType, TraceId, SpanId) {
    (type_of(&link.attributes), link.trace_id, link.span_id)
}

/// What a link is, as the attribute of OpenTelemetry's conventions for OpenTracing says.
fn type_of(attributes: &Attributes) -> ReferenceType {
    match attributes.text("opentracing.ref_type") {
        Some("child_of") => ReferenceType::ChildOf,
        _ => ReferenceType::FollowsFrom,
    }
}
