//! When two answers are equal.

use std::collections::BTreeMap;

use firefly_tests::prometheus_client::{Question, Reply};
use serde_json::Value;

/// How far apart two values may be, as a share of the larger one.
const TOLERANCE: f64 = 1e-9;
/// Below this the floating-point numbers are too far apart for shares.
const SMALLEST: f64 = 1e-310;

/// What is different about two answers to a question; nothing if they are equal.
pub fn differences(question: &Question, expected: &Reply, actual: &Reply) -> Vec<String> {
    let mut found = Vec::new();
    if expected.status != actual.status {
        found.push(format!("status {} instead of {}", actual.status, expected.status));
    }
    for field in ["status", "errorType", "error"] {
        differ(&format!(".{field}"), &expected.body[field], &actual.body[field], &mut found);
    }
    for field in ["warnings", "infos"] {
        notes_differ(field, &expected.body[field], &actual.body[field], &mut found);
    }
    let (expected, actual) = (&expected.body["data"], &actual.body["data"]);
    if expected.get("resultType").is_some() && actual.get("resultType").is_some() {
        result_differs(question, expected, actual, &mut found);
    } else if question.path.ends_with("/series") {
        differ(".data", &sorted(expected), &sorted(actual), &mut found);
    } else {
        differ(".data", expected, actual, &mut found);
    }
    found
}

fn differ(at: &str, expected: &Value, actual: &Value, found: &mut Vec<String>) {
    if expected != actual {
        found.push(format!("{at} is {}\n        instead of {}", shown(actual), shown(expected)));
    }
}

/// A list of series, which has no order.
fn sorted(list: &Value) -> Value {
    let mut sorted = list.clone();
    if let Some(series) = sorted.as_array_mut() {
        series.sort_by_cached_key(Value::to_string);
    }
    sorted
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(1_500) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text,
    }
}

/// Warnings and infos have no order, and of more than ten it is chance which are said.
fn notes_differ(field: &str, expected: &Value, actual: &Value, found: &mut Vec<String>) {
    let notes = |value: &Value| {
        let mut notes: Vec<_> = value
            .as_array()
            .into_iter()
            .flatten()
            .map(|note| note.as_str().unwrap_or("").to_owned())
            .collect();
        notes.sort();
        notes
    };
    let (mut expected, mut actual) = (notes(expected), notes(actual));
    let omitted = |notes: &[String]| notes.iter().find(|note| note.contains("omitted")).cloned();
    if let Some(omitted) = omitted(&expected) {
        expected = vec![omitted, expected.len().to_string()];
        actual = actual
            .iter()
            .find(|note| note.contains("omitted"))
            .cloned()
            .into_iter()
            .chain([actual.len().to_string()])
            .collect();
    }
    if expected != actual {
        found.push(format!("{field} are {actual:#?}\n        instead of {expected:#?}"));
    }
}

type Points = Vec<(f64, String)>;

fn result_differs(question: &Question, expected: &Value, actual: &Value, found: &mut Vec<String>) {
    differ(".data.resultType", &expected["resultType"], &actual["resultType"], found);
    if !found.is_empty() {
        return;
    }
    match expected["resultType"].as_str() {
        Some("vector" | "matrix") => {}
        _ => {
            let [expected, actual] = [expected, actual].map(|data| point(&data["result"]));
            points_differ("the value", &[expected], &[actual], found);
            return;
        }
    }
    let [expected, actual] = [expected, actual].map(|data| series(&data["result"]));
    series_differ(&expected, &actual, found);
    if found.is_empty() {
        order_differs(question, &expected, &actual, found);
    }
}

