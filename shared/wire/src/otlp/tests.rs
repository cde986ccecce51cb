//! Exports in both encodings, and what is wrong with some.

use firefly_model::UnixNanos;
use firefly_model::trace::{
    AttributeValue, Attributes, Resource, Scope, Span, SpanEvent, SpanId, SpanKind, SpanLink, Status,
    StatusCode, TraceId,
};
use serde_json::{Value, json};

use super::*;
use crate::limits;
use crate::protobuf::{write_bytes, write_varint};

#[derive(Debug, Default, PartialEq)]
struct Taken {
    resources: Vec<Resource>,
    scopes: Vec<Scope>,
    spans: Vec<Span>,
    refused: Vec<(String, Fault)>,
    requests: Vec<Vec<u8>>,
}

impl SpanSink for Taken {
    fn resource(&mut self, resource: Resource) {
        self.resources.push(resource);
    }

    fn scope(&mut self, scope: Scope) {
        self.scopes.push(scope);
    }

    fn span(&mut self, span: Span, source: &SpanSource<'_>) {
        self.spans.push(span);
        self.requests.push(source.to_request().0);
    }

    fn refused(&mut self, name: String, fault: &Fault, source: &SpanSource<'_>) {
        self.refused.push((name, fault.clone()));
        self.requests.push(source.to_request().0);
    }
}

fn decoded(body: &[u8], encoding: Encoding) -> Result<Taken, Unreadable> {
    let mut taken = Taken::default();
    decode_traces(body, encoding, &mut taken).map(|()| taken)
}

fn from_json(json: &Value) -> Taken {
    decoded(json.to_string().as_bytes(), Encoding::Json).unwrap()
}

/// An export with this span.
fn export(span: &Value) -> Value {
    json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]})
}

const TRACE_ID: &str = "5B8EFFF798038103D269B633813FC60C";

fn full() -> Span {
    let attributes = Attributes(vec![("a".into(), AttributeValue::Int(-3))]);
    Span {
        trace_id: TraceId(0x5b8e_fff7_9803_8103_d269_b633_813f_c60c),
        span_id: SpanId(0xeee1_9b7e_c3c1_b174),
        parent_span_id: Some(SpanId(0xeee1_9b7e_c3c1_b173)),
        trace_state: "a=b".into(),
        flags: 0x101,
        name: "I'm a server span".into(),
        kind: SpanKind::Server,
        start: UnixNanos(1_544_712_660_000_000_001),
        end: UnixNanos(u64::MAX),
        attributes: attributes.clone(),
        dropped_attributes_count: 1,
        events: vec![SpanEvent {
            time: UnixNanos(5),
            name: "e".into(),
            attributes: attributes.clone(),
            dropped_attributes_count: 2,
        }],
        dropped_events_count: 3,
        links: vec![SpanLink {
            trace_id: TraceId(1),
            span_id: SpanId(2),
            trace_state: "l=1".into(),
            attributes,
            dropped_attributes_count: 4,
            flags: 1,
        }],
        dropped_links_count: 5,
        status: Status { code: StatusCode::Error, message: "broken".into() },
    }
}

#[test]
fn every_field_in_json() {
    let attributes = json!([{"key": "a", "value": {"intValue": "-3"}}]);
    let span = json!({
        "traceId": TRACE_ID, "spanId": "EEE19B7EC3C1B174", "parentSpanId": "eee19b7ec3c1b173", "traceState": "a=b",
        "flags": 257, "name": "I'm a server span", "kind": 2, "startTimeUnixNano": "1544712660000000001",
        "endTimeUnixNano": {"low": -1, "high": -1}, "attributes": attributes, "droppedAttributesCount": 1,
        "events": [{"timeUnixNano": 5, "name": "e", "attributes": attributes, "droppedAttributesCount": 2}],
        "droppedEventsCount": 3, "droppedLinksCount": 5, "status": {"code": 2, "message": "broken"},
        "links": [{"traceId": "00000000000000000000000000000001", "spanId": "0000000000000002", "traceState": "l=1",
            "attributes": attributes, "droppedAttributesCount": 4, "flags": 1}],
        "unknown": [{"x": {}}],
    });
    let whole = json!({"resourceSpans": [{
        "schemaUrl": "r", "resource": {"attributes": attributes, "droppedAttributesCount": 6},
        "scopeSpans": [{"spans": [span], "schemaUrl": "s",
            "scope": {"name": "n", "version": "v", "attributes": attributes, "droppedAttributesCount": 7}}],
    }], "unknown": null});
    let taken = from_json(&whole);
    let attributes = full().attributes;
    assert_eq!(taken.spans, [full()]);
    assert_eq!(
        taken.resources,
        [Resource { attributes: attributes.clone(), dropped_attributes_count: 6, schema_url: "r".into() }]
    );
    assert_eq!(
        taken.scopes,
        [Scope {
            name: "n".into(),
            version: "v".into(),
            attributes,
            dropped_attributes_count: 7,
            schema_url: "s".into()
        }]
    );
    let alone = decoded(&taken.requests[0], Encoding::Json).unwrap();
    assert_eq!(alone, taken, "what is set aside says the same, and sets the same aside");
}

