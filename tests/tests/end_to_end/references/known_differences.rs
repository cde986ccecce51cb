//! Where Firefly means to answer otherwise than Jaeger 2.13 with its memory storage, and why.

use serde_json::{Value, json};

use super::side::Answer;

/// A reason to differ. It must change an answer of Jaeger into Firefly's, or it is a difference no more.
pub struct KnownDifference {
    pub reason: &'static str,
    /// What Jaeger is asked instead, if its answer to that is what Firefly should say.
    pub asked: fn(&str) -> Option<String>,
    /// Makes of Jaeger's answer what Firefly's should be; that one comes last, for words that are free.
    pub answered: fn(&str, &mut Answer, &Answer),
}

const SAME_QUESTION: fn(&str) -> Option<String> = |_| None;
const SAME_ANSWER: fn(&str, &mut Answer, &Answer) = |_, _, _| {};

pub const KNOWN_DIFFERENCES: [KnownDifference; 15] = [
    KnownDifference {
        reason: "a resource without a name is called as OpenTelemetry says, and gets no attribute that it has not",
        asked: SAME_QUESTION,
        answered: |_, answer, _| {
            drop_attribute(&mut answer.body, "missing-service-name");
            replace(&mut answer.body, "missing-service-name", "unknown_service");
        },
    },
    KnownDifference {
        reason: "a list without entries is a list",
        asked: SAME_QUESTION,
        answered: |path, answer, _| {
            if path.ends_with("/operations") && answer.status == 200 && answer.body["data"].is_null() {
                answer.body["data"] = json!([]);
            }
        },
    },
    KnownDifference {
        reason: "clocks are not judged, so nothing is said of that",
        asked: SAME_QUESTION,
        answered: |_, answer, _| drop_warnings(&mut answer.body, "clock skew adjustment"),
    },
    KnownDifference {
        reason: "a span may take no time; of one that ends before it starts, the warning is in Firefly's words",
        asked: SAME_QUESTION,
        answered: |_, answer, firefly| {
            end_with_start(&mut answer.body);
            drop_warnings(&mut answer.body, "Negative duration detected");
            copy_warnings(&mut answer.body, &firefly.body, "its duration is taken as 0");
        },
    },
    KnownDifference {
        reason: "the tags that Jaeger shows of a span can be looked for, which its memory storage cannot",
        asked: |path| {
            let tags = ["otel.scope.name", "span.kind", "w3c.tracestate"];
            let (search, tag) = path.split_once("&tag")?;
            tags.iter().any(|name| tag.contains(name)).then(|| search.to_owned())
        },
        answered: SAME_ANSWER,
    },
    KnownDifference {
        reason: "tags that are left empty are none",
        asked: |path| path.strip_suffix("&tags=").map(str::to_owned),
        answered: SAME_ANSWER,
    },
    KnownDifference {
        reason: "numbers are equal however they are written",
        asked: |path| {
            let (search, tag) = path.split_once("&tag")?;
            let forms = [("42.0", "42"), ("042", "42"), ("1.50", "1.5"), ("2.0", "2"), ("1e-07", "1e-7")];
            let (one, other) = forms.iter().find(|(one, _)| tag.contains(one))?;
            Some(format!("{search}&tag{}", tag.replace(one, other)))
        },
        answered: SAME_ANSWER,
    },
    KnownDifference {
        reason: "bytes and the attributes of scopes are not looked for",
        asked: |path| {
            let (search, tag) = path.split_once("&tag")?;
            let is_one = tag.contains("bytes%") && !tag.contains("like.") || tag.contains("scope.yes");
            is_one.then(|| format!("{search}&tag=no%20such%20tag:x"))
        },
        answered: SAME_ANSWER,
    },
    KnownDifference {
        reason: "the trace flags of an OTLP span are shown, which Jaeger loses",
        asked: SAME_QUESTION,
        answered: |_, answer, _| {
            for_each_span(&mut answer.body, &mut |span| {
                if span["operationName"] == "GET /orders/{id}" || span["operationName"] == "continued" {
                    span["flags"] = json!(1);
                }
            });
        },
    },
    KnownDifference {
        reason: "no bytes are an empty text, as any other bytes are a text",
        asked: SAME_QUESTION,
        answered: |_, answer, _| {
            for_each_span(&mut answer.body, &mut |span| {
                for tag in list(span, "tags") {
                    if tag["type"] == "binary" && tag["value"].is_null() {
                        tag["value"] = json!("");
                    }
                }
            });
        },
    },
    KnownDifference {
        reason: "of an attribute that is given twice, the last one counts",
        asked: SAME_QUESTION,
        answered: |_, answer, _| remove_first_of_two(&mut answer.body),
    },
    KnownDifference {
        reason: "operations of the unset kind can be asked for, by its name in OTLP",
        asked: SAME_QUESTION,
        answered: |path, answer, _| {
            if path.ends_with("spanKind=unspecified") {
                answer.body["data"] = json!([{"name": "of a kind", "spanKind": ""}]);
                answer.body["total"] = json!(1);
            } else if path.ends_with("span_kind=unspecified") {
                answer.body["operations"] = json!([{"name": "of a kind"}]);
            }
        },
    },
    KnownDifference {
        reason: "there are no metrics of spans, whatever the parameters",
        asked: SAME_QUESTION,
        answered: |path, answer, _| {
            if path.starts_with("/api/metrics/") {
                let message = "metrics of spans are not part of this Jaeger";
                answer.status = 501;
                answer.body["errors"] = json!([{"code": 501, "msg": message}]);
            }
        },
    },
    KnownDifference {
        reason: "what is wrong with a value is not said in the words of Go",
        asked: SAME_QUESTION,
        answered: |_, answer, firefly| {
            for at in ["/errors/0/msg", "/error/message"] {
                let said = firefly.body.pointer(at).and_then(Value::as_str);
                if let (Some(Value::String(jaeger)), Some(said)) = (answer.body.pointer_mut(at), said)
                    && answer.status == 400
                    && is_in_words_of_go(jaeger)
                {
                    said.clone_into(jaeger);
                }
            }
        },
    },
    KnownDifference {
        reason: "calls are between services: those within one are not counted",
        asked: SAME_QUESTION,
        answered: |path, answer, _| {
            if let Some(edges) = answer.body.get_mut("data").and_then(Value::as_array_mut)
                && path.starts_with("/api/dependencies")
            {
                edges.retain(|edge| edge["parent"] != edge["child"]);
            }
        },
    },
];

