//! Stored traces as OTLP's JSON, as Jaeger's API v3 answers with.
//!
//! Written as OpenTelemetry's Go library writes it: ids in hexadecimal, 64-bit numbers as strings, enumerations as
//! numbers, and fields of a default value left out, except for `resource`, `scope` and `status`.

use std::collections::BTreeMap;
use std::fmt::Display;

use firefly_model::trace::{Resource, Scope, Span, SpanEvent, SpanId, SpanLink, Status, Trace, TraceId};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::write_attributes::JsonAttributes;

/// `TracesData`: traces as `{"resourceSpans":[…]}`, the spans of each trace grouped by resource and scope.
///
/// ```
/// use firefly_wire::otlp::TracesData;
///
/// assert_eq!(serde_json::to_string(&TracesData(&[])).unwrap(), r#"{"resourceSpans":[]}"#);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TracesData<'a>(pub &'a [Trace]);

impl Serialize for TracesData<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(1))?;
        object.serialize_entry("resourceSpans", &AllResourceSpans(self.0))?;
        object.end()
    }
}

/// One trace after the other, so that no more than one is held grouped.
struct AllResourceSpans<'a>(&'a [Trace]);

impl Serialize for AllResourceSpans<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut array = serializer.serialize_seq(None)?;
        for resource_spans in self.0.iter().flat_map(resource_spans) {
            array.serialize_element(&resource_spans)?;
        }
        array.end()
    }
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceSpans<'a> {
    resource: JsonResource<'a>,
    scope_spans: Vec<ScopeSpans<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    schema_url: &'a str,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonResource<'a> {
    #[serde(skip_serializing_if = "JsonAttributes::is_empty")]
    attributes: JsonAttributes<'a>,
    #[serde(skip_serializing_if = "is_zero")]
    dropped_attributes_count: u32,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct ScopeSpans<'a> {
    scope: JsonScope<'a>,
    spans: Vec<JsonSpan<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    schema_url: &'a str,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonScope<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    version: &'a str,
    #[serde(skip_serializing_if = "JsonAttributes::is_empty")]
    attributes: JsonAttributes<'a>,
    #[serde(skip_serializing_if = "is_zero")]
    dropped_attributes_count: u32,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonSpan<'a> {
    trace_id: Shown<TraceId>,
    span_id: Shown<SpanId>,
    #[serde(skip_serializing_if = "str::is_empty")]
    trace_state: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_span_id: Option<Shown<SpanId>>,
    #[serde(skip_serializing_if = "is_zero")]
    flags: u32,
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    #[serde(skip_serializing_if = "is_zero")]
    kind: u32,
    #[serde(skip_serializing_if = "Shown::is_zero")]
    start_time_unix_nano: Shown<u64>,
    #[serde(skip_serializing_if = "Shown::is_zero")]
    end_time_unix_nano: Shown<u64>,
    #[serde(skip_serializing_if = "JsonAttributes::is_empty")]
    attributes: JsonAttributes<'a>,
    #[serde(skip_serializing_if = "is_zero")]
    dropped_attributes_count: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    events: Vec<JsonEvent<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    dropped_events_count: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<JsonLink<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    dropped_links_count: u32,
    status: JsonStatus<'a>,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonEvent<'a> {
    #[serde(skip_serializing_if = "Shown::is_zero")]
    time_unix_nano: Shown<u64>,
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    #[serde(skip_serializing_if = "JsonAttributes::is_empty")]
    attributes: JsonAttributes<'a>,
    #[serde(skip_serializing_if = "is_zero")]
    dropped_attributes_count: u32,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonLink<'a> {
    trace_id: Shown<TraceId>,
    span_id: Shown<SpanId>,
    #[serde(skip_serializing_if = "str::is_empty")]
    trace_state: &'a str,
    #[serde(skip_serializing_if = "JsonAttributes::is_empty")]
    attributes: JsonAttributes<'a>,
    #[serde(skip_serializing_if = "is_zero")]
    dropped_attributes_count: u32,
    #[serde(skip_serializing_if = "is_zero")]
    flags: u32,
}

#[derive(serde::Serialize)]
struct JsonStatus<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    message: &'a str,
    #[serde(skip_serializing_if = "is_zero")]
    code: u32,
}

/// A value as the string that it is displayed as.
pub(super) struct Shown<T>(pub T);

