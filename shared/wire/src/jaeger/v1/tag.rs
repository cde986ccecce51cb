//! Tags: names and values with one of Jaeger's five types.

use std::borrow::Cow;
use std::cmp::Ordering;

use firefly_model::trace::{AttributeValue, Attributes, Scope, Span, StatusCode};
use serde::Serialize;

use crate::jaeger::go_text::{json_text, odd_double};
use crate::jaeger::span_kind;

/// JavaScript's largest whole number that stands for itself alone, 2⁵³ - 1: larger ones are sent as strings.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// A name and a value.
#[derive(Debug, Serialize)]
pub(super) struct Tag<'a> {
    pub key: &'a str,
    r#type: TagType,
    value: TagValue<'a>,
}

/// The types, in the order in which Jaeger sorts tags of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum TagType {
    String,
    Bool,
    Int64,
    Float64,
    Binary,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum TagValue<'a> {
    Text(Cow<'a, str>),
    Bool(bool),
    Int(i64),
    Double(f64),
}

impl<'a> Tag<'a> {
    pub fn text(key: &'a str, value: &'a str) -> Self {
        Self { key, r#type: TagType::String, value: TagValue::Text(value.into()) }
    }

    /// Whether it is text.
    pub fn is_text(&self) -> bool {
        self.r#type == TagType::String
    }

    pub fn of_attribute(key: &'a str, value: &'a AttributeValue) -> Self {
        let owned = |text: String| TagValue::Text(text.into());
        let (r#type, value) = match value {
            AttributeValue::Empty => (TagType::String, TagValue::Text("".into())),
            AttributeValue::String(text) => (TagType::String, TagValue::Text(text.into())),
            AttributeValue::Bool(value) => (TagType::Bool, TagValue::Bool(*value)),
            AttributeValue::Int(value) if value.unsigned_abs() > MAX_SAFE_INTEGER => {
                (TagType::Int64, owned(value.to_string()))
            }
            AttributeValue::Int(value) => (TagType::Int64, TagValue::Int(*value)),
            AttributeValue::Double(value) if value.is_finite() => {
                (TagType::Float64, TagValue::Double(*value))
            }
            // JSON has no such number, and Jaeger answers with an error instead.
            AttributeValue::Double(value) => (TagType::Float64, TagValue::Text(odd_double(*value).into())),
            AttributeValue::Bytes(bytes) => {
                (TagType::Binary, owned(base64_simd::STANDARD.encode_to_string(bytes)))
            }
            AttributeValue::Array(_) | AttributeValue::Map(_) => (TagType::String, owned(json_text(value))),
        };
        Self { key, r#type, value }
    }

    /// By name, then type.
    pub fn order(&self, other: &Self) -> Ordering {
        self.key.cmp(other.key).then(self.r#type.cmp(&other.r#type))
    }
}

/// Tags of attributes, in their order.
pub(super) fn of_attributes(attributes: &Attributes) -> impl Iterator<Item = Tag<'_>> {
    attributes.iter().map(|(name, value)| Tag::of_attribute(name, value))
}

/// The tags of a span, sorted: its attributes, and what Jaeger has no fields for.
pub(super) fn of_span<'a>(span: &'a Span, scope: &'a Scope) -> Vec<Tag<'a>> {
    let mut tags: Vec<_> = of_attributes(&span.attributes).collect();
    let mut push = |key, value: &'a str| {
        if !value.is_empty() {
            tags.push(Tag::text(key, value));
        }
    };
    push("otel.scope.name", &scope.name);
    push("otel.scope.version", &scope.version);
    push("span.kind", span_kind::word(span.kind));
    push(
        "otel.status_code",
        match span.status.code {
            StatusCode::Unset => "",
            StatusCode::Ok => "OK",
            StatusCode::Error => "ERROR",
        },
    );
    push("otel.status_description", &span.status.message);
    push("w3c.tracestate", &span.trace_state);
    if span.status.code == StatusCode::Error {
        tags.push(Tag::of_attribute("error", &AttributeValue::Bool(true)));
    }
    tags.sort_by(Tag::order);
    tags
}
