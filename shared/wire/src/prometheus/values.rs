//! Values of queries. Labels are not escaped for HTML, unlike every other text: so Prometheus has it.

use std::fmt::Write;

use firefly_model::selection::{GoFloat, LabelledPoint, LabelledPoints, Labels, Point, append_go_float};

use crate::prometheus::to_go_json;

/// Appends a series with one value, an element of a vector.
pub fn push_sample(json: &mut String, sample: &LabelledPoint) {
    json.push_str("{\"metric\":");
    push_labels(json, &sample.labels);
    json.push_str(",\"value\":");
    push_point(json, sample.point);
    json.push('}');
}

/// Appends a series with its values, an element of a matrix.
pub fn push_series(json: &mut String, series: &LabelledPoints) {
    json.push_str("{\"metric\":");
    push_labels(json, &series.labels);
    for (index, point) in series.points.iter().enumerate() {
        json.push_str(if index == 0 { ",\"values\":[" } else { "," });
        push_point(json, *point);
    }
    json.push_str(if series.points.is_empty() { "}" } else { "]}" });
}

/// Appends a scalar. Its number never has an exponent.
pub fn push_scalar(json: &mut String, point: Point) {
    push_short_time(json, point.time_ms);
    json.push_str(",\"");
    append_go_float(json, point.value, GoFloat::Plain);
    json.push_str("\"]");
}

/// Appends a text and its time.
pub fn push_string(json: &mut String, time_ms: i64, text: &str) {
    push_short_time(json, time_ms);
    json.push(',');
    // Go's other encoder, which escapes two characters differently; what it would write `\\b` is no escape.
    let escaped = to_go_json(&text);
    let mut rest = escaped.as_str();
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        let (short, length) = match escape.get(..6) {
            Some("\\u0008") => ("\\b", 6),
            Some("\\u000c") => ("\\f", 6),
            _ => (&escape[..2], 2),
        };
        json.extend([before, short]);
        rest = &escape[length..];
    }
    json.push_str(rest);
    json.push(']');
}

/// Appends labels as an object.
pub fn push_labels(json: &mut String, labels: &Labels) {
    push_pairs(json, labels.iter());
}

/// Appends pairs as an object.
pub(super) fn push_pairs<'a>(json: &mut String, pairs: impl Iterator<Item = (&'a str, &'a str)>) {
    json.push('{');
    for (index, (name, value)) in pairs.enumerate() {
        if index > 0 {
            json.push(',');
        }
        push_text(json, name);
        json.push(':');
        push_text(json, value);
    }
    json.push('}');
}

fn push_point(json: &mut String, point: Point) {
    json.push('[');
    push_time(json, point.time_ms);
    json.push(',');
    push_number(json, point.value);
    json.push(']');
}

/// Appends a number, in quotes because it may be none that JSON knows.
pub(super) fn push_number(json: &mut String, value: f64) {
    json.push('"');
    append_go_float(json, value, GoFloat::Json);
    json.push('"');
}

/// Appends a time in seconds, with three decimals or none.
pub(super) fn push_time(json: &mut String, time_ms: i64) {
    let (sign, millis) = (if time_ms < 0 { "-" } else { "" }, time_ms.unsigned_abs());
    let (seconds, millis) = (millis / 1_000, millis % 1_000);
    // Writing to a String cannot fail.
    let _infallible = match millis {
        0 => write!(json, "{sign}{seconds}"),
        _ => write!(json, "{sign}{seconds}.{millis:03}"),
    };
}

/// Opens an array with a time as a floating-point number of seconds: without zeros at the end.
fn push_short_time(json: &mut String, time_ms: i64) {
    json.push('[');
    let from = json.len();
    push_time(json, time_ms);
    if json[from..].contains('.') {
        json.truncate(json.trim_end_matches('0').len());
    }
}

