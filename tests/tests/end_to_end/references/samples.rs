//! Traces that between them have everything that OTLP can say of a span, each in an export request of its own.

use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;

use super::otlp::{
    NOTHING, SpanWords, array, boolean, bytes, double, export, int, map, resource, scope, span, spans, text,
};

pub const EVERY_TYPE: u128 = 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c;
/// What Zipkin's libraries send: the high half is zero.
pub const OF_64_BITS: u128 = 0x0123_4567_89ab_cdef;
pub const SHORT: u128 = 0xabc;
pub const KINDS: u128 = 0x1000_0000_0000_0000_0000_0000_0000_0001;
pub const ERRORS: u128 = 0x1000_0000_0000_0000_0000_0000_0000_0002;
pub const EVENTS: u128 = 0x1000_0000_0000_0000_0000_0000_0000_0003;
pub const LINKS: u128 = 0x1000_0000_0000_0000_0000_0000_0000_0004;
pub const RESOURCES: u128 = 0x1000_0000_0000_0000_0000_0000_0000_0005;
pub const REMOTE_PARENT: u128 = 0x1000_0000_0000_0000_0000_0000_0000_0006;
pub const NUMBERS: u128 = 0x1000_0000_0000_0000_0000_0000_0000_0007;
pub const UNICODE: u128 = 0x1000_0000_0000_0000_0000_0000_0000_0008;
pub const BACKWARDS: u128 = 0x1000_0000_0000_0000_0000_0000_0000_0009;
pub const NO_SERVICE: u128 = 0x1000_0000_0000_0000_0000_0000_0000_000a;
pub const TWICE: u128 = 0x1000_0000_0000_0000_0000_0000_0000_000b;
pub const OWN_TAGS: u128 = 0x1000_0000_0000_0000_0000_0000_0000_000c;
pub const NOT_FINITE: u128 = 0x1000_0000_0000_0000_0000_0000_0000_000d;
const DURATIONS: u128 = 0x2000_0000_0000_0000_0000_0000_0000_0000;

/// Durations of the traces of the service `clock`, in nanoseconds.
const CLOCK: [u64; 8] = [0, 1, 999, 1_000, 1_001, 1_500_000, 1_000_000_000, 7_200_000_000_000];

/// All ids, in the order of [`requests`].
pub fn trace_ids() -> Vec<u128> {
    let clock = (0..CLOCK.len()).map(|number| DURATIONS + number as u128);
    let mut ids = vec![
        EVERY_TYPE,
        OF_64_BITS,
        SHORT,
        KINDS,
        ERRORS,
        EVENTS,
        LINKS,
        RESOURCES,
        REMOTE_PARENT,
        NUMBERS,
        UNICODE,
        BACKWARDS,
        NO_SERVICE,
        TWICE,
        OWN_TAGS,
        NOT_FINITE,
    ];
    ids.extend(clock);
    ids
}

/// The export requests: each trace begins a second after the one before it, the first in this second of Unix time.
pub fn requests(first_second: u64) -> Vec<ExportTraceServiceRequest> {
    let mut starts = (first_second..).map(|second| second * 1_000_000_000);
    let mut start = || starts.next().unwrap();
    let mut requests = vec![
        every_type(start()),
        small_id(OF_64_BITS, start()),
        small_id(SHORT, start()),
        kinds(start()),
        errors(start()),
        events(start()),
        links(start()),
        resources(start()),
        remote_parent(start()),
        numbers(start()),
        unicode(start()),
        backwards(start()),
        no_service(start()),
        twice(start()),
        own_tags(start()),
        not_finite(start()),
    ];
    requests.extend((0..).zip(CLOCK).map(|(number, duration)| {
        let span = span(DURATIONS + number, 1, "tick", start()).lasting(Duration::from_nanos(duration));
        export(vec![resource([("service.name", text("clock"))], spans(vec![span]))])
    }));
    requests
}

