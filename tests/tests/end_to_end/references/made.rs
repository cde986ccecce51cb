//! Spans that a client says it has made, beside those that Firefly answers for them.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::side::Side;

/// Asserts that Firefly answers exactly these spans for their traces.
pub async fn assert_read_back(side: &Side, made: &[Value]) {
    let mut read = Vec::new();
    for id in trace_ids(made) {
        let answer = side.ask(&format!("/api/v3/traces/{id}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        read.extend(spans(&answer.body));
    }
    let by_id = |spans: &mut Vec<Value>| spans.sort_by_cached_key(|span| span["spanId"].to_string());
    let mut made = made.to_vec();
    by_id(&mut made);
    by_id(&mut read);
    assert_eq!(read.len(), made.len(), "{read:#?}");
    for (read, made) in read.iter().zip(&made) {
        assert_eq!(read, made);
    }
}

/// Asserts that Firefly knows none of their traces.
pub async fn assert_unknown(side: &Side, made: &[Value]) {
    for id in trace_ids(made) {
        assert_eq!(side.ask(&format!("/api/v3/traces/{id}")).await.status, 404);
    }
}

fn trace_ids(made: &[Value]) -> BTreeSet<&str> {
    made.iter().map(|span| span["traceId"].as_str().unwrap()).collect()
}

/// The spans of an answer, in the words of the clients.
fn spans(body: &Value) -> Vec<Value> {
    let mut spans = Vec::new();
    for resource_spans in items(&body["result"]["resourceSpans"]) {
        let resource = attributes(&resource_spans["resource"]);
        for scope_spans in items(&resource_spans["scopeSpans"]) {
            let scope = &scope_spans["scope"];
            let scope = json!({"name": text(&scope["name"]), "version": text(&scope["version"])});
            for span in items(&scope_spans["spans"]) {
                spans.push(described(span, &resource, &scope));
            }
        }
    }
    spans
}

fn described(span: &Value, resource: &Value, scope: &Value) -> Value {
    let event = |event: &Value| json!({"time": event["timeUnixNano"], "name": text(&event["name"]), "attributes": attributes(event)});
    let link = |link: &Value| json!({"traceId": link["traceId"], "spanId": link["spanId"], "attributes": attributes(link)});
    let number = |value: &Value| value.as_i64().unwrap_or_default();
    json!({
        "traceId": span["traceId"],
        "spanId": span["spanId"],
        "parentSpanId": text(&span["parentSpanId"]),
        "traceState": text(&span["traceState"]),
        "name": span["name"],
        "kind": number(&span["kind"]),
        "start": span["startTimeUnixNano"],
        "end": span["endTimeUnixNano"],
        "status": {"code": number(&span["status"]["code"]), "message": text(&span["status"]["message"])},
        "attributes": attributes(span),
        "events": items(&span["events"]).iter().map(event).collect::<Vec<_>>(),
        "links": items(&span["links"]).iter().map(link).collect::<Vec<_>>(),
        "scope": scope,
        "resource": resource,
    })
}

fn items(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

/// OTLP's JSON leaves out what is empty.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn attributes(owner: &Value) -> Value {
    let attribute = |attribute: &Value| (text(&attribute["key"]).to_owned(), plain(&attribute["value"]));
    items(&owner["attributes"]).iter().map(attribute).collect::<Map<_, _>>().into()
}

/// A value of OTLP's JSON as JSON itself has it.
fn plain(value: &Value) -> Value {
    let Some((kind, value)) = value.as_object().and_then(|value| value.iter().next()) else {
        return Value::Null;
    };
    match kind.as_str() {
        "stringValue" | "boolValue" => value.clone(),
        "intValue" => json!(value.as_str().unwrap().parse::<i64>().unwrap()),
        "doubleValue" => json!(value.as_f64().unwrap()),
        "bytesValue" => json!({ "$bytes": value }),
        "arrayValue" => items(&value["values"]).iter().map(plain).collect(),
        _ => panic!("no client makes a {kind}"),
    }
}
