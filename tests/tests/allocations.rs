//! How much memory decoding takes, whatever the input: a multiple of its size, and a constant.
//!
//! A binary of its own with a single test, because the allocator counts what all threads allocate.

#![allow(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::time::Duration;

use firefly_firehose::delivery::read;
use firefly_model::{KnownRows, TimeWindow, UnixMillis};
use firefly_tests::firehose_sender::Delivery;
use firefly_wire::limits;
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Of the body's size, for data points as small as can be: rows, series, and tables that double as they grow.
const MULTIPLE: usize = 8;
/// For everything else.
const CONSTANT: usize = 1_000_000;

const TIME_MS: i64 = 1_772_409_600_000;

/// The most bytes that reading a body holds at a time, beside the body.
fn peak_of(body: &[u8]) -> usize {
    let known = KnownRows::with_generation(10);
    let window = TimeWindow::around(UnixMillis(TIME_MS), Duration::from_secs(86_400));
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    drop(read(body, &known, window));
    ALLOCATOR.peak_usage() - before
}

fn body_of(records: Vec<Vec<u8>>) -> Vec<u8> {
    Delivery { request_id: "r".to_owned(), timestamp_ms: 0, records }.body().into_bytes()
}

fn line(metric: &str, time_ms: i64) -> String {
    format!(
        r#"{{"account_id":"1","region":"r","namespace":"n","metric_name":"{metric}","dimensions":{{}},"timestamp":{time_ms},"value":{{"count":1,"sum":1,"max":1,"min":1}},"unit":""}}"#
    ) + "\n"
}

/// The longest line that is read, with as many of these entries as there is room for.
fn line_with(place: &str, entry: &str) -> Vec<u8> {
    let entries = entry.repeat((limits::LINE_BYTES - 300) / entry.len());
    line("m", TIME_MS).replace(place, &format!("{place}{entries}")).replace(",}", "}").into_bytes()
}

/// A field of protobuf that has a length, in one byte or two.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2][..], &varint(bytes.len()), bytes].concat()
}

fn varint(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
        value >>= 7;
    }
    bytes.push(u8::try_from(value).unwrap());
    bytes
}

fn attribute(key: &str, value: &str) -> Vec<u8> {
    [field(1, key.as_bytes()), field(2, &field(1, value.as_bytes()))].concat()
}

/// A record with a summary of these data points.
fn summary(points: &[Vec<u8>]) -> Vec<u8> {
    let resource = [field(1, &attribute("cloud.account.id", "1")), field(1, &attribute("cloud.region", "r"))];
    let points: Vec<u8> = points.iter().flat_map(|point| field(1, point)).collect();
    let metrics = field(2, &field(11, &points));
    let request = field(1, &[field(1, &resource.concat()), field(2, &metrics)].concat());
    [varint(request.len()), request].concat()
}

/// The smallest data point that can be stored.
fn tiny_point(metric: &str) -> Vec<u8> {
    let time = (u64::try_from(TIME_MS).unwrap() * 1_000_000).to_le_bytes();
    let quantiles = [field(6, &[]), field(6, &[&[0x09][..], &1.0_f64.to_le_bytes()].concat())];
    let identity = [field(1, &label("Namespace", "n")), field(1, &label("MetricName", metric))];
    [identity.concat(), [&[0x11][..], &time].concat(), quantiles.concat()].concat()
}

fn label(key: &str, value: &str) -> Vec<u8> {
    [field(1, key.as_bytes()), field(2, value.as_bytes())].concat()
}

fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(bytes).collect()
}

#[test]
fn memory_is_bounded_by_the_input() {
    const RECORD: usize = 1_000_000;
    let lines =
        |count: usize, of: &dyn Fn(usize) -> String| (0..count).map(of).collect::<String>().into_bytes();
    let records_of = |record: Vec<u8>| body_of(record.chunks(RECORD).map(<[u8]>::to_vec).collect());
    let cases = [
        ("noise", records_of(noise(3 * RECORD))),
        ("a length without end", body_of(vec![[&[0xff; 9][..], &[1]].concat(); 1_000])),
        ("a length of 2 GB", body_of(vec![vec![0xff, 0xff, 0xff, 0xff, 0x07, 0x0a]; 1_000])),
        ("brackets", [br#"{"requestId":"r","records":"#.to_vec(), vec![b'['; RECORD]].concat()),
        ("a record of brackets", body_of(vec![vec![b'['; RECORD]])),
        ("nested groups", body_of(vec![[varint(RECORD - 3), vec![0x0b; RECORD - 3]].concat()])),
        ("messages of nothing", body_of(vec![vec![0; RECORD]])),
        ("lines of nothing", body_of(vec![vec![b'\n'; RECORD]])),
        ("10,000 empty records", body_of(vec![Vec::new(); 10_000])),
        ("too many records", body_of(vec![Vec::new(); 500_000])),
        ("lines of one series", body_of(vec![lines(5_000, &|number| line("m", TIME_MS + number as i64)); 3])),
        (
            "lines of many series",
            body_of(vec![lines(5_000, &|number| line(&number.to_string(), TIME_MS)); 3]),
        ),
        ("a line of dimensions", body_of(vec![line_with("\"dimensions\":{", "\"\":\"\",")])),
        ("a line of statistics", body_of(vec![line_with("\"value\":{", "\"a\":1,")])),
        ("lines without a time", body_of(vec![lines(900, &|number| line(&number.to_string(), 0))])),
        ("lines that are none", body_of(vec![lines(900, &|number| format!("{number}"))])),
        ("tiny points of one series", body_of(vec![summary(&vec![tiny_point("m"); 12_000]); 3])),
        (
            "tiny points of many series",
            body_of(vec![summary(
                &(0..12_000).map(|number| tiny_point(&number.to_string())).collect::<Vec<_>>(),
            )]),
        ),
        ("a point of empty labels", body_of(vec![summary(&[[0x0a, 0].repeat(RECORD / 2 - 100)])])),
        ("a point of empty attributes", body_of(vec![summary(&[[0x3a, 0].repeat(RECORD / 2 - 100)])])),
        (
            "a point of quantiles",
            body_of(vec![summary(&[
                field(6, &[&[0x09][..], &0.5_f64.to_le_bytes()].concat()).repeat(RECORD / 12)
            ])]),
        ),
        (
            "a point of odd quantiles",
            body_of(vec![summary(&[
                field(6, &[&[0x09][..], &0.123_f64.to_le_bytes()].concat()).repeat(RECORD / 12)
            ])]),
        ),
    ];
    let mut problems = Vec::new();
    for (name, body) in cases {
        let peak = peak_of(&body);
        eprintln!("{name}: {} bytes, {peak} held: {:.2}", body.len(), peak as f64 / body.len() as f64);
        if peak > MULTIPLE * body.len() + CONSTANT {
            problems.push(name);
        }
    }
    assert!(problems.is_empty(), "{problems:?}");
}
