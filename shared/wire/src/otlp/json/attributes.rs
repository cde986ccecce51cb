//! `KeyValue` and `AnyValue` in JSON.

use std::fmt;

use firefly_model::trace::{AttributeValue, Attributes, Resource, Scope};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::number::{Double, IntValue, Whole};
use super::text::{Bytes, List, Text};
use crate::limits;
use crate::otlp::Fault;

/// `KeyValue`.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct KeyValue {
    key: Text,
    value: Option<AnyValue>,
}

/// A list of `KeyValue`s as attributes.
pub(crate) fn attributes(list: List<KeyValue>) -> Result<Attributes, Fault> {
    let attributes = of_list(list);
    let is_deep = attributes.iter().any(|(_, value)| is_nested_deeper(value, limits::VALUE_NESTING));
    if is_deep { Err(Fault::Nesting) } else { Ok(attributes) }
}

fn of_list(list: List<KeyValue>) -> Attributes {
    let attribute = |KeyValue { key, value }| (key.0, value.unwrap_or_default().0);
    list.0.into_iter().map(attribute).collect()
}

fn is_nested_deeper(value: &AttributeValue, levels: usize) -> bool {
    match value {
        AttributeValue::Array(_) | AttributeValue::Map(_) if levels == 0 => true,
        AttributeValue::Array(values) => values.iter().any(|value| is_nested_deeper(value, levels - 1)),
        AttributeValue::Map(values) => values.iter().any(|(_, value)| is_nested_deeper(value, levels - 1)),
        _ => false,
    }
}

/// `AnyValue`: an object with one field, whose name says the type. Of several, the last counts.
#[derive(Debug, Default)]
pub(crate) struct AnyValue(pub AttributeValue);

#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Type {
    #[serde(alias = "string_value")]
    StringValue,
    #[serde(alias = "bool_value")]
    BoolValue,
    #[serde(alias = "int_value")]
    IntValue,
    #[serde(alias = "double_value")]
    DoubleValue,
    #[serde(alias = "bytes_value")]
    BytesValue,
    #[serde(alias = "array_value")]
    ArrayValue,
    #[serde(alias = "kvlist_value")]
    KvlistValue,
    #[serde(other)]
    Unknown,
}

/// `ArrayValue` and `KeyValueList`.
#[derive(serde::Deserialize)]
#[serde(default, bound = "T: Deserialize<'de>")]
struct Values<T> {
    values: List<T>,
}

impl<T> Default for Values<T> {
    fn default() -> Self {
        Self { values: List::default() }
    }
}

impl<'de> Deserialize<'de> for AnyValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AnyValueVisitor)
    }
}

struct AnyValueVisitor;

impl<'de> Visitor<'de> for AnyValueVisitor {
    type Value = AnyValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<AnyValue, A::Error> {
        let mut value = AttributeValue::Empty;
        while let Some(key) = map.next_key()? {
            let read = match key {
                Type::StringValue => {
                    map.next_value::<Option<Text>>()?.map(|text| AttributeValue::String(text.0))
                }
                Type::BoolValue => map.next_value::<Option<bool>>()?.map(AttributeValue::Bool),
                Type::IntValue => map.next_value::<Option<IntValue>>()?.map(|number| match number {
                    IntValue::Int(int) => AttributeValue::Int(int),
                    IntValue::Double(double) => AttributeValue::Double(double),
                }),
                Type::DoubleValue => {
                    map.next_value::<Option<Double>>()?.map(|double| AttributeValue::Double(double.0))
                }
                Type::BytesValue => {
                    map.next_value::<Option<Bytes>>()?.map(|bytes| AttributeValue::Bytes(bytes.0))
                }
                Type::ArrayValue => map.next_value::<Option<Values<AnyValue>>>()?.map(|array| {
                    AttributeValue::Array(array.values.0.into_iter().map(|value| value.0).collect())
                }),
                Type::KvlistValue => map
                    .next_value::<Option<Values<KeyValue>>>()?
                    .map(|list| AttributeValue::Map(of_list(list.values))),
                Type::Unknown => map.next_value::<IgnoredAny>().map(|_| None)?,
            };
            value = read.unwrap_or(value);
        }
        Ok(AnyValue(value))
    }
}