#[test]
fn json_may_name_fields_and_enumerations_as_the_schema_does_and_nulls_are_defaults() {
    let span = json!({
        "trace_id": TRACE_ID, "span_id": "EEE19B7EC3C1B174", "parent_span_id": "eee19b7ec3c1b173",
        "trace_state": "a=b", "flags": 257, "name": "I'm a server span", "kind": "SPAN_KIND_SERVER",
        "start_time_unix_nano": 1_544_712_660_000_000_001_u64, "end_time_unix_nano": u64::MAX,
        "attributes": [{"key": "a", "value": {"int_value": -3}}], "dropped_attributes_count": 1,
        "events": null, "links": null, "status": {"code": "STATUS_CODE_ERROR", "message": "broken"},
    });
    let taken = from_json(&json!({"resource_spans": [{"resource": null, "schema_url": null,
        "scope_spans": [{"scope": null, "spans": [span]}]}]}));
    let expected =
        Span { events: vec![], links: vec![], dropped_events_count: 0, dropped_links_count: 0, ..full() };
    assert_eq!(taken.spans, [expected]);
    assert_eq!((taken.resources, taken.scopes), (vec![Resource::default()], vec![Scope::default()]));
}

#[test]
fn what_is_written_is_read_again() {
    let span = firefly_model::trace::TraceSpan { span: full(), resource: 0, scope: 0, warning: None };
    let (resource, scope) = (Resource::default(), Scope { name: "n".into(), ..Scope::default() });
    let trace = firefly_model::trace::Trace {
        trace_id: span.span.trace_id,
        resources: vec![resource],
        scopes: vec![scope.clone()],
        spans: vec![span],
    };
    let taken = from_json(&serde_json::to_value(TracesData(&[trace])).unwrap());
    assert_eq!((taken.spans, taken.scopes), (vec![full()], vec![scope]));
}

/// The fields of a span with these ids and this name, in protobuf.
fn message(trace_id: &[u8], span_id: &[u8], name: &[u8]) -> Vec<u8> {
    let mut span = Vec::new();
    write_bytes(&mut span, 1, trace_id);
    write_bytes(&mut span, 2, span_id);
    write_bytes(&mut span, 5, name);
    span
}

fn request(spans: &[Vec<u8>]) -> Vec<u8> {
    let wrap = |pieces: &[Vec<u8>], number| {
        let mut message = Vec::new();
        for piece in pieces {
            write_bytes(&mut message, number, piece);
        }
        message
    };
    wrap(&[wrap(&[wrap(spans, 2)], 2)], 1)
}

#[test]
fn ids_that_are_none_are_refused_by_name_and_the_rest_is_taken() {
    let spans = [
        message(&[1; 16], &[1; 8], b"good"),
        message(&[1; 15], &[1; 8], b"short"),
        message(&[0; 16], &[1; 8], b"zero"),
        message(&[1; 16], &[], b"missing"),
        [message(&[1; 16], &[1; 8], b"parent"), vec![4 << 3 | 2, 1, 7]].concat(),
        [message(&[1; 16], &[1; 8], b"link"), vec![13 << 3 | 2, 0]].concat(),
        [message(&[1; 16], &[1; 8], b"good too"), vec![4 << 3 | 2, 8, 0, 0, 0, 0, 0, 0, 0, 0]].concat(),
        vec![0x0f],
    ];
    let taken = decoded(&request(&spans), Encoding::Protobuf).unwrap();
    let names: Vec<_> = taken.spans.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(names, ["good", "good too"]);
    assert!(taken.spans.iter().all(|span| span.parent_span_id.is_none()));
    let refused: Vec<_> = taken.refused.iter().map(|(name, fault)| format!("{name}: {fault}")).collect();
    assert_eq!(
        refused,
        [
            "short: its trace id has 15 bytes instead of 16",
            "zero: its trace id is all zero",
            "missing: its span id has 0 bytes instead of 8",
            "parent: its parent span id has 1 bytes instead of 8",
            "link: its link's trace id has 0 bytes instead of 16",
            ": it is not OTLP: an impossible wire type",
        ]
    );
    for (span, request_alone) in spans.iter().zip(&taken.requests) {
        assert_eq!(
            decoded(request_alone, Encoding::Protobuf).unwrap().requests,
            std::slice::from_ref(request_alone)
        );
        assert!(request_alone.windows(span.len()).any(|window| window == span));
    }
}