/// Each series' labels, as JSON sorted by name, and its points.
fn series(result: &Value) -> Vec<(String, Points)> {
    let of_one = |series: &Value| {
        let labels: BTreeMap<String, Value> =
            serde_json::from_value(series["metric"].clone()).unwrap_or_default();
        let points = match series.get("values") {
            Some(values) => values.as_array().into_iter().flatten().map(point).collect(),
            None => vec![point(&series["value"])],
        };
        (serde_json::to_string(&labels).unwrap(), points)
    };
    result.as_array().into_iter().flatten().map(of_one).collect()
}

fn point(point: &Value) -> (f64, String) {
    (point[0].as_f64().unwrap_or(f64::NAN), point[1].as_str().unwrap_or("no text").to_owned())
}

fn series_differ(expected: &[(String, Points)], actual: &[(String, Points)], found: &mut Vec<String>) {
    let [expected_by, actual_by] = [expected, actual]
        .map(|series| series.iter().map(|(labels, points)| (labels, points)).collect::<BTreeMap<_, _>>());
    for (labels, points) in &expected_by {
        match actual_by.get(labels) {
            Some(actual) => points_differ(labels, points, actual, found),
            None => found.push(format!("{labels} is missing: {:?}", &points[..points.len().min(3)])),
        }
    }
    for (labels, points) in &actual_by {
        if !expected_by.contains_key(labels) {
            found.push(format!("{labels} is too many: {:?}", &points[..points.len().min(3)]));
        }
    }
    if found.is_empty() && expected.len() != actual.len() {
        found.push(format!("{} series instead of {}", actual.len(), expected.len()));
    }
}

fn points_differ(of: &str, expected: &[(f64, String)], actual: &[(f64, String)], found: &mut Vec<String>) {
    let times = |points: &[(f64, String)]| points.iter().map(|(time, _)| *time).collect::<Vec<_>>();
    let (expected_times, actual_times) = (times(expected), times(actual));
    if expected_times != actual_times {
        let at = expected_times.iter().zip(&actual_times).position(|(one, other)| one != other);
        let at = at.unwrap_or_else(|| expected.len().min(actual.len()));
        found.push(format!(
            "{of} has {} points instead of {}, from number {at}: {:?} instead of {:?}",
            actual.len(),
            expected.len(),
            actual.get(at),
            expected.get(at)
        ));
        return;
    }
    let different = expected.iter().zip(actual).filter(|((_, one), (_, other))| !are_equal(one, other));
    let different: Vec<_> = different.collect();
    if let Some(((time, expected), (_, actual))) = different.first() {
        let count = different.len();
        found.push(format!("{of} at {time} is {actual} instead of {expected}, {count} such"));
    }
}

fn are_equal(expected: &str, actual: &str) -> bool {
    if expected == actual {
        return true;
    }
    let (Ok(expected), Ok(actual)) = (expected.parse::<f64>(), actual.parse::<f64>()) else { return false };
    if !expected.is_finite() || !actual.is_finite() || (expected == 0.0 && actual == 0.0) {
        return false;
    }
    (expected - actual).abs() <= (TOLERANCE * expected.abs().max(actual.abs())).max(SMALLEST)
}

/// A range has an order by labels, and a vector has one where it was asked for: by values, those that are equal in any.
fn order_differs(
    question: &Question,
    expected: &[(String, Points)],
    actual: &[(String, Points)],
    found: &mut Vec<String>,
) {
    let query = question.parameter("query").unwrap_or("");
    let (expected, actual): (Vec<_>, Vec<_>) = if question.path.ends_with("query_range") {
        let labels = |series: &[(String, Points)]| series.iter().map(|(labels, _)| labels.clone()).collect();
        (labels(expected), labels(actual))
    } else if query.starts_with("sort") {
        let values =
            |series: &[(String, Points)]| series.iter().map(|(_, points)| points[0].1.clone()).collect();
        (values(expected), values(actual))
    } else {
        return;
    };
    let is_same = expected.iter().zip(&actual).all(|(one, other)| are_equal(one, other));
    if !is_same {
        found.push(format!("the order is {actual:#?}\n        instead of {expected:#?}"));
    }
}