/// Appends a text with only those characters escaped that JSON asks for.
fn push_text(json: &mut String, text: &str) {
    json.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|char| matches!(char, '\0'..' ' | '"' | '\\')) {
        let (before, found) = rest.split_at(at);
        json.push_str(before);
        let _infallible = match found.as_bytes()[0] {
            byte @ (b'"' | b'\\') => write!(json, "\\{}", char::from(byte)),
            b'\n' => write!(json, "\\n"),
            b'\r' => write!(json, "\\r"),
            b'\t' => write!(json, "\\t"),
            byte => write!(json, "\\u{byte:04x}"),
        };
        rest = &found[1..];
    }
    json.push_str(rest);
    json.push('"');
}

#[cfg(test)]
mod tests {
    use firefly_model::selection::METRIC_NAME;

    use super::*;

    fn written(push: impl FnOnce(&mut String)) -> String {
        let mut json = String::new();
        push(&mut json);
        json
    }

    fn sample(labels: &[(&str, &str)], time_ms: i64, value: f64) -> String {
        let labels = Labels::new(labels.iter().copied());
        let sample = LabelledPoint { labels, point: Point { time_ms, value } };
        written(|json| push_sample(json, &sample))
    }

    #[test]
    fn samples_are_as_prometheus_writes_them() {
        assert_eq!(
            sample(&[(METRIC_NAME, "up"), ("a", "<b>&\u{2028}\u{8}\u{c}\n\u{7f}é\"\\")], 4_000, 1e-7),
            "{\"metric\":{\"__name__\":\"up\",\"a\":\"<b>&\u{2028}\\u0008\\u000c\\n\u{7f}é\\\"\\\\\"},\
             \"value\":[4,\"1e-07\"]}"
        );
        for (time_ms, value, point) in [
            (1_435_781_451_781, 1e21, r#"[1435781451.781,"1e+21"]"#),
            (2_500, f64::NAN, r#"[2.500,"NaN"]"#),
            (-1_005, f64::INFINITY, r#"[-1.005,"+Inf"]"#),
            (0, f64::NEG_INFINITY, r#"[0,"-Inf"]"#),
            (i64::MIN, -0.0, r#"[-9223372036854775.808,"-0"]"#),
            (60, 123_456_789.123, r#"[0.060,"123456789.123"]"#),
        ] {
            assert_eq!(sample(&[], time_ms, value), format!("{{\"metric\":{{}},\"value\":{point}}}"));
        }
    }

    #[test]
    fn series_have_their_values_if_there_are_any() {
        let series = |points: &[(i64, f64)]| {
            let points = points.iter().map(|(time_ms, value)| Point { time_ms: *time_ms, value: *value });
            let series = LabelledPoints { labels: Labels::new([("a", "b")]), points: points.collect() };
            written(|json| push_series(json, &series))
        };
        assert_eq!(series(&[]), r#"{"metric":{"a":"b"}}"#);
        assert_eq!(
            series(&[(1_000, 1.0), (2_500, 2.5)]),
            r#"{"metric":{"a":"b"},"values":[[1,"1"],[2.500,"2.5"]]}"#
        );
    }

    #[test]
    fn scalars_and_strings_are_written_by_gos_other_encoder() {
        for (time_ms, value, expected) in [
            (1_435_781_451_781, 1e30, r#"[1435781451.781,"1000000000000000000000000000000"]"#),
            (4_000, 1e-7, r#"[4,"0.0000001"]"#),
            (-1_500, f64::NAN, r#"[-1.5,"NaN"]"#),
            (10_000, 2.0, r#"[10,"2"]"#),
        ] {
            assert_eq!(written(|json| push_scalar(json, Point { time_ms, value })), expected);
        }
        assert_eq!(
            written(|json| push_string(json, 4_500, "<b>&\u{2028}\u{8}\u{c}\u{1}\\u0008\"é")),
            r#"[4.5,"\u003cb\u003e\u0026\u2028\b\f\u0001\\u0008\"é"]"#
        );
        assert_eq!(written(|json| push_string(json, 0, "")), r#"[0,""]"#);
    }
}