#[test]
fn a_malformed_span_in_json_does_not_hold_back_the_others() {
    let good = json!({"traceId": TRACE_ID, "spanId": "EEE19B7EC3C1B174", "name": "good"});
    for (field, value, reason) in [
        ("spanId", json!("xyz0"), "an id that is not hexadecimal"),
        ("spanId", json!("00"), "its span id has 1 bytes"),
        ("name", json!(5), "not OTLP"),
        ("kind", json!("SPAN_KIND_ODD"), "an unknown name"),
        ("startTimeUnixNano", json!("soon"), "no whole number"),
        ("events", json!({}), "not OTLP"),
    ] {
        let mut bad = good.clone();
        bad[field] = value;
        let both = json!({"resourceSpans": [{"scopeSpans": [{"spans": [bad, good]}]}]});
        let taken = from_json(&both);
        assert_eq!(taken.spans.len(), 1, "{field}");
        assert!(taken.refused[0].1.to_string().contains(reason), "{:?}", taken.refused);
    }
}

#[test]
fn odd_strings_are_read() {
    let taken = decoded(&request(&[message(&[1; 16], &[1; 8], b"a\xffb\0")]), Encoding::Protobuf).unwrap();
    assert_eq!(taken.spans[0].name, "a\u{fffd}b\0");
    let json = export(&json!({"traceId": TRACE_ID, "spanId": "EEE19B7EC3C1B174", "name": "NAME"}));
    let json = json.to_string().replace("NAME", r"a\ud800b\u0000");
    let taken = decoded(json.as_bytes(), Encoding::Json).unwrap();
    assert_eq!(taken.spans[0].name, "a\u{fffd}b\0");
}

#[test]
fn garbage_is_unreadable_and_nothing_is_empty() {
    for (body, encoding) in [
        (&b"{}"[..], Encoding::Protobuf),
        (b"\x0a\x05", Encoding::Protobuf),
        (b"\x08\x01\x0a", Encoding::Protobuf),
        (b"", Encoding::Json),
        (b"null", Encoding::Json),
        (b"[1]", Encoding::Json),
        (b" []", Encoding::Json),
        (b"{\"resourceSpans\":{}}", Encoding::Json),
        (b"{\"resourceSpans\":[1]}", Encoding::Json),
        (b"{\"resourceSpans\":[{}]", Encoding::Json),
        (b"{\"a\":\"\xff\"}", Encoding::Json),
    ] {
        let error = decoded(body, encoding).unwrap_err().to_string();
        assert!(error.starts_with("the body is not an OTLP export in ") && !error.contains('\n'), "{error}");
    }
    assert_eq!(decoded(b"", Encoding::Protobuf).unwrap(), Taken::default());
    assert_eq!(decoded(b"{}", Encoding::Json).unwrap(), Taken::default());
}

/// `AnyValue` with so many arrays around nothing.
fn nested(levels: usize) -> Vec<u8> {
    (0..levels).fold(Vec::new(), |inner, _| {
        let (mut array, mut value) = (Vec::new(), Vec::new());
        write_bytes(&mut array, 1, &inner);
        write_bytes(&mut value, 5, &array);
        value
    })
}

fn nested_json(levels: usize) -> Value {
    (0..levels).fold(json!({}), |inner, _| json!({"arrayValue": {"values": [inner]}}))
}

