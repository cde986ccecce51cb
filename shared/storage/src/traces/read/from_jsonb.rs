//! Attributes, events and links out of `jsonb`: what `to_jsonb` has made of them.

use std::error::Error;
use std::fmt;

use base64_simd::STANDARD;
use firefly_model::UnixNanos;
use firefly_model::trace::{AttributeValue, Attributes, SpanEvent, SpanId, SpanLink, TraceId};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use tokio_postgres::types::{FromSql, Type};

use super::super::to_jsonb::{BYTES, DOUBLE, MAP, TAGS};
use super::column::JsonbText;

/// A `jsonb` column that is read as some type.
pub(super) struct Json<T>(pub T);

impl<'a, T: Deserialize<'a>> FromSql<'a> for Json<T> {
    fn from_sql(r#type: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let JsonbText(text) = JsonbText::from_sql(r#type, raw)?;
        Ok(Self(serde_json::from_slice(text)?))
    }

    fn accepts(r#type: &Type) -> bool {
        <JsonbText<'_> as FromSql<'_>>::accepts(r#type)
    }
}

/// Attributes of an object.
pub(super) struct JsonAttributes(pub Attributes);

impl<'de> Deserialize<'de> for JsonAttributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = JsonAttributes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of attributes")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut attributes = Vec::with_capacity(map.size_hint().unwrap_or(8));
                while let Some((name, node)) = map.next_entry::<String, Node>()? {
                    attributes.push((name, node.value));
                }
                Ok(JsonAttributes(Attributes(attributes)))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

/// A value, and what an object that stands for a value is when it is taken literally.
pub(super) struct Node {
    pub value: AttributeValue,
    literally: Option<Attributes>,
}

impl From<AttributeValue> for Node {
    fn from(value: AttributeValue) -> Self {
        Self { value, literally: None }
    }
}

impl Node {
    fn of_object(entries: Vec<(String, Self)>) -> Self {
        match <[(String, Self); 1]>::try_from(entries) {
            Ok([(name, node)]) if TAGS.contains(&name.as_str()) => Self::of_tagged(name, node),
            Ok([(name, node)]) => AttributeValue::Map(Attributes(vec![(name, node.value)])).into(),
            Err(entries) => {
                AttributeValue::Map(entries.into_iter().map(|(name, node)| (name, node.value)).collect())
                    .into()
            }
        }
    }

    fn of_tagged(tag: String, node: Self) -> Self {
        let value = match (&*tag, &node.value) {
            (BYTES, AttributeValue::String(text)) => {
                STANDARD.decode_to_vec(text).ok().map(AttributeValue::Bytes)
            }
            (DOUBLE, AttributeValue::String(text)) => text.parse().ok().map(AttributeValue::Double),
            (MAP, value) => match (&node.literally, value) {
                (Some(literally), _) => Some(AttributeValue::Map(literally.clone())),
                (None, AttributeValue::Map(map)) => Some(AttributeValue::Map(map.clone())),
                _ => None,
            },
            _ => None,
        };
        let literally = Attributes(vec![(tag, node.value)]);
        Self {
            // What the writer has never made is what it looks like.
            value: value.unwrap_or_else(|| AttributeValue::Map(literally.clone())),
            literally: Some(literally),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of an attribute")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(AttributeValue::Empty.into())
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(AttributeValue::Bool(value).into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(AttributeValue::Int(value).into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(i64::try_from(value).map_or(AttributeValue::Empty, AttributeValue::Int).into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(AttributeValue::Double(value).into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(AttributeValue::String(text.to_owned()).into())
    }

    fn visit_string<E>(self, text: String) -> Result<Node, E> {
        Ok(AttributeValue::String(text).into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Node, A::Error> {
        let mut values = Vec::with_capacity(sequence.size_hint().unwrap_or(4));
        while let Some(node) = sequence.next_element::<Node>()? {
            values.push(node.value);
        }
        Ok(AttributeValue::Array(values).into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::with_capacity(map.size_hint().unwrap_or(4));
        while let Some(entry) = map.next_entry::<String, Node>()? {
            entries.push(entry);
        }
        Ok(Node::of_object(entries))
    }
}

/// An event.
#[derive(Deserialize)]
pub(super) struct JsonEvent {
    time_unix_nano: u64,
    name: String,
    attributes: JsonAttributes,
    #[serde(default)]
    dropped_attributes_count: u32,
}

impl From<JsonEvent> for SpanEvent {
    fn from(event: JsonEvent) -> Self {
        Self {
            time: UnixNanos(event.time_unix_nano),
            name: event.name,
            attributes: event.attributes.0,
            dropped_attributes_count: event.dropped_attributes_count,
        }
    }
}

/// A link.
#[derive(Deserialize)]
pub(super) struct JsonLink {
    #[serde(deserialize_with = "trace_id")]
    trace_id: TraceId,
    #[serde(deserialize_with = "span_id")]
    span_id: SpanId,
    attributes: JsonAttributes,
    #[serde(default)]
    trace_state: String,
    #[serde(default)]
    flags: u32,
    #[serde(default)]
    dropped_attributes_count: u32,
}

impl From<JsonLink> for SpanLink {
    fn from(link: JsonLink) -> Self {
        Self {
            trace_id: link.trace_id,
            span_id: link.span_id,
            trace_state: link.trace_state,
            attributes: link.attributes.0,
            dropped_attributes_count: link.dropped_attributes_count,
            flags: link.flags,
        }
    }
}

fn trace_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TraceId, D::Error> {
    let text = <&str>::deserialize(deserializer)?;
    u128::from_str_radix(text, 16).map(TraceId).map_err(serde::de::Error::custom)
}

fn span_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SpanId, D::Error> {
    let text = <&str>::deserialize(deserializer)?;
    u64::from_str_radix(text, 16).map(SpanId).map_err(serde::de::Error::custom)
}
