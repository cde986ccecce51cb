//! What the text of a searched tag may stand for: values of any type that Jaeger would show, or search, as this text.

use firefly_model::trace::{AttributeValue, Attributes};

use serde_json::Value;

/// All values that a text may stand for:
///
/// * the text itself, and for the empty text no value and no bytes;
/// * `true` and `false`;
/// * a whole number; a number with a point or an exponent, also as `NaN`, `+Inf` and `-Inf`;
/// * bytes by their lower-case hexadecimal digits, by which Jaeger's own store finds them;
/// * an array or a map by its JSON. What stands for bytes in it, stands for text here.
pub(super) fn values_of(text: &str) -> Vec<AttributeValue> {
    let mut values = vec![AttributeValue::String(text.to_owned())];
    match text {
        "" => values.extend([AttributeValue::Empty, AttributeValue::Bytes(Vec::new())]),
        "true" => values.push(AttributeValue::Bool(true)),
        "false" => values.push(AttributeValue::Bool(false)),
        _ => {}
    }
    values.extend(whole_number(text).map(AttributeValue::Int));
    values.extend(number(text).map(AttributeValue::Double));
    values.extend(hexadecimal(text).map(AttributeValue::Bytes));
    values.extend(nested(text));
    values
}

fn whole_number(text: &str) -> Option<i64> {
    // A sign of plus is no part of a shown number, and one of minus makes a zero a floating-point number.
    text.parse().ok().filter(|number| !text.starts_with('+') && (*number != 0 || !text.starts_with('-')))
}

fn number(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "+Inf" => Some(f64::INFINITY),
        "-Inf" => Some(f64::NEG_INFINITY),
        _ => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let is_number = digits.starts_with(|first: char| first.is_ascii_digit());
            text.parse().ok().filter(|number: &f64| is_number && number.is_finite())
        }
    }
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let is_hexadecimal = |digit: &u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    if digits.is_empty() || !digits.len().is_multiple_of(2) || !digits.iter().all(is_hexadecimal) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

fn nested(text: &str) -> Option<AttributeValue> {
    if !text.starts_with(['[', '{']) {
        return None;
    }
    // The parser goes no deeper than 128 levels.
    serde_json::from_str(text).ok().map(literally)
}

fn literally(json: Value) -> AttributeValue {
    match json {
        Value::Null => AttributeValue::Empty,
        Value::Bool(value) => AttributeValue::Bool(value),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => AttributeValue::Int(whole),
            None => AttributeValue::Double(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => AttributeValue::String(text),
        Value::Array(values) => AttributeValue::Array(values.into_iter().map(literally).collect()),
        Value::Object(entries) => {
            AttributeValue::Map(entries.into_iter().map(|(name, value)| (name, literally(value))).collect())
        }
    }
}

/// Attributes of which one has this name and one of these values each, for the index to find.
pub(super) fn objects(name: &str, values: &[AttributeValue]) -> Vec<Attributes> {
    values.iter().map(|value| Attributes(vec![(name.to_owned(), value.clone())])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> AttributeValue {
        AttributeValue::String(text.to_owned())
    }

    #[test]
    fn a_text_stands_for_every_type_that_shows_as_it() {
        use AttributeValue::{Array, Bool, Bytes, Double, Empty, Int, Map};
        for (searched, others) in [
            ("checkout", vec![]),
            ("", vec![Empty, Bytes(vec![])]),
            ("true", vec![Bool(true)]),
            ("False", vec![]),
            ("200", vec![Int(200), Double(200.0)]),
            ("-7", vec![Int(-7), Double(-7.0)]),
            ("+7", vec![]),
            ("-0", vec![Double(-0.0)]),
            ("0.5", vec![Double(0.5)]),
            ("1e+06", vec![Double(1e6)]),
            ("9223372036854775808", vec![Double(9_223_372_036_854_775_808.0)]),
            ("1e999", vec![]),
            ("inf", vec![]),
            ("-Inf", vec![Double(f64::NEG_INFINITY)]),
            ("00ff", vec![Bytes(vec![0, 255])]),
            ("00FF", vec![]),
            ("0ff", vec![]),
            ("[1,\"a\"]", vec![Array(vec![Int(1), text("a")])]),
            ("{\"k\":2.5}", vec![Map(Attributes(vec![("k".into(), Double(2.5))]))]),
            ("{\"$bytes\":\"AP8=\"}", vec![Map(Attributes(vec![("$bytes".into(), text("AP8="))]))]),
            ("[1", vec![]),
        ] {
            let mut expected = vec![text(searched)];
            expected.extend(others);
            assert_eq!(values_of(searched), expected, "{searched}");
        }
        assert!(matches!(values_of("NaN")[..], [_, Double(number)] if number.is_nan()));
    }

    #[test]
    fn no_depth_overflows_the_stack() {
        let deep = "[".repeat(100_000);
        assert_eq!(values_of(&deep).len(), 1);
        let closed = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(values_of(&closed).len(), 1);
    }
}
