//! Traces with everything in them, and their JSON.

use firefly_model::UnixNanos;
use firefly_model::trace::{
    AttributeValue, Attributes, Resource, Scope, Span, SpanEvent, SpanId, SpanKind, SpanLink, Status,
    StatusCode, Trace, TraceId, TraceSpan,
};
use serde_json::{Value, json};

use super::trace_json;

const TRACE: TraceId = TraceId(0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c);
const START: u64 = 1_772_442_000_123_456_789;

fn attributes(attributes: &[(&str, AttributeValue)]) -> Attributes {
    attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::String(text.into())
}

fn span(id: u64) -> Span {
    Span {
        trace_id: TRACE,
        span_id: SpanId(id),
        parent_span_id: None,
        trace_state: String::new(),
        flags: 0,
        name: "GET /".into(),
        kind: SpanKind::Unspecified,
        start: UnixNanos(START),
        end: UnixNanos(START + 999),
        attributes: Attributes::default(),
        dropped_attributes_count: 0,
        events: Vec::new(),
        dropped_events_count: 0,
        links: Vec::new(),
        dropped_links_count: 0,
        status: Status::default(),
    }
}

fn link(trace_id: TraceId, span_id: u64, attributes: Attributes) -> SpanLink {
    SpanLink {
        trace_id,
        span_id: SpanId(span_id),
        trace_state: String::new(),
        attributes,
        dropped_attributes_count: 0,
        flags: 0,
    }
}

fn trace(spans: Vec<Span>) -> Trace {
    let resource = Resource {
        attributes: attributes(&[
            ("service.name", text("checkout")),
            ("faas.version", text("7")),
            ("cloud.account.id", AttributeValue::Int(111_122_223_333)),
        ]),
        ..Resource::default()
    };
    let spans = spans.into_iter().map(|span| TraceSpan { span, resource: 0, scope: 0, warning: None });
    Trace {
        trace_id: TRACE,
        resources: vec![resource],
        scopes: vec![Scope { name: "http".into(), version: "1.2".into(), ..Scope::default() }],
        spans: spans.collect(),
    }
}

fn json_of(trace: &Trace) -> Value {
    serde_json::from_slice(&trace_json(trace, None)).unwrap()
}

#[test]
fn a_span_with_everything() {
    let mut full = span(0x00f0_67aa_0ba9_02b7);
    full.parent_span_id = Some(SpanId(1));
    full.trace_state = "a=1".into();
    full.flags = 0x301;
    full.kind = SpanKind::Server;
    full.end = UnixNanos(START + 5_432_100);
    full.status = Status { code: StatusCode::Error, message: "broken".into() };
    full.attributes = attributes(&[
        ("text", text("é\"")),
        ("yes", AttributeValue::Bool(true)),
        ("int", AttributeValue::Int(-200)),
        ("safe", AttributeValue::Int(9_007_199_254_740_991)),
        ("unsafe", AttributeValue::Int(9_007_199_254_740_992)),
        ("double", AttributeValue::Double(0.5)),
        ("odd", AttributeValue::Double(f64::NEG_INFINITY)),
        ("bytes", AttributeValue::Bytes(vec![0, 255])),
        ("array", AttributeValue::Array(vec![text("a"), AttributeValue::Int(1)])),
        ("map", AttributeValue::Map(attributes(&[("k", AttributeValue::Double(2.0))]))),
        ("empty", AttributeValue::Empty),
        ("error", text("an attribute of its own")),
    ]);
    full.events = vec![SpanEvent {
        time: UnixNanos(START + 1_000),
        name: "exception".into(),
        attributes: attributes(&[("exception.type", text("Boom")), ("a", AttributeValue::Int(1))]),
        dropped_attributes_count: 0,
    }];
    full.links = vec![link(TraceId(0x1f), 2, Attributes::default())];
    let mut trace = trace(vec![full]);
    trace.spans[0].warning = Some("its end is missing".into());

    let tag = |key: &str, r#type: &str, value: Value| json!({ "key": key, "type": r#type, "value": value });
    assert_eq!(
        json_of(&trace),
        json!({
            "traceID": "0af7651916cd43dd8448eb211c80319c",
            "spans": [{
                "traceID": "0af7651916cd43dd8448eb211c80319c",
                "spanID": "00f067aa0ba902b7",
                "flags": 1,
                "operationName": "GET /",
                "references": [
                    {
                        "refType": "CHILD_OF",
                        "traceID": "0af7651916cd43dd8448eb211c80319c",
                        "spanID": "0000000000000001",
                    },
                    { "refType": "FOLLOWS_FROM", "traceID": "000000000000001f", "spanID": "0000000000000002" },
                ],
                "startTime": 1_772_442_000_123_456_u64,
                "duration": 5_432,
                "tags": [
                    tag("array", "string", json!("[\"a\",1]")),
                    tag("bytes", "binary", json!("AP8=")),
                    tag("double", "float64", json!(0.5)),
                    tag("empty", "string", json!("")),
                    tag("error", "string", json!("an attribute of its own")),
                    tag("error", "bool", json!(true)),
                    tag("int", "int64", json!(-200)),
                    tag("map", "string", json!("{\"k\":2}")),
                    tag("odd", "float64", json!("-Inf")),
                    tag("otel.scope.name", "string", json!("http")),
                    tag("otel.scope.version", "string", json!("1.2")),
                    tag("otel.status_code", "string", json!("ERROR")),
                    tag("otel.status_description", "string", json!("broken")),
                    tag("safe", "int64", json!(9_007_199_254_740_991_i64)),
                    tag("span.kind", "string", json!("server")),
                    tag("text", "string", json!("é\"")),
                    tag("unsafe", "int64", json!("9007199254740992")),
                    tag("w3c.tracestate", "string", json!("a=1")),
                    tag("yes", "bool", json!(true)),
                ],
                "logs": [{
                    "timestamp": 1_772_442_000_123_457_u64,
                    "fields": [
                        tag("event", "string", json!("exception")),
                        tag("a", "int64", json!(1)),
                        tag("exception.type", "string", json!("Boom")),
                    ],
                }],
                "processID": "p1",
                "warnings": ["its end is missing"],
            }],
            "processes": {
                "p1": {
                    "serviceName": "checkout",
                    "tags": [
                        tag("cloud.account.id", "int64", json!(111_122_223_333_i64)),
                        tag("faas.version", "string", json!("7")),
                    ],
                },
            },
            "warnings": null,
        })
    );
}