/// The words of a parser of Go's library, or of the parameters of version 3 before its names changed.
fn is_in_words_of_go(message: &str) -> bool {
    let words = [
        "strconv.",
        "time: ",
        "parsing time",
        "JSON",
        "TraceID cannot be longer",
        "are required",
        "expecting key:value",
    ];
    words.iter().any(|word| message.contains(word))
}

/// What is in a list; nothing if there is none.
fn list<'a>(owner: &'a mut Value, name: &str) -> impl Iterator<Item = &'a mut Value> {
    owner.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten()
}

/// Calls this for each span of a list of traces of version 1.
fn for_each_span(body: &mut Value, change: &mut dyn FnMut(&mut Value)) {
    let traces = list(body, "data");
    traces.filter_map(|trace| trace.get_mut("spans")?.as_array_mut()).flatten().for_each(change);
}

/// Undoes Jaeger's correction of a duration that is not positive: a nanosecond.
fn end_with_start(body: &mut Value) {
    let spans = body.pointer_mut("/result/resourceSpans").and_then(Value::as_array_mut);
    for span in spans.into_iter().flatten().map(|owned| &mut owned["span"]) {
        if span.to_string().contains("Negative duration detected") {
            span["endTimeUnixNano"] = span["startTimeUnixNano"].clone();
        }
    }
}

/// Takes over Firefly's warnings in these words, where it has any.
fn copy_warnings(jaeger: &mut Value, firefly: &Value, words: &str) {
    let mut warnings = Vec::new();
    for_each_span(&mut firefly.clone(), &mut |span| {
        warnings.push((span["spanID"].clone(), span["traceID"].clone(), span["warnings"].clone()));
    });
    for_each_span(jaeger, &mut |span| {
        let is_same = |(id, trace, warning): &&(Value, Value, Value)| {
            *id == span["spanID"] && *trace == span["traceID"] && warning.to_string().contains(words)
        };
        if let Some((_, _, warnings)) = warnings.iter().find(is_same) {
            span["warnings"] = warnings.clone();
        }
    });
}

fn remove_first_of_two(value: &mut Value) {
    match value {
        Value::Array(values) => {
            let is_first = |value: &Value| value["key"] == "key" && value.to_string().contains("\"first\"");
            values.retain(|value| !is_first(value));
            values.iter_mut().for_each(remove_first_of_two);
        }
        Value::Object(fields) => fields.values_mut().for_each(remove_first_of_two),
        _ => {}
    }
}

/// Removes the attribute of version 3 that has this value.
fn drop_attribute(value: &mut Value, text: &str) {
    match value {
        Value::Array(values) => {
            values.retain(|value| value["value"]["stringValue"] != text);
            values.iter_mut().for_each(|value| drop_attribute(value, text));
        }
        Value::Object(fields) => fields.values_mut().for_each(|value| drop_attribute(value, text)),
        _ => {}
    }
}

fn replace(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::String(text) if text == from => to.clone_into(text),
        Value::Array(values) => values.iter_mut().for_each(|value| replace(value, from, to)),
        Value::Object(fields) => fields.values_mut().for_each(|value| replace(value, from, to)),
        _ => {}
    }
}

/// Drops the warnings in these words from the spans of either version.
fn drop_warnings(value: &mut Value, words: &str) {
    match value {
        Value::Object(fields) => {
            if let Some(warnings) = fields.get_mut("warnings").and_then(Value::as_array_mut) {
                warnings.retain(|warning| !warning.to_string().contains(words));
                if warnings.is_empty() {
                    fields.insert("warnings".into(), Value::Null);
                }
            }
            if let Some(attributes) = fields.get_mut("attributes").and_then(Value::as_array_mut) {
                attributes.retain_mut(|attribute| keeps_some(attribute, words));
                if attributes.is_empty() {
                    fields.remove("attributes");
                }
            }
            fields.values_mut().for_each(|value| drop_warnings(value, words));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| drop_warnings(value, words)),
        _ => {}
    }
}

/// Whether an attribute of version 3 is none of warnings, or still has some without those in these words.
fn keeps_some(attribute: &mut Value, words: &str) -> bool {
    if attribute["key"] != "@jaeger@warnings" {
        return true;
    }
    let values = attribute.pointer_mut("/value/arrayValue/values").and_then(Value::as_array_mut);
    values.is_some_and(|values| {
        values.retain(|value| !value.to_string().contains(words));
        !values.is_empty()
    })
}
