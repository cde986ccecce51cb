//! Arrays and maps as v1 shows them, which knows neither: the text that Go's `encoding/json` makes of them.
//!
//! Unlike there, a number that JSON does not know becomes a string, not a failure.

use std::fmt::Write;

use firefly_model::trace::AttributeValue;

/// The compact JSON of a value, names sorted, bytes in base64.
pub(super) fn json_text(value: &AttributeValue) -> String {
    let mut text = String::new();
    push(&mut text, value);
    text
}

fn push(text: &mut String, value: &AttributeValue) {
    match value {
        AttributeValue::Empty => text.push_str("null"),
        AttributeValue::String(value) => push_string(text, value),
        AttributeValue::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        AttributeValue::Int(value) => push_display(text, value),
        AttributeValue::Double(value) if value.is_finite() => push_double(text, *value),
        AttributeValue::Double(value) => push_string(text, odd_double(*value)),
        AttributeValue::Bytes(bytes) => push_string(text, &base64_simd::STANDARD.encode_to_string(bytes)),
        AttributeValue::Array(values) => {
            text.push('[');
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                push(text, value);
            }
            text.push(']');
        }
        AttributeValue::Map(attributes) => {
            let mut sorted: Vec<_> = attributes.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (index, (name, value)) in sorted.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                push_string(text, name);
                text.push(':');
                push(text, value);
            }
            text.push('}');
        }
    }
}

/// The word for a number that JSON does not know, as Go writes it.
pub(super) fn odd_double(value: f64) -> &'static str {
    if value.is_nan() {
        "NaN"
    } else if value > 0.0 {
        "+Inf"
    } else {
        "-Inf"
    }
}

/// As JavaScript writes numbers: with an exponent only when they are very large or small.
fn push_double(text: &mut String, value: f64) {
    let size = value.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        push_display(text, &value);
        return;
    }
    let exponential = format!("{value:e}");
    match exponential.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => {
            text.extend([digits, "e+", exponent]);
        }
        _ => text.push_str(&exponential),
    }
}

fn push_display(text: &mut String, value: &impl std::fmt::Display) {
    // Writing to a String cannot fail.
    let _infallible = write!(text, "{value}");
}

/// With the characters escaped that HTML or JavaScript would take for theirs.
fn push_string(text: &mut String, value: &str) {
    let quoted = serde_json::to_string(value).unwrap_or_default();
    for char in quoted.chars() {
        match char {
            '<' => text.push_str("\\u003c"),
            '>' => text.push_str("\\u003e"),
            '&' => text.push_str("\\u0026"),
            '\u{2028}' => text.push_str("\\u2028"),
            '\u{2029}' => text.push_str("\\u2029"),
            _ => text.push(char),
        }
    }
}

#[cfg(test)]
mod tests {
    use firefly_model::trace::Attributes;

    use super::*;

    #[test]
    fn is_the_text_that_go_makes() {
        let values = [
            AttributeValue::Empty,
            AttributeValue::String("a<b>&\"\n\u{1}\u{2028}é".into()),
            AttributeValue::Bool(true),
            AttributeValue::Int(i64::MIN),
            AttributeValue::Bytes(b"hi".to_vec()),
            AttributeValue::Array(Vec::new()),
            AttributeValue::Map(Attributes(vec![
                ("b".into(), AttributeValue::Int(2)),
                ("a".into(), AttributeValue::Bool(false)),
            ])),
        ];
        assert_eq!(
            json_text(&AttributeValue::Array(values.into())),
            r#"[null,"a\u003cb\u003e\u0026\"\n\u0001\u2028é",true,-9223372036854775808,"aGk=",[],{"a":false,"b":2}]"#
        );
    }

    #[test]
    fn numbers_have_an_exponent_where_javascript_gives_them_one() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (200.0, "200"),
            (0.1, "0.1"),
            (1e-6, "0.000001"),
            (1.5e-7, "1.5e-7"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (-2.5e300, "-2.5e+300"),
            (f64::NAN, "\"NaN\""),
            (f64::INFINITY, "\"+Inf\""),
            (f64::NEG_INFINITY, "\"-Inf\""),
        ] {
            assert_eq!(json_text(&AttributeValue::Double(value)), text);
        }
    }
}