/// `Resource`.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct JsonResource {
    attributes: List<KeyValue>,
    #[serde(alias = "dropped_attributes_count")]
    dropped_attributes_count: Whole<u32>,
}

impl JsonResource {
    pub(crate) fn into_model(self, schema_url: String) -> Result<Resource, Fault> {
        Ok(Resource {
            attributes: attributes(self.attributes)?,
            dropped_attributes_count: self.dropped_attributes_count.0,
            schema_url,
        })
    }
}

/// `InstrumentationScope`.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct JsonScope {
    name: Text,
    version: Text,
    attributes: List<KeyValue>,
    #[serde(alias = "dropped_attributes_count")]
    dropped_attributes_count: Whole<u32>,
}

impl JsonScope {
    pub(crate) fn into_model(self, schema_url: String) -> Result<Scope, Fault> {
        Ok(Scope {
            name: self.name.0,
            version: self.version.0,
            attributes: attributes(self.attributes)?,
            dropped_attributes_count: self.dropped_attributes_count.0,
            schema_url,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(json: &str) -> AttributeValue {
        sonic_rs::from_str::<AnyValue>(json).unwrap().0
    }

    #[test]
    fn values_of_every_type() {
        for (json, expected) in [
            (r#"{"stringValue":"a\"b"}"#, AttributeValue::String("a\"b".into())),
            (r#"{"string_value":""}"#, AttributeValue::String(String::new())),
            (r#"{"boolValue":false}"#, AttributeValue::Bool(false)),
            (r#"{"intValue":"-5"}"#, AttributeValue::Int(-5)),
            (r#"{"intValue":5}"#, AttributeValue::Int(5)),
            (r#"{"intValue":9007199254740992.0}"#, AttributeValue::Int(9_007_199_254_740_992)),
            (r#"{"intValue":1e+21}"#, AttributeValue::Double(1e21)),
            (r#"{"intValue":100000000000000000000}"#, AttributeValue::Double(1e20)),
            (r#"{"intValue":-9223372036854775809}"#, AttributeValue::Double(-9_223_372_036_854_775_808.0)),
            (r#"{"doubleValue":null}"#, AttributeValue::Empty),
            (r#"{"intValue":{"low":5,"high":0,"unsigned":false}}"#, AttributeValue::Int(5)),
            (r#"{"doubleValue":5}"#, AttributeValue::Double(5.0)),
            (r#"{"doubleValue":"-Infinity"}"#, AttributeValue::Double(f64::NEG_INFINITY)),
            (r#"{"bytesValue":"AAE="}"#, AttributeValue::Bytes(vec![0, 1])),
            (r#"{"arrayValue":{}}"#, AttributeValue::Array(vec![])),
            (
                r#"{"arrayValue":{"values":[{"boolValue":true},{}]}}"#,
                AttributeValue::Array(vec![AttributeValue::Bool(true), AttributeValue::Empty]),
            ),
            (
                r#"{"kvlistValue":{"values":[{"key":"k","value":{"intValue":1}},{"key":"e"}]}}"#,
                AttributeValue::Map(Attributes(vec![
                    ("k".into(), AttributeValue::Int(1)),
                    ("e".into(), AttributeValue::Empty),
                ])),
            ),
            ("{}", AttributeValue::Empty),
            (r#"{"stringValue":null,"newValue":[{"a":1}]}"#, AttributeValue::Empty),
        ] {
            assert_eq!(value(json), expected, "{json}");
        }
        for wrong in [r#"{"boolValue":"yes"}"#, r#"{"intValue":1.5}"#, r#""x""#, r#"{"arrayValue":1}"#] {
            assert!(sonic_rs::from_str::<AnyValue>(wrong).is_err(), "{wrong}");
        }
    }
}