fn every_type(start: u64) -> ExportTraceServiceRequest {
    let mut root = span(EVERY_TYPE, 0xa1, "GET /orders/{id}", start + 1).kind(SpanKind::Server).with([
        ("text", text("plain")),
        ("text.empty", text("")),
        ("text.escapes", text("a\"b\\c\nd\t<&>\u{7f}\u{1}/")),
        ("text.like.bytes", text("{\"$bytes\":\"AA==\"}")),
        ("yes", boolean(true)),
        ("no", boolean(false)),
        ("int", int(42)),
        ("http.status_code", int(200)),
        ("double", double(1.5)),
        ("bytes", bytes(&[0, 1, 2, 0xfe, 0xff])),
        ("bytes.empty", bytes(&[])),
        ("empty", NOTHING),
        ("array.empty", array([])),
        ("array.texts", array([text("a"), text("b,c"), text("")])),
        ("array.mixed", array([int(1), double(2.0), text("<&>"), boolean(true), bytes(&[1, 2]), NOTHING])),
        ("array.nested", array([array([int(1)]), array([]), map([("k", array([text("v")]))])])),
        ("map.empty", map([])),
        ("map", map([("z", int(1)), ("a", text("b")), ("n", map([("deep", double(0.5))]))])),
        ("map.like.bytes", map([("$bytes", text("AA=="))])),
    ]);
    root.trace_state = "vendor=value,other=1".into();
    root.flags = 0x101;
    root.dropped_attributes_count = 3;
    root.dropped_events_count = 2;
    root.dropped_links_count = 1;
    let child = span(EVERY_TYPE, 0xa2, "SELECT", start + 1_000).kind(SpanKind::Client).child_of(0xa1);
    let of_resource = [
        ("service.name", text("shop/front")),
        ("service.version", text("1.2")),
        ("process.pid", int(17)),
        ("host.tags", array([text("x"), int(1)])),
        ("telemetry.sdk.language", text("rust")),
    ];
    let library = scope("shop.http", "0.9", [("scope.yes", boolean(true))], vec![root, child]);
    export(vec![resource(of_resource, vec![library])])
}

fn small_id(trace_id: u128, start: u64) -> ExportTraceServiceRequest {
    let root = span(trace_id, 0xb1, "legacy", start);
    let child = span(trace_id, u64::MAX, "legacy child", start + 10).child_of(0xb1);
    export(vec![resource([("service.name", text("legacy"))], spans(vec![root, child]))])
}

fn kinds(start: u64) -> ExportTraceServiceRequest {
    let kinds = [
        SpanKind::Unspecified,
        SpanKind::Internal,
        SpanKind::Server,
        SpanKind::Client,
        SpanKind::Producer,
        SpanKind::Consumer,
    ];
    let spans_of_kinds =
        (1..).zip(kinds).map(|(id, kind)| span(KINDS, id, "of a kind", start + id).kind(kind));
    export(vec![resource([("service.name", text("kinds"))], spans(spans_of_kinds.collect()))])
}

fn errors(start: u64) -> ExportTraceServiceRequest {
    let failed = span(ERRORS, 1, "failed", start).status(StatusCode::Error, "it broke: <&>");
    let silent = span(ERRORS, 2, "failed silently", start + 1).child_of(1).status(StatusCode::Error, "");
    let fine = span(ERRORS, 3, "fine", start + 2).child_of(1).status(StatusCode::Ok, "");
    let unset = span(ERRORS, 4, "unset", start + 3).child_of(1).status(StatusCode::Unset, "said nonetheless");
    let exception =
        span(ERRORS, 5, "exception", start + 4).child_of(1).status(StatusCode::Error, "ValueError").event(
            100,
            "exception",
            [
                ("exception.type", text("ValueError")),
                ("exception.message", text("no such order")),
                ("exception.stacktrace", text("at a\n  at b")),
                ("exception.escaped", boolean(false)),
            ],
        );
    let all = spans(vec![failed, silent, fine, unset, exception]);
    export(vec![resource([("service.name", text("errors"))], all)])
}

fn events(start: u64) -> ExportTraceServiceRequest {
    let mut span = span(EVENTS, 1, "eventful", start)
        .event(700, "cache miss", [("key", text("k")), ("size", int(3)), ("parts", array([int(1), int(2)]))])
        .event(100, "earlier", [])
        .event(2_000_000_000, "after its end", [])
        .event(800, "", [("unnamed", boolean(true))])
        .event(900, "named", [("event", text("by an attribute"))]);
    span.events[0].dropped_attributes_count = 4;
    export(vec![resource([("service.name", text("events"))], spans(vec![span]))])
}

fn links(start: u64) -> ExportTraceServiceRequest {
    let root = span(LINKS, 1, "linked root", start).link(EVERY_TYPE, 0xa1, [("why", text("batch"))]);
    let to_same_trace = span(LINKS, 2, "same trace", start + 1).child_of(1).link(LINKS, 3, []);
    let to_its_parent = span(LINKS, 3, "its parent", start + 2).child_of(1).link(LINKS, 1, []);
    let mut several = span(LINKS, 4, "several", start + 3)
        .child_of(1)
        .link(OF_64_BITS, 0xb1, [])
        .link(KINDS, 3, [("opentracing.ref_type", text("child_of"))])
        .link(KINDS, 4, [("opentracing.ref_type", text("follows_from"))]);
    several.links[0].trace_state = "l=1".into();
    several.links[0].flags = 0x301;
    several.links[0].dropped_attributes_count = 2;
    let all = spans(vec![root, to_same_trace, to_its_parent, several]);
    export(vec![resource([("service.name", text("links"))], all)])
}

