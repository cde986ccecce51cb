//! Where Firefly means to answer otherwise than Jaeger 2.13 with its memory storage, and why.

use serde_json::{Value, json};

use super::side::Answer;

/// A reason to differ. It must change an answer of Jaeger into Firefly's, or it is a difference no more.
pub struct KnownDifference {
    pub reason: &'static str,
    /// What Jaeger is asked instead, if its answer to that is what Firefly should say.
    pub asked: fn(&str) -> Option<String>,
    /// Makes of Jaeger's answer what Firefly's should be.
    pub answered: fn(&str, &mut Answer),
}

const SAME_QUESTION: fn(&str) -> Option<String> = |_| None;
const SAME_ANSWER: fn(&str, &mut Answer) = |_, _| {};

pub const KNOWN_DIFFERENCES: [KnownDifference; 4] = [
    KnownDifference {
        reason: "a resource without a name is called as OpenTelemetry says, not as Jaeger says",
        asked: SAME_QUESTION,
        answered: |_, answer| {
            replace(&mut answer.body, &json!("missing-service-name"), &json!("unknown_service"));
        },
    },
    KnownDifference {
        reason: "a list without entries is a list",
        asked: SAME_QUESTION,
        answered: |path, answer| {
            let is_list = path == "/api/services" || path.ends_with("/operations");
            if is_list && answer.status == 200 && answer.body["data"].is_null() {
                answer.body["data"] = json!([]);
            }
        },
    },
    KnownDifference {
        reason: "clocks are not judged, so nothing is said of that",
        asked: SAME_QUESTION,
        answered: |_, answer| drop_warnings(&mut answer.body),
    },
    KnownDifference {
        reason: "the tags that Jaeger shows of a span can be looked for, which its memory storage cannot",
        asked: |path| {
            let shown = ["otel.scope.name%3Ashop.http", "span.kind%3Aserver", "w3c.tracestate%3A"];
            let in_json =
                ["otel.scope.name%22%3A%22shop", "span.kind%22%3A%22server", "w3c.tracestate%22%3A"];
            let is_one = shown.iter().chain(&in_json).any(|tag| path.contains(tag));
            is_one.then(|| path.split("&tag").next().unwrap_or_default().to_owned())
        },
        answered: SAME_ANSWER,
    },
];

fn replace(value: &mut Value, from: &Value, to: &Value) {
    match value {
        _ if value == from => *value = to.clone(),
        Value::Array(values) => values.iter_mut().for_each(|value| replace(value, from, to)),
        Value::Object(fields) => fields.values_mut().for_each(|value| replace(value, from, to)),
        _ => {}
    }
}

/// What Jaeger says of clocks, which it does even where it is not to adjust them.
fn is_about_clocks(warning: &str) -> bool {
    warning.contains("clock skew adjustment")
}

/// Drops the warnings about clocks from the spans of either version.
fn drop_warnings(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some(warnings) = fields.get_mut("warnings").and_then(Value::as_array_mut) {
                warnings.retain(|warning| !warning.as_str().is_some_and(is_about_clocks));
                if warnings.is_empty() {
                    fields.insert("warnings".into(), Value::Null);
                }
            }
            if let Some(attributes) = fields.get_mut("attributes").and_then(Value::as_array_mut) {
                attributes
                    .retain_mut(|attribute| attribute["key"] != "@jaeger@warnings" || keeps_some(attribute));
                if attributes.is_empty() {
                    fields.remove("attributes");
                }
            }
            fields.values_mut().for_each(drop_warnings);
        }
        Value::Array(values) => values.iter_mut().for_each(drop_warnings),
        _ => {}
    }
}

fn keeps_some(warnings: &mut Value) -> bool {
    let values = warnings.pointer_mut("/value/arrayValue/values").and_then(Value::as_array_mut);
    values.is_some_and(|values| {
        values.retain(|value| !value["stringValue"].as_str().is_some_and(is_about_clocks));
        !values.is_empty()
    })
}