#[test]
fn a_span_with_nothing() {
    let mut trace = trace(vec![span(1)]);
    trace.resources[0] = Resource::default();
    trace.scopes[0] = Scope::default();
    trace.spans[0].span.trace_id = TraceId(0x1f);
    trace.trace_id = TraceId(0x1f);
    assert_eq!(
        json_of(&trace),
        json!({
            "traceID": "000000000000001f",
            "spans": [{
                "traceID": "000000000000001f",
                "spanID": "0000000000000001",
                "operationName": "GET /",
                "references": [],
                "startTime": 1_772_442_000_123_456_u64,
                "duration": 0,
                "tags": [],
                "logs": [],
                "processID": "p1",
                "warnings": null,
            }],
            "processes": { "p1": { "serviceName": "unknown_service", "tags": [] } },
            "warnings": null,
        })
    );
}

#[test]
fn resources_that_jaeger_cannot_tell_apart_are_one_process() {
    let mut trace = trace(vec![span(1), span(2), span(3), span(4)]);
    let same = Resource { schema_url: "https://example.com/schema".into(), ..trace.resources[0].clone() };
    let other = Resource { attributes: attributes(&[("faas.name", text("fn"))]), ..Resource::default() };
    trace.resources.extend([other, same]);
    for (span, resource) in trace.spans.iter_mut().zip([1, 0, 2, 1]) {
        span.resource = resource;
    }
    let json = json_of(&trace);
    let ids: Vec<_> = json["spans"].as_array().unwrap().iter().map(|span| &span["processID"]).collect();
    assert_eq!(ids, ["p1", "p2", "p2", "p1"]);
    assert_eq!(json["processes"].as_object().unwrap().len(), 2);
    assert_eq!(json["processes"]["p1"]["serviceName"], "fn");
    assert_eq!(json["processes"]["p1"]["tags"][0]["key"], "faas.name");
}

#[test]
fn the_first_spans_of_a_trace_come_with_their_processes_and_a_warning() {
    let mut trace = trace(vec![span(1), span(2)]);
    trace.resources.push(Resource::default());
    trace.spans[1].resource = 1;
    trace.spans.truncate(1);
    let json: Value = serde_json::from_slice(&trace_json(&trace, Some("cut"))).unwrap();
    assert_eq!(json["spans"].as_array().unwrap().len(), 1);
    assert_eq!(json["processes"].as_object().unwrap().len(), 1);
    assert_eq!(json["warnings"], json!(["cut"]));
}

fn references(span: Span) -> Vec<(String, String, String)> {
    let field = |reference: &Value, name: &str| reference[name].as_str().unwrap().to_owned();
    let json = json_of(&trace(vec![span]));
    let references = json["spans"][0]["references"].as_array().unwrap();
    let parts =
        |reference| (field(reference, "refType"), field(reference, "traceID"), field(reference, "spanID"));
    references.iter().map(parts).collect()
}

#[test]
fn a_link_to_the_parent_says_what_the_parent_is() {
    let mut linked = span(9);
    linked.parent_span_id = Some(SpanId(1));
    linked.links = vec![link(TRACE, 1, Attributes::default())];
    let follows = ("FOLLOWS_FROM".to_owned(), TRACE.to_string(), "0000000000000001".to_owned());
    assert_eq!(references(linked.clone()), std::slice::from_ref(&follows));

    // Another span of the same trace is then the parent.
    let child_of = attributes(&[("opentracing.ref_type", text("child_of"))]);
    linked.links.push(link(TRACE, 2, child_of));
    let parent = ("CHILD_OF".to_owned(), TRACE.to_string(), "0000000000000002".to_owned());
    assert_eq!(references(linked), [parent, follows]);
}

#[test]
fn a_link_within_the_trace_comes_before_those_to_others() {
    let mut linked = span(9);
    linked.links = vec![link(TraceId(1), 1, Attributes::default()), link(TRACE, 2, Attributes::default())];
    let ids: Vec<_> = references(linked).into_iter().map(|(_, _, span)| span).collect();
    assert_eq!(ids, ["0000000000000002", "0000000000000001"]);
}

#[test]
fn an_event_whose_attributes_name_it_keeps_that_name() {
    let mut named = span(1);
    named.events = vec![SpanEvent {
        time: UnixNanos(START),
        name: "name".into(),
        attributes: attributes(&[("a", text("1")), ("event", text("own"))]),
        dropped_attributes_count: 0,
    }];
    let json = json_of(&trace(vec![named]));
    let fields = json["spans"][0]["logs"][0]["fields"].as_array().unwrap();
    let pairs: Vec<_> = fields.iter().map(|field| (field["key"].as_str(), field["value"].as_str())).collect();
    assert_eq!(pairs, [(Some("event"), Some("own")), (Some("a"), Some("1"))]);
}