impl<T: Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl Shown<u64> {
    fn is_zero(&self) -> bool {
        self.0 == 0
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

fn resource_spans(trace: &Trace) -> Vec<ResourceSpans<'_>> {
    let mut grouped: BTreeMap<usize, BTreeMap<usize, Vec<JsonSpan<'_>>>> = BTreeMap::new();
    for span in &trace.spans {
        let spans = grouped.entry(span.resource).or_default().entry(span.scope).or_default();
        spans.push(JsonSpan::of(&span.span));
    }
    let scope = |(scope, spans)| trace.scopes.get(scope).map(|scope| ScopeSpans::of(scope, spans));
    let resource = |(resource, scopes): (usize, BTreeMap<usize, Vec<_>>)| {
        let scope_spans = scopes.into_iter().filter_map(scope).collect();
        trace.resources.get(resource).map(|resource| ResourceSpans::of(resource, scope_spans))
    };
    grouped.into_iter().filter_map(resource).collect()
}

impl<'a> ResourceSpans<'a> {
    fn of(resource: &'a Resource, scope_spans: Vec<ScopeSpans<'a>>) -> Self {
        let attributes = JsonAttributes(&resource.attributes);
        let dropped_attributes_count = resource.dropped_attributes_count;
        Self {
            resource: JsonResource { attributes, dropped_attributes_count },
            scope_spans,
            schema_url: &resource.schema_url,
        }
    }
}

impl<'a> ScopeSpans<'a> {
    fn of(scope: &'a Scope, spans: Vec<JsonSpan<'a>>) -> Self {
        let json = JsonScope {
            name: &scope.name,
            version: &scope.version,
            attributes: JsonAttributes(&scope.attributes),
            dropped_attributes_count: scope.dropped_attributes_count,
        };
        Self { scope: json, spans, schema_url: &scope.schema_url }
    }
}

impl<'a> JsonSpan<'a> {
    fn of(span: &'a Span) -> Self {
        Self {
            trace_id: Shown(span.trace_id),
            span_id: Shown(span.span_id),
            trace_state: &span.trace_state,
            parent_span_id: span.parent_span_id.map(Shown),
            flags: span.flags,
            name: &span.name,
            kind: span.kind as u32,
            start_time_unix_nano: Shown(span.start.0),
            end_time_unix_nano: Shown(span.end.0),
            attributes: JsonAttributes(&span.attributes),
            dropped_attributes_count: span.dropped_attributes_count,
            events: span.events.iter().map(JsonEvent::of).collect(),
            dropped_events_count: span.dropped_events_count,
            links: span.links.iter().map(JsonLink::of).collect(),
            dropped_links_count: span.dropped_links_count,
            status: JsonStatus::of(&span.status),
        }
    }
}

impl<'a> JsonEvent<'a> {
    fn of(event: &'a SpanEvent) -> Self {
        Self {
            time_unix_nano: Shown(event.time.0),
            name: &event.name,
            attributes: JsonAttributes(&event.attributes),
            dropped_attributes_count: event.dropped_attributes_count,
        }
    }
}

impl<'a> JsonLink<'a> {
    fn of(link: &'a SpanLink) -> Self {
        Self {
            trace_id: Shown(link.trace_id),
            span_id: Shown(link.span_id),
            trace_state: &link.trace_state,
            attributes: JsonAttributes(&link.attributes),
            dropped_attributes_count: link.dropped_attributes_count,
            flags: link.flags,
        }
    }
}

impl<'a> JsonStatus<'a> {
    fn of(status: &'a Status) -> Self {
        Self { message: &status.message, code: status.code as u32 }
    }
}

#[cfg(test)]
mod tests {
    use firefly_model::UnixNanos;
    use firefly_model::trace::{AttributeValue, Attributes, SpanKind, StatusCode, TraceSpan};
    use serde_json::{Value, json};

    use super::*;

    fn span(span_id: u64) -> Span {
        Span {
            trace_id: TraceId(0xab),
            span_id: SpanId(span_id),
            parent_span_id: None,
            trace_state: String::new(),
            flags: 0,
            name: String::new(),
            kind: SpanKind::Unspecified,
            start: UnixNanos(1),
            end: UnixNanos(u64::MAX),
            attributes: Attributes::default(),
            dropped_attributes_count: 0,
            events: vec![],
            dropped_events_count: 0,
            links: vec![],
            dropped_links_count: 0,
            status: Status::default(),
        }
    }

