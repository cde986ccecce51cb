//! How much memory reading a remote write takes, whatever the input: a multiple of its size, and what the caps allow.
//!
//! A binary of its own with a single test, because the allocator counts what all threads allocate.

#![allow(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::time::Duration;

use firefly_model::{KnownRows, TimeWindow, UnixMillis};
use firefly_remote_write::write::read;
use firefly_tests::remote_write::{Exemplar, Protocol, Series, body};
use firefly_wire::limits;
use firefly_wire::remote_write::Message;
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Of the body's size: a series as it was sent is kept once, and rewritten once for that.
const MULTIPLE: usize = 3;
/// For as many samples, series and exemplars as the caps allow, in tables that double as they grow.
const CONSTANT: usize = 140_000_000;

/// Of the hostile bodies: enough to take many times the constant if it were not for the caps.
const BODY: usize = 16_000_000;

const TIME_MS: i64 = 1_772_409_600_000;

/// The most bytes that reading a body holds at a time, beside the body.
fn peak_of(body: &[u8], protocol: Protocol) -> usize {
    let known = KnownRows::with_generation(10);
    let now = UnixMillis(TIME_MS);
    let window = TimeWindow::around(now, Duration::from_secs(86_400));
    let message = match protocol {
        Protocol::One => Message::WriteRequest,
        Protocol::Two => Message::Request,
    };
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    drop(read(body, message, &known, now, window));
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

/// As many empty fields as fill a body.
fn nothing(number: u8) -> Vec<u8> {
    [number << 3 | 2, 0].repeat(BODY / 2)
}

fn named(labels: Vec<(String, String)>) -> Series {
    let labels = [("__name__".to_owned(), "up".to_owned())].into_iter().chain(labels).collect();
    Series { labels, samples: vec![(TIME_MS, 1.0)], ..Series::default() }
}

/// A series of one label more for each of so many numbers.
fn series(count: usize, labels: usize) -> Vec<Series> {
    let label = |number: usize| (format!("{number:x}"), "x".to_owned());
    let shared: Vec<_> = (0..labels).map(|at| label(0xf00_0000 + at)).collect();
    (0..count).map(|number| named([vec![label(number)], shared.clone()].concat())).collect()
}

fn exemplars(count: usize, labels: usize) -> Vec<Series> {
    let labels: Vec<_> = (0..labels).map(|at| (format!("{at}"), "x".to_owned())).collect();
    let mut one = named(vec![]);
    one.exemplars = vec![Exemplar { labels, time: TIME_MS, value: 1.0 }; count];
    vec![one]
}

#[test]
fn memory_is_bounded_by_the_input_and_the_caps() {
    let good_1 = field(1, &[field(1, b"__name__"), field(2, b"up")].concat());
    let good_2 = [field(4, b""), field(4, b"__name__"), field(4, b"up")].concat();
    let in_series_1 = |fields: &[u8]| field(1, &[&good_1[..], fields].concat());
    let in_series_2 = |fields: &[u8]| [&good_2[..], &field(5, &[&[0x0a, 2, 1, 2], fields].concat())].concat();
    let mut samples = named(vec![]);
    samples.samples = vec![(TIME_MS, 1.0); limits::SAMPLES + 1];
    let samples = [samples];
    let mut cases = vec![
        ("series of nothing", Protocol::One, nothing(1)),
        ("series of nothing", Protocol::Two, nothing(5)),
        ("labels of nothing", Protocol::One, field(1, &nothing(1))),
        ("samples of nothing", Protocol::One, in_series_1(&nothing(2))),
        ("samples of nothing", Protocol::Two, in_series_2(&nothing(2))),
        ("exemplars of nothing", Protocol::One, in_series_1(&nothing(3))),
        ("exemplars of nothing", Protocol::Two, in_series_2(&nothing(4))),
        ("histograms of nothing", Protocol::One, in_series_1(&nothing(4))),
        ("metadata of nothing", Protocol::One, nothing(3)),
        ("symbols of nothing", Protocol::Two, nothing(4)),
        ("references without end", Protocol::Two, in_series_2(&field(1, &vec![1; BODY]))),
        ("references beyond the symbols", Protocol::Two, in_series_2(&field(1, &vec![9; BODY]))),
        ("one long label", Protocol::One, field(1, &field(1, &field(1, &vec![b'x'; BODY])))),
        ("one long symbol", Protocol::Two, [&good_2[..], &field(4, &vec![b'x'; BODY])].concat()),
    ];
    for protocol in Protocol::ALL {
        cases.extend([
            ("as many samples as may be", protocol, body(&samples, protocol)),
            ("small new series", protocol, body(&series(300_000, 0), protocol)),
            ("new series of many labels", protocol, body(&series(20_000, 100), protocol)),
            ("exemplars of many labels", protocol, body(&exemplars(20_000, 100), protocol)),
            ("exemplars without labels", protocol, body(&exemplars(500_000, 0), protocol)),
        ]);
    }
    let mut problems = Vec::new();
    for (name, protocol, body) in cases {
        let peak = peak_of(&body, protocol);
        eprintln!("{name} in {protocol:?}: {} bytes, {peak} held", body.len());
        if peak > MULTIPLE * body.len() + CONSTANT {
            problems.push((name, protocol));
        }
    }
    assert!(problems.is_empty(), "{problems:?}");
}