fn resources(start: u64) -> ExportTraceServiceRequest {
    let gateway = span(RESOURCES, 1, "call", start).kind(SpanKind::Client);
    let first = span(RESOURCES, 2, "handle", start + 10).kind(SpanKind::Server).child_of(1);
    let again = span(RESOURCES, 3, "handle", start + 20).kind(SpanKind::Server).child_of(1);
    let other_scope = span(RESOURCES, 4, "query", start + 30).kind(SpanKind::Client).child_of(3);
    let handler = |instance: &str, scopes| {
        resource([("service.name", text("handler")), ("service.instance.id", text(instance))], scopes)
    };
    export(vec![
        resource([("service.name", text("gateway"))], spans(vec![gateway])),
        handler("1", vec![scope("lambda", "1", [], vec![first])]),
        handler("2", vec![scope("lambda", "2", [], vec![again]), scope("sql", "", [], vec![other_scope])]),
    ])
}

fn remote_parent(start: u64) -> ExportTraceServiceRequest {
    let mut continued = span(REMOTE_PARENT, 1, "continued", start).kind(SpanKind::Server).child_of(0xfeed);
    continued.flags = 0x301;
    let child = span(REMOTE_PARENT, 2, "inside", start + 5).child_of(1);
    export(vec![resource([("service.name", text("continued"))], spans(vec![continued, child]))])
}

fn numbers(start: u64) -> ExportTraceServiceRequest {
    let span = span(NUMBERS, 1, "numbers", start).with([
        ("int.zero", int(0)),
        ("int.negative", int(-1)),
        ("int.safe", int(9_007_199_254_740_991)),
        ("int.beyond", int(9_007_199_254_740_992)),
        ("int.safe.negative", int(-9_007_199_254_740_991)),
        ("int.beyond.negative", int(-9_007_199_254_740_992)),
        ("int.largest", int(i64::MAX)),
        ("int.smallest", int(i64::MIN)),
        ("double.zero", double(0.0)),
        ("double.whole", double(2.0)),
        ("double.fraction", double(0.1)),
        ("double.negative", double(-1.25)),
        ("double.huge", double(1e300)),
        ("double.1e21", double(1e21)),
        ("double.1e20", double(1e20)),
        ("double.1e-7", double(1e-7)),
        ("double.1e-6", double(1e-6)),
        ("double.largest", double(f64::MAX)),
        ("double.smallest", double(5e-324)),
        ("array", array([int(i64::MAX), double(1e21), double(1e-7), double(0.1)])),
    ]);
    export(vec![resource([("service.name", text("numbers"))], spans(vec![span]))])
}

fn unicode(start: u64) -> ExportTraceServiceRequest {
    let long = "ü".repeat(20_000);
    let span = span(UNICODE, 1, "größe 😀 %2F?&=+", start)
        .with([
            ("schlüssel ä", text("wert 😀\u{2028}")),
            ("lang", text(&long)),
            ("key with \"quotes\"", int(1)),
        ])
        .event(1, "ereignis ü", [("ß", text("\u{fffd}"))]);
    export(vec![resource([("service.name", text("dienst ö/+%"))], spans(vec![span]))])
}

fn backwards(start: u64) -> ExportTraceServiceRequest {
    let mut ends_before = span(BACKWARDS, 1, "ends before it starts", start);
    ends_before.end_time_unix_nano = start - 2_000;
    let mut no_end = span(BACKWARDS, 2, "has no end", start + 1).child_of(1);
    no_end.end_time_unix_nano = 0;
    export(vec![resource([("service.name", text("backwards"))], spans(vec![ends_before, no_end]))])
}

fn no_service(start: u64) -> ExportTraceServiceRequest {
    let span = span(NO_SERVICE, 1, "of nobody", start);
    export(vec![resource([("service.version", text("1"))], spans(vec![span]))])
}

fn twice(start: u64) -> ExportTraceServiceRequest {
    let span = span(TWICE, 1, "twice", start).with([("key", text("first")), ("key", text("second"))]);
    export(vec![resource([("service.name", text("twice"))], spans(vec![span]))])
}

/// Attributes with the names of tags that Jaeger makes itself.
fn own_tags(start: u64) -> ExportTraceServiceRequest {
    let span = span(OWN_TAGS, 1, "own tags", start).kind(SpanKind::Server).status(StatusCode::Ok, "").with([
        ("span.kind", text("mine")),
        ("error", text("maybe")),
        ("otel.status_code", text("mine")),
        ("otel.scope.name", text("mine")),
        ("w3c.tracestate", text("mine")),
        ("service.name", text("mine")),
    ]);
    export(vec![resource([("service.name", text("own tags"))], spans(vec![span]))])
}

fn not_finite(start: u64) -> ExportTraceServiceRequest {
    let span = span(NOT_FINITE, 1, "not finite", start).with([
        ("nan", double(f64::NAN)),
        ("plus", double(f64::INFINITY)),
        ("minus", double(f64::NEG_INFINITY)),
        ("zero.negative", double(-0.0)),
    ]);
    export(vec![resource([("service.name", text("not finite"))], spans(vec![span]))])
}
