//! Attributes as text, which the values of labels are.
//!
//! As OpenTelemetry's specification has it for protocols without types ("AnyValue representation for non-OTLP
//! protocols"): numbers and booleans as in JSON, bytes in base64, arrays and maps as JSON.

use std::borrow::Cow;

use base64_simd::STANDARD;
use firefly_model::trace::{AttributeValue, Attributes};

use crate::storable_text::without_nul;

/// The text of a value; U+FFFD stands for U+0000, which PostgreSQL cannot hold.
pub(super) fn text(value: &AttributeValue) -> Cow<'_, str> {
    match value {
        AttributeValue::Empty => Cow::Borrowed(""),
        AttributeValue::String(text) => without_nul(text),
        AttributeValue::Bool(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
        AttributeValue::Int(value) => Cow::Owned(value.to_string()),
        AttributeValue::Double(value) => Cow::Owned(number(*value)),
        AttributeValue::Bytes(bytes) => Cow::Owned(STANDARD.encode_to_string(bytes)),
        AttributeValue::Array(_) | AttributeValue::Map(_) => {
            let mut json = String::new();
            push_json(&mut json, value);
            Cow::Owned(json)
        }
    }
}

/// As Go's JSON writes it, which Prometheus' own labels come from: without a point where there is no fraction, and with
/// an exponent where there would be many zeros.
fn number(value: f64) -> String {
    let magnitude = value.abs();
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() }
    } else if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        let text = format!("{value:e}");
        if magnitude >= 1.0 { text.replace('e', "e+") } else { text }
    } else {
        value.to_string()
    }
}

fn push_json(json: &mut String, value: &AttributeValue) {
    match value {
        AttributeValue::Empty => json.push_str("null"),
        AttributeValue::Bool(_) | AttributeValue::Int(_) => json.push_str(&text(value)),
        AttributeValue::Double(value) if value.is_finite() => json.push_str(&number(*value)),
        AttributeValue::String(_) | AttributeValue::Bytes(_) | AttributeValue::Double(_) => {
            push_json_string(json, &text(value));
        }
        AttributeValue::Array(values) => {
            json.push('[');
            for (index, value) in values.iter().enumerate() {
                json.push_str(if index == 0 { "" } else { "," });
                push_json(json, value);
            }
            json.push(']');
        }
        AttributeValue::Map(attributes) => push_json_object(json, attributes),
    }
}

/// Sorted by name, so that the order in which a sender has them makes no new series.
fn push_json_object(json: &mut String, attributes: &Attributes) {
    let sorted = super::labels::sorted(attributes);
    json.push('{');
    for (index, (name, value)) in sorted.iter().enumerate() {
        json.push_str(if index == 0 { "" } else { "," });
        push_json_string(json, &without_nul(name));
        json.push(':');
        push_json(json, value);
    }
    json.push('}');
}

fn push_json_string(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            ..=' ' if character != ' ' => json.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => json.push(character),
        }
    }
    json.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_a_text() {
        let map = Attributes(vec![
            ("b".into(), AttributeValue::Array(vec![AttributeValue::Int(1), AttributeValue::Empty])),
            ("a".into(), AttributeValue::String("say \"hi\"\n\u{1}".into())),
            ("c".into(), AttributeValue::Double(f64::NAN)),
            ("d".into(), AttributeValue::Bytes(vec![0, 255])),
        ]);
        for (value, expected) in [
            (AttributeValue::Empty, ""),
            (AttributeValue::String("a\0b".into()), "a\u{fffd}b"),
            (AttributeValue::Bool(true), "true"),
            (AttributeValue::Int(i64::MIN), "-9223372036854775808"),
            (AttributeValue::Double(2.0), "2"),
            (AttributeValue::Double(0.25), "0.25"),
            (AttributeValue::Double(-1e21), "-1e+21"),
            (AttributeValue::Double(1.5e-7), "1.5e-7"),
            (AttributeValue::Double(f64::INFINITY), "Infinity"),
            (AttributeValue::Bytes(b"hello".to_vec()), "aGVsbG8="),
            (AttributeValue::Array(Vec::new()), "[]"),
            (AttributeValue::Map(map), r#"{"a":"say \"hi\"\n\u0001","b":[1,null],"c":"NaN","d":"AP8="}"#),
        ] {
            assert_eq!(text(&value), expected);
        }
    }
}
