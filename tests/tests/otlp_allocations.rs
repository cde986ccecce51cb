//! How much memory reading an export of spans takes, whatever the input: a multiple of its size, and what the caps allow.
//!
//! A binary of its own with a single test, because the allocator counts what all threads allocate.

#![allow(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::time::Duration;

use firefly_model::{KnownRows, TimeWindow, UnixMillis};
use firefly_otlp::spans::read;
use firefly_wire::limits;
use firefly_wire::otlp::Encoding;
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Of the body's size: a span as it was sent is kept once, and its strings are copied.
const MULTIPLE: usize = 4;
/// For as many spans and attributes as the caps allow, in tables that double as they grow.
const CONSTANT: usize = 100_000_000;

/// Of the hostile bodies: enough to take many times the constant if it were not for the caps.
const BODY: usize = 16_000_000;

const TIME_MS: i64 = 1_772_409_600_000;

/// The most bytes that reading a body holds at a time, beside the body.
fn peak_of(body: &[u8], encoding: Encoding) -> usize {
    let known = KnownRows::with_generation(10);
    let window = TimeWindow::around(UnixMillis(TIME_MS), Duration::from_secs(86_400));
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    drop(read(body, encoding, &known, window));
    ALLOCATOR.peak_usage() - before
}

/// A field of protobuf that has a length.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut message = vec![number << 3 | 2];
    let mut length = bytes.len();
    while length >= 0x80 {
        message.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
        length >>= 7;
    }
    message.push(u8::try_from(length).unwrap());
    message.extend_from_slice(bytes);
    message
}

fn export(spans: &[u8]) -> Vec<u8> {
    field(1, &field(2, spans))
}

/// An export of a good span with these further fields.
fn span_with(fields: &[u8]) -> Vec<u8> {
    let start = (u64::try_from(TIME_MS).unwrap() * 1_000_000).to_le_bytes();
    let span = [&field(1, &[1; 16])[..], &field(2, &[1; 8]), &[0x39], &start, fields].concat();
    export(&field(2, &span))
}

fn json(spans: &str) -> Vec<u8> {
    format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{spans}]}}]}}]}}"#).into_bytes()
}

fn json_span(fields: &str) -> Vec<u8> {
    json(&format!(
        r#"{{"traceId":"{}","spanId":"{}","startTimeUnixNano":"{TIME_MS}000000",{fields}}}"#,
        "01".repeat(16),
        "01".repeat(8)
    ))
}

fn list(element: &str) -> String {
    list_of(element, BODY / (element.len() + 1))
}

/// As many elements as the cap on brackets allows, beside those around them.
fn full_list(element: &str) -> String {
    list_of(element, limits::OTLP_JSON_BRACKETS - 20)
}

fn list_of(element: &str, count: usize) -> String {
    format!("[{}]", format!("{element},").repeat(count).trim_end_matches(','))
}

#[test]
fn memory_is_bounded_by_the_input_and_the_caps() {
    let nothing = |number: u8| [number << 3 | 2, 0].repeat(BODY / 2);
    let array = field(9, &field(2, &field(5, &nothing(1))));
    let tiny = span_with(&[])[4..].to_vec();
    let cases = [
        ("spans of nothing", Encoding::Protobuf, export(&nothing(2))),
        ("tiny spans", Encoding::Protobuf, export(&tiny.repeat(BODY / tiny.len()))),
        ("empty attributes", Encoding::Protobuf, span_with(&nothing(9))),
        ("empty events", Encoding::Protobuf, span_with(&nothing(11))),
        ("empty links", Encoding::Protobuf, span_with(&nothing(13))),
        ("an array of nothing", Encoding::Protobuf, span_with(&array)),
        ("scopes of nothing", Encoding::Protobuf, field(1, &nothing(2))),
        ("resources of nothing", Encoding::Protobuf, nothing(1)),
        ("a resource of empty attributes", Encoding::Protobuf, field(1, &field(1, &nothing(1)))),
        ("one long string", Encoding::Protobuf, span_with(&field(5, &vec![b'x'; BODY]))),
        ("one long string that is not UTF-8", Encoding::Protobuf, span_with(&field(5, &vec![0xff; BODY]))),
        ("brackets", Encoding::Json, vec![b'['; BODY]),
        ("spans of nothing", Encoding::Json, json(&list("{}")[1..])),
        ("empty attributes", Encoding::Json, json_span(&format!(r#""attributes":{}"#, list("{}")))),
        ("full attributes", Encoding::Json, json_span(&format!(r#""attributes":{}"#, full_list("{}")))),
        ("full events", Encoding::Json, json_span(&format!(r#""events":{}"#, full_list("{}")))),
        ("full links", Encoding::Json, json_span(&format!(r#""links":{}"#, full_list("{}")))),
        ("empty events", Encoding::Json, json_span(&format!(r#""events":{}"#, list("{}")))),
        ("no events", Encoding::Json, json_span(&format!(r#""events":{}"#, list("null")))),
        (
            "an array of nothing",
            Encoding::Json,
            json_span(&format!(
                r#""attributes":[{{"key":"","value":{{"arrayValue":{{"values":{}}}}}}}]"#,
                list("{}")
            )),
        ),
        (
            "one long string",
            Encoding::Json,
            json_span(&format!(r#""name":"{}""#, "\\u0001".repeat(BODY / 6))),
        ),
    ];
    let mut problems = Vec::new();
    for (name, encoding, body) in cases {
        let peak = peak_of(&body, encoding);
        eprintln!("{name} in {encoding:?}: {} bytes, {peak} held", body.len());
        if peak > MULTIPLE * body.len() + CONSTANT {
            problems.push((name, encoding));
        }
    }
    assert!(problems.is_empty(), "{problems:?}");
}
