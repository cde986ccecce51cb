//! What a search should find, by looking at every span.

use std::collections::BTreeMap;

use firefly_model::trace::TraceQuery;
use firefly_model::trace::{AttributeValue, Attributes, SpanKind, StatusCode, TraceId};

use super::spans::Sent;

/// Of each trace that matches, when its newest matching span began, in microseconds.
pub fn matching(sent: &[Sent], query: &TraceQuery) -> BTreeMap<TraceId, u64> {
    let mut newest = BTreeMap::new();
    for sent in sent.iter().filter(|sent| matches(sent, query)) {
        let start = newest.entry(sent.span.trace_id).or_insert(0);
        *start = sent.span.start.micros().max(*start);
    }
    newest
}

fn matches(sent: &Sent, query: &TraceQuery) -> bool {
    let duration = u128::from(sent.span.duration_nanos());
    query.service_name.as_deref().is_none_or(|name| name == sent.resource.service_name())
        && query.operation_name.as_deref().is_none_or(|name| name == sent.span.name)
        && query.start.contains(&sent.span.start)
        && query.duration_min.is_none_or(|min| duration >= min.as_nanos())
        && query.duration_max.is_none_or(|max| duration <= max.as_nanos())
        && query.tags.iter().all(|(name, text)| has_tag(sent, name, text))
}

fn has_tag(sent: &Sent, name: &str, text: &str) -> bool {
    let Sent { span, resource, scope } = sent;
    let has = |attributes: &Attributes| attributes.get(name).is_some_and(|value| shows_as(value, text));
    let shown = match name {
        "error" => (span.status.code == StatusCode::Error).then_some("true"),
        "span.kind" => Some(span.kind.word()).filter(|_| span.kind != SpanKind::Unspecified),
        "otel.status_code" => [None, Some("OK"), Some("ERROR")][span.status.code as usize],
        "otel.status_description" => Some(span.status.message.as_str()),
        "otel.scope.name" => Some(scope.name.as_str()),
        "otel.scope.version" => Some(scope.version.as_str()),
        "w3c.tracestate" => Some(span.trace_state.as_str()),
        _ => None,
    };
    shown.is_some_and(|shown| !shown.is_empty() && shown == text)
        || has(&span.attributes)
        || has(&resource.attributes)
        || span.events.iter().any(|event| has(&event.attributes) || (name == "event" && event.name == text))
}

fn shows_as(value: &AttributeValue, text: &str) -> bool {
    match value {
        AttributeValue::Empty => text.is_empty(),
        AttributeValue::String(value) => value == text,
        AttributeValue::Bool(value) => value.to_string() == text,
        AttributeValue::Int(value) => value.to_string() == text,
        AttributeValue::Double(value) if value.is_nan() => text == "NaN",
        AttributeValue::Double(value) if value.is_infinite() => {
            text == if *value > 0.0 { "+Inf" } else { "-Inf" }
        }
        AttributeValue::Double(value) => {
            text.parse().is_ok_and(|number: f64| number.to_bits() == value.to_bits())
        }
        AttributeValue::Bytes(bytes) => {
            bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>() == text
        }
        AttributeValue::Array(_) | AttributeValue::Map(_) => {
            serde_json::from_str::<serde_json::Value>(text).is_ok_and(|shown| json(value) == shown)
        }
    }
}

fn json(value: &AttributeValue) -> serde_json::Value {
    match value {
        AttributeValue::Empty | AttributeValue::Bytes(_) => serde_json::Value::Null,
        AttributeValue::String(text) => text.clone().into(),
        AttributeValue::Bool(value) => (*value).into(),
        AttributeValue::Int(value) => (*value).into(),
        AttributeValue::Double(value) => (*value).into(),
        AttributeValue::Array(values) => values.iter().map(json).collect(),
        AttributeValue::Map(map) => map.iter().map(|(name, value)| (name, json(value))).collect(),
    }
}
