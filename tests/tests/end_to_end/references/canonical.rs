//! Answers in a form in which equal ones look equal: what has no order is sorted, and what only points elsewhere is put
//! in its place.

use std::mem::take;

use serde_json::{Value, json};

use super::side::Answer;

pub fn canonical(mut answer: Answer) -> Answer {
    let data = answer.body.get_mut("data").and_then(Value::as_array_mut);
    data.into_iter().flatten().for_each(trace_of_v1);
    sort_lists(&mut answer);
    if let Some(resource_spans) = answer.body.pointer_mut("/result/resourceSpans") {
        *resource_spans = spans_of_v3(resource_spans.take());
    }
    numbers(&mut answer.body);
    answer
}

/// Sorts the lists of names, operations, traces and edges.
pub fn sort_lists(answer: &mut Answer) {
    for list in ["data", "services", "operations"] {
        answer.body.get_mut(list).and_then(Value::as_array_mut).into_iter().for_each(|values| sort(values));
    }
}

/// By id where there are ids, so that spans stand beside each other though they differ.
fn sort(values: &mut [Value]) {
    values.sort_by_cached_key(|value| {
        let id = |at: &str| value.pointer(at).map(Value::to_string);
        (id("/traceID"), id("/spanID"), id("/span/traceId"), id("/span/spanId"), value.to_string())
    });
}

/// A trace of version 1: its processes move into its spans.
fn trace_of_v1(trace: &mut Value) {
    let Some(spans) = trace.get_mut("spans").and_then(Value::as_array_mut).map(take) else { return };
    let processes = trace["processes"].take();
    let spans = spans.into_iter().map(|span| span_of_v1(span, &processes));
    let mut spans: Vec<_> = spans.collect();
    sort(&mut spans);
    trace["spans"] = spans.into();
}

fn span_of_v1(mut span: Value, processes: &Value) -> Value {
    let id = span["processID"].take();
    let mut process = processes[id.as_str().unwrap_or_default()].clone();
    process.get_mut("tags").and_then(Value::as_array_mut).into_iter().for_each(|values| sort(values));
    span["process"] = process;
    for list in ["tags", "warnings"] {
        if let Some(values) = span[list].as_array_mut() {
            sort(values);
            // Jaeger's memory says a warning once more each time that the trace is read.
            values.dedup();
        }
    }
    // Jaeger's own order depends on what was asked before: its memory is sorted by name at the first question.
    if let Some(logs) = span["logs"].as_array_mut() {
        logs.iter_mut().filter_map(|log| log["fields"].as_array_mut()).for_each(|fields| sort(fields));
        sort(logs);
    }
    span
}

/// The spans of version 3, one by one, with their resource and scope.
fn spans_of_v3(resource_spans: Value) -> Value {
    let mut spans = Vec::new();
    for mut resource_spans in items(resource_spans) {
        let mut resource = resource_spans["resource"].take();
        sort_attributes(&mut resource);
        for mut scope_spans in items(resource_spans["scopeSpans"].take()) {
            let mut scope = scope_spans["scope"].take();
            sort_attributes(&mut scope);
            let schemas = [&resource_spans, &scope_spans].map(|spans| spans["schemaUrl"].clone());
            for mut span in items(scope_spans["spans"].take()) {
                span_of_v3(&mut span);
                spans.push(json!({"span": span, "resource": resource, "scope": scope, "schemas": schemas}));
            }
        }
    }
    sort(&mut spans);
    spans.into()
}

fn span_of_v3(span: &mut Value) {
    sort_attributes(span);
    for list in ["events", "links"] {
        span.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten().for_each(sort_attributes);
    }
    span.get_mut("events").and_then(Value::as_array_mut).into_iter().for_each(|events| sort(events));
    let is_warnings = |attribute: &&mut Value| attribute["key"] == "@jaeger@warnings";
    let attributes = span.get_mut("attributes").and_then(Value::as_array_mut);
    if let Some(warnings) = attributes.and_then(|attributes| attributes.iter_mut().find(is_warnings))
        && let Some(values) = warnings.pointer_mut("/value/arrayValue/values").and_then(Value::as_array_mut)
    {
        sort(values);
        values.dedup();
    }
}

fn sort_attributes(owner: &mut Value) {
    owner.get_mut("attributes").into_iter().for_each(sort_maps);
    owner.get_mut("attributes").and_then(Value::as_array_mut).into_iter().for_each(|values| sort(values));
}

/// Sorts the entries of the maps among values.
fn sort_maps(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(sort_maps),
        Value::Object(fields) => {
            fields.values_mut().for_each(sort_maps);
            let entries = fields.get_mut("kvlistValue").and_then(|map| map.get_mut("values")?.as_array_mut());
            entries.into_iter().for_each(|entries| sort(entries));
        }
        _ => {}
    }
}

fn items(list: Value) -> Vec<Value> {
    if let Value::Array(items) = list { items } else { Vec::new() }
}

/// `2` and `2.0` are one number in JSON.
fn numbers(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            let whole = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 1e15);
            #[expect(clippy::cast_possible_truncation, reason = "whole, and small enough")]
            if let Some(whole) = whole {
                *value = json!(whole as i64);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(numbers),
        Value::Object(fields) => fields.values_mut().for_each(numbers),
        _ => {}
    }
}

/// What is different between two answers, each with where it is.
pub fn differences(jaeger: &Answer, firefly: &Answer) -> Vec<String> {
    let mut found = Vec::new();
    if jaeger.status != firefly.status {
        found.push(format!("status {} in Jaeger, {} in Firefly", jaeger.status, firefly.status));
    }
    compare(&jaeger.body, &firefly.body, "", &mut found);
    found
}

fn compare(jaeger: &Value, firefly: &Value, at: &str, found: &mut Vec<String>) {
    match (jaeger, firefly) {
        (Value::Object(one), Value::Object(other)) => {
            for key in one.keys().chain(other.keys().filter(|key| !one.contains_key(*key))) {
                let at = format!("{at}/{key}");
                match (one.get(key), other.get(key)) {
                    (Some(one), Some(other)) => compare(one, other, &at, found),
                    (Some(one), None) => found.push(format!("{at}: only in Jaeger: {}", shortened(one))),
                    (_, other) => found
                        .push(format!("{at}: only in Firefly: {}", other.map_or(String::new(), shortened))),
                }
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                compare(one, other, &format!("{at}/{index}"), found);
            }
        }
        _ if jaeger == firefly => {}
        _ => found.push(format!("{at}: {} in Jaeger, {} in Firefly", shortened(jaeger), shortened(firefly))),
    }
}

fn shortened(value: &Value) -> String {
    let text = value.to_string();
    text.chars().take(400).collect()
}
