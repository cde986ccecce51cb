//! Attributes as OTLP's JSON.

use firefly_model::trace::{AttributeValue, Attributes};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::write::Shown;

/// A list of `KeyValue`s.
pub(super) struct JsonAttributes<'a>(pub &'a Attributes);

impl JsonAttributes<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for JsonAttributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut array = serializer.serialize_seq(None)?;
        for (key, value) in self.0.iter() {
            array.serialize_element(&KeyValue { key, value: AnyValue(value) })?;
        }
        array.end()
    }
}

#[derive(serde::Serialize)]
struct KeyValue<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    key: &'a str,
    value: AnyValue<'a>,
}

struct AnyValue<'a>(&'a AttributeValue);

impl Serialize for AnyValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        match self.0 {
            AttributeValue::Empty => {}
            AttributeValue::String(text) => object.serialize_entry("stringValue", text)?,
            AttributeValue::Bool(value) => object.serialize_entry("boolValue", value)?,
            AttributeValue::Int(value) => object.serialize_entry("intValue", &Shown(value))?,
            AttributeValue::Double(value) => object.serialize_entry("doubleValue", &Double(*value))?,
            AttributeValue::Bytes(bytes) => {
                object.serialize_entry("bytesValue", &base64_simd::STANDARD.encode_to_string(bytes))?
            }
            AttributeValue::Array(values) => object.serialize_entry("arrayValue", &Array { values })?,
            AttributeValue::Map(values) => {
                object.serialize_entry("kvlistValue", &KeyValueList { values: JsonAttributes(values) })?
            }
        }
        object.end()
    }
}

#[derive(serde::Serialize)]
struct Array<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty", serialize_with = "any_values")]
    values: &'a [AttributeValue],
}

fn any_values<S: Serializer>(values: &[AttributeValue], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(values.iter().map(AnyValue))
}

#[derive(serde::Serialize)]
struct KeyValueList<'a> {
    #[serde(skip_serializing_if = "JsonAttributes::is_empty")]
    values: JsonAttributes<'a>,
}

/// Whole numbers without a point, as Go writes them, and what JSON has no number for by name.
struct Double(f64);

/// Up to here, whole numbers are exact and short.
const WHOLE: f64 = 1e15;

impl Serialize for Double {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = self.0;
        if value.is_nan() {
            serializer.serialize_str("NaN")
        } else if value.is_infinite() {
            serializer.serialize_str(if value > 0.0 { "Infinity" } else { "-Infinity" })
        } else if value.fract() == 0.0 && value.abs() < WHOLE && !(value == 0.0 && value.is_sign_negative()) {
            #[expect(clippy::cast_possible_truncation, reason = "whole, and of fewer than 16 digits")]
            serializer.serialize_i64(value as i64)
        } else {
            serializer.serialize_f64(value)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: &AttributeValue) -> String {
        serde_json::to_string(&AnyValue(value)).unwrap()
    }

    #[test]
    fn values_of_every_type() {
        let map = Attributes(vec![("k".into(), AttributeValue::Int(-1))]);
        for (value, expected) in [
            (AttributeValue::Empty, "{}"),
            (AttributeValue::String("\u{1}é".into()), r#"{"stringValue":"\u0001é"}"#),
            (AttributeValue::Bool(false), r#"{"boolValue":false}"#),
            (AttributeValue::Int(i64::MIN), r#"{"intValue":"-9223372036854775808"}"#),
            (AttributeValue::Double(-0.0), r#"{"doubleValue":-0.0}"#),
            (AttributeValue::Double(200.0), r#"{"doubleValue":200}"#),
            (AttributeValue::Double(0.1), r#"{"doubleValue":0.1}"#),
            (AttributeValue::Double(f64::NAN), r#"{"doubleValue":"NaN"}"#),
            (AttributeValue::Double(f64::NEG_INFINITY), r#"{"doubleValue":"-Infinity"}"#),
            (AttributeValue::Bytes(vec![0xfb, 0xff]), r#"{"bytesValue":"+/8="}"#),
            (AttributeValue::Array(vec![]), r#"{"arrayValue":{}}"#),
            (AttributeValue::Array(vec![AttributeValue::Empty]), r#"{"arrayValue":{"values":[{}]}}"#),
            (
                AttributeValue::Map(map),
                r#"{"kvlistValue":{"values":[{"key":"k","value":{"intValue":"-1"}}]}}"#,
            ),
        ] {
            assert_eq!(json(&value), expected);
        }
    }
}