#[test]
fn values_are_nested_up_to_the_limit() {
    for (levels, is_taken) in [(limits::VALUE_NESTING, true), (limits::VALUE_NESTING + 1, false)] {
        let mut attribute = Vec::new();
        write_bytes(&mut attribute, 2, &nested(levels));
        let mut span = message(&[1; 16], &[1; 8], b"deep");
        write_bytes(&mut span, 9, &attribute);
        let json = export(&json!({"traceId": TRACE_ID, "spanId": "EEE19B7EC3C1B174", "name": "deep",
            "attributes": [{"key": "", "value": nested_json(levels)}]}));
        let both = [decoded(&request(&[span]), Encoding::Protobuf).unwrap(), from_json(&json)];
        for taken in &both {
            assert_eq!(taken.spans.len(), usize::from(is_taken));
            assert_eq!(taken.refused.is_empty(), is_taken, "{:?}", taken.refused);
        }
        assert!(is_taken || both.iter().all(|taken| taken.refused == [("deep".to_owned(), Fault::Nesting)]));
    }
    let value = r#"{"arrayValue":{"values":["#.repeat(100_000);
    let bottomless = format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"attributes":[{value}"#);
    assert!(decoded(bottomless.as_bytes(), Encoding::Json).is_err());
}

#[test]
fn a_fault_of_the_resource_or_scope_is_one_of_each_of_its_spans() {
    let good = json!({"traceId": TRACE_ID, "spanId": "EEE19B7EC3C1B174", "name": "good"});
    let scope_spans = json!({"scope": {"attributes": [{"value": nested_json(33)}]}, "spans": [good]});
    let whole = json!({"resourceSpans": [
        {"resource": {"attributes": 1}, "scopeSpans": [{"spans": [good, good]}]},
        {"scopeSpans": [scope_spans, {"spans": [good]}]},
    ]});
    let taken = from_json(&whole);
    assert_eq!((taken.spans.len(), taken.refused.len()), (1, 3));
    assert_eq!(taken.refused[2], ("good".to_owned(), Fault::Nesting));
}

#[test]
fn more_than_is_read_is_refused_as_a_whole() {
    let span = message(&[1; 16], &[1; 8], b"");
    let many = |count| request(&vec![span.clone(); count]);
    assert_eq!(decoded(&many(limits::SPANS), Encoding::Protobuf).unwrap().spans.len(), limits::SPANS);
    assert!(matches!(decoded(&many(limits::SPANS + 1), Encoding::Protobuf), Err(Unreadable::TooMuch { .. })));

    let mut value = vec![5 << 3 | 2];
    write_varint(&mut value, 2 * limits::OTLP_PARTS);
    value.extend([0x0a, 0].repeat(limits::OTLP_PARTS));
    let mut attribute = Vec::new();
    write_bytes(&mut attribute, 2, &value);
    let mut large = span.clone();
    write_bytes(&mut large, 9, &attribute);
    let error = decoded(&request(&[large]), Encoding::Protobuf).unwrap_err().to_string();
    assert!(
        error.contains("more than 500000 attributes, elements of arrays, events, links, points and buckets"),
        "{error}"
    );
    let json = format!(r#"{{"resourceSpans":[{}{{}}]}}"#, "{},".repeat(limits::OTLP_JSON_BRACKETS));
    assert!(decoded(json.as_bytes(), Encoding::Json).is_err());
}

#[test]
fn answers_in_both_encodings() {
    let partial = PartialSuccess { rejected: 300, error_message: "é".into() };
    assert_eq!(export_response(Signal::Traces, None, Encoding::Protobuf), b"");
    assert_eq!(export_response(Signal::Metrics, None, Encoding::Json), b"{}");
    assert_eq!(
        export_response(Signal::Traces, Some(&partial), Encoding::Protobuf),
        [0x0a, 7, 0x08, 0xac, 0x02, 0x12, 2, 0xc3, 0xa9]
    );
    for (signal, name) in [(Signal::Traces, "rejectedSpans"), (Signal::Metrics, "rejectedDataPoints")] {
        let response = export_response(signal, Some(&partial), Encoding::Json);
        let response: Value = serde_json::from_slice(&response).unwrap();
        assert_eq!(response, json!({"partialSuccess": {name: "300", "errorMessage": "é"}}));
    }
    assert_eq!(status(3, "no", Encoding::Protobuf), [0x08, 3, 0x12, 2, b'n', b'o']);
    assert_eq!(status(3, "n\"", Encoding::Json), br#"{"code":3,"message":"n\""}"#);
    assert_eq!(status(3, &"é".repeat(5_000), Encoding::Protobuf).len(), 2 + 3 + 2 * 2_048);
}

#[test]
fn content_types_are_told_apart() {
    for (content_type, encoding) in [
        ("application/x-protobuf", Some(Encoding::Protobuf)),
        ("Application/JSON; charset=utf-8", Some(Encoding::Json)),
        ("application/protobuf", Some(Encoding::Protobuf)),
        ("text/plain", None),
        ("application/grpc", None),
        ("", None),
    ] {
        assert_eq!(Encoding::of_content_type(content_type), encoding, "{content_type}");
    }
}