    fn full(span_id: u64) -> Span {
        let attributes = Attributes(vec![("a".into(), AttributeValue::Bool(true))]);
        let event = SpanEvent {
            time: UnixNanos(2),
            name: "e".into(),
            attributes: attributes.clone(),
            dropped_attributes_count: 1,
        };
        let link = SpanLink {
            trace_id: TraceId(1),
            span_id: SpanId(2),
            trace_state: "l=1".into(),
            attributes: attributes.clone(),
            dropped_attributes_count: 2,
            flags: 0x101,
        };
        Span {
            parent_span_id: Some(SpanId(9)),
            trace_state: "s=1".into(),
            flags: 1,
            name: "n".into(),
            kind: SpanKind::Client,
            attributes,
            dropped_attributes_count: 3,
            events: vec![event],
            dropped_events_count: 4,
            links: vec![link],
            dropped_links_count: 5,
            status: Status { code: StatusCode::Error, message: "m".into() },
            ..span(span_id)
        }
    }

    fn trace(spans: Vec<(Span, usize, usize)>) -> Trace {
        let named =
            |name: &str| Attributes(vec![("service.name".into(), AttributeValue::String(name.into()))]);
        Trace {
            trace_id: TraceId(0xab),
            resources: vec![
                Resource { attributes: named("shop"), dropped_attributes_count: 1, schema_url: "r".into() },
                Resource::default(),
            ],
            scopes: vec![
                Scope::default(),
                Scope {
                    name: "http".into(),
                    version: "1".into(),
                    schema_url: "s".into(),
                    attributes: named("x"),
                    dropped_attributes_count: 2,
                },
            ],
            spans: spans
                .into_iter()
                .map(|(span, resource, scope)| TraceSpan { span, resource, scope, warning: None })
                .collect(),
        }
    }

    fn written(traces: &[Trace]) -> Value {
        serde_json::to_value(TracesData(traces)).unwrap()
    }

    #[test]
    fn defaults_are_left_out() {
        assert_eq!(
            written(&[trace(vec![(span(1), 1, 0)])]),
            json!({"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {}, "spans": [{
                "traceId": "000000000000000000000000000000ab", "spanId": "0000000000000001",
                "startTimeUnixNano": "1", "endTimeUnixNano": "18446744073709551615", "status": {},
            }]}]}]})
        );
    }

    #[test]
    fn nothing_else_is() {
        let attributes = json!([{"key": "a", "value": {"boolValue": true}}]);
        let name = |name: &str| json!([{"key": "service.name", "value": {"stringValue": name}}]);
        assert_eq!(
            written(&[trace(vec![(full(1), 0, 1)])]),
            json!({"resourceSpans": [{
                "resource": {"attributes": name("shop"), "droppedAttributesCount": 1},
                "scopeSpans": [{
                    "scope": {"name": "http", "version": "1", "attributes": name("x"), "droppedAttributesCount": 2},
                    "spans": [{
                        "traceId": "000000000000000000000000000000ab", "spanId": "0000000000000001",
                        "traceState": "s=1", "parentSpanId": "0000000000000009", "flags": 1, "name": "n", "kind": 3,
                        "startTimeUnixNano": "1", "endTimeUnixNano": "18446744073709551615",
                        "attributes": attributes, "droppedAttributesCount": 3,
                        "events": [{"timeUnixNano": "2", "name": "e", "attributes": attributes,
                            "droppedAttributesCount": 1}],
                        "droppedEventsCount": 4,
                        "links": [{"traceId": "00000000000000000000000000000001", "spanId": "0000000000000002",
                            "traceState": "l=1", "attributes": attributes, "droppedAttributesCount": 2, "flags": 257}],
                        "droppedLinksCount": 5, "status": {"message": "m", "code": 2},
                    }],
                    "schemaUrl": "s",
                }],
                "schemaUrl": "r",
            }]})
        );
    }

    #[test]
    fn spans_stand_with_their_resource_and_scope_and_traces_apart() {
        let spans = vec![(span(1), 0, 0), (span(2), 1, 1), (span(3), 0, 0), (span(4), 0, 1)];
        let traces = [trace(spans), trace(vec![(span(5), 0, 0)])];
        let json = written(&traces);
        let ids = |resource: usize, scope: usize| -> Vec<&str> {
            let spans = json["resourceSpans"][resource]["scopeSpans"][scope]["spans"].as_array();
            spans.into_iter().flatten().map(|span| &span["spanId"].as_str().unwrap()[15..]).collect()
        };
        assert_eq!(json["resourceSpans"].as_array().unwrap().len(), 3);
        assert_eq!(
            [ids(0, 0), ids(0, 1), ids(1, 0), ids(2, 0)],
            [vec!["1", "3"], vec!["4"], vec!["2"], vec!["5"]]
        );
    }
}
