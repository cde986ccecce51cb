//! Attributes, events and links as `jsonb`, which keeps their types: the migrations README says how.

use base64_simd::STANDARD;
use firefly_model::trace::{AttributeValue, Attributes, SpanEvent, SpanLink};
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

use crate::array::without_nul;

/// The names of the objects that stand for what JSON has no type for. A map that looks like one is itself wrapped.
pub(super) const TAGS: [&str; 3] = [BYTES, DOUBLE, MAP];
pub(super) const BYTES: &str = "$bytes";
pub(super) const DOUBLE: &str = "$double";
pub(super) const MAP: &str = "$map";

/// Between these, a double is written with all its digits, and always with a point, which tells it from a whole number.
/// Beyond them `jsonb` would spell out hundreds of zeros.
const PLAIN_DOUBLES: std::ops::Range<f64> = 1e-5..1e15;

/// Attributes as an object. Of a name that comes twice `jsonb` keeps the last value.
pub(super) struct JsonAttributes<'a>(pub &'a Attributes);

impl Serialize for JsonAttributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (without_nul(name), JsonValue(value))))
    }
}

/// A value.
pub(super) struct JsonValue<'a>(pub &'a AttributeValue);

impl Serialize for JsonValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            AttributeValue::Empty => serializer.serialize_unit(),
            AttributeValue::String(text) => serializer.serialize_str(&without_nul(text)),
            AttributeValue::Bool(value) => serializer.serialize_bool(*value),
            AttributeValue::Int(value) => serializer.serialize_i64(*value),
            AttributeValue::Double(value) => serialize_double(*value, serializer),
            AttributeValue::Bytes(bytes) => tagged(BYTES, &STANDARD.encode_to_string(bytes), serializer),
            AttributeValue::Array(values) => serializer.collect_seq(values.iter().map(JsonValue)),
            AttributeValue::Map(attributes) if looks_tagged(attributes) => {
                tagged(MAP, &JsonAttributes(attributes), serializer)
            }
            AttributeValue::Map(attributes) => JsonAttributes(attributes).serialize(serializer),
        }
    }
}

fn serialize_double<S: Serializer>(value: f64, serializer: S) -> Result<S::Ok, S::Error> {
    let is_plain = value.to_bits() == 0 || PLAIN_DOUBLES.contains(&value.abs());
    if is_plain {
        // The shortest text that reads back as the same number; it always has a point in this range.
        return serializer.serialize_f64(value);
    }
    let text = if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() }
    } else {
        format!("{value:e}")
    };
    tagged(DOUBLE, &text, serializer)
}

fn looks_tagged(attributes: &Attributes) -> bool {
    attributes.iter().all(|(name, _)| TAGS.contains(&name)) && !attributes.is_empty()
}

fn tagged<S: Serializer>(
    tag: &'static str,
    value: &(impl Serialize + ?Sized),
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(tag, value)?;
    map.end()
}

/// Events as an array.
pub(super) struct JsonEvents<'a>(pub &'a [SpanEvent]);

impl Serialize for JsonEvents<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(JsonEvent))
    }
}

struct JsonEvent<'a>(&'a SpanEvent);

impl Serialize for JsonEvent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let SpanEvent { time, name, attributes, dropped_attributes_count } = self.0;
        let mut object = serializer.serialize_struct("event", 4)?;
        object.serialize_field("time_unix_nano", &time.0)?;
        object.serialize_field("name", &without_nul(name))?;
        object.serialize_field("attributes", &JsonAttributes(attributes))?;
        if *dropped_attributes_count > 0 {
            object.serialize_field("dropped_attributes_count", dropped_attributes_count)?;
        }
        object.end()
    }
}

/// Links as an array.
pub(super) struct JsonLinks<'a>(pub &'a [SpanLink]);

impl Serialize for JsonLinks<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(JsonLink))
    }
}

struct JsonLink<'a>(&'a SpanLink);

impl Serialize for JsonLink<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let SpanLink { trace_id, span_id, trace_state, attributes, dropped_attributes_count, flags } = self.0;
        let mut object = serializer.serialize_struct("link", 6)?;
        object.serialize_field("trace_id", &trace_id.to_string())?;
        object.serialize_field("span_id", &span_id.to_string())?;
        object.serialize_field("attributes", &JsonAttributes(attributes))?;
        if !trace_state.is_empty() {
            object.serialize_field("trace_state", &without_nul(trace_state))?;
        }
        if *flags > 0 {
            object.serialize_field("flags", flags)?;
        }
        if *dropped_attributes_count > 0 {
            object.serialize_field("dropped_attributes_count", dropped_attributes_count)?;
        }
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: AttributeValue) -> String {
        serde_json::to_string(&JsonValue(&value)).unwrap()
    }

    #[test]
    fn every_type_has_its_form() {
        let map = |attributes: &[(&str, AttributeValue)]| {
            AttributeValue::Map(
                attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            )
        };
        for (value, expected) in [
            (AttributeValue::Empty, "null"),
            (AttributeValue::String("a\0b".into()), "\"a\u{fffd}b\""),
            (AttributeValue::Bool(true), "true"),
            (AttributeValue::Int(i64::MIN), "-9223372036854775808"),
            (AttributeValue::Double(200.0), "200.0"),
            (AttributeValue::Double(0.0), "0.0"),
            (AttributeValue::Double(-0.0), r#"{"$double":"-0e0"}"#),
            (AttributeValue::Double(1e-5), "0.00001"),
            (AttributeValue::Double(-123_456_789_012_345.6), "-123456789012345.6"),
            (AttributeValue::Double(1e15), r#"{"$double":"1e15"}"#),
            (AttributeValue::Double(f64::MIN_POSITIVE), r#"{"$double":"2.2250738585072014e-308"}"#),
            (AttributeValue::Double(f64::NAN), r#"{"$double":"NaN"}"#),
            (AttributeValue::Double(f64::NEG_INFINITY), r#"{"$double":"-Infinity"}"#),
            (AttributeValue::Bytes(vec![0, 255]), r#"{"$bytes":"AP8="}"#),
            (AttributeValue::Array(vec![AttributeValue::Int(1), AttributeValue::Empty]), "[1,null]"),
            (map(&[("a", AttributeValue::Int(1))]), r#"{"a":1}"#),
            (map(&[]), "{}"),
            (map(&[(BYTES, AttributeValue::Int(1))]), r#"{"$map":{"$bytes":1}}"#),
            (map(&[(MAP, map(&[]))]), r#"{"$map":{"$map":{}}}"#),
        ] {
            assert_eq!(json(value), expected);
        }
    }
}
