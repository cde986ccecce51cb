//! Input of any kind: read or set aside, never a panic.

use std::time::Duration;

use firefly_firehose::delivery::read;
use firefly_lambda::gunzip;
use firefly_model::{KnownRows, TimeWindow, UnixMillis};
use firefly_tests::firehose_sender::Delivery;
use firefly_wire::firehose::{DeliveryRequest, common_attributes};
use firefly_wire::limits;
use firefly_wire::metric_stream::{DataPoint, Sink, Undecodable, decode_record};
use proptest::collection::vec;
use proptest::prelude::*;

use super::aws::{body_of_event, file};
use super::fixtures::Decoded;
use super::mutation::{mutated, mutated_record};

/// Reads a body as the function does, and asserts what holds for every result.
fn read_body(body: &[u8]) {
    let window = TimeWindow::around(UnixMillis(1_748_859_420_000), Duration::from_secs(86_400));
    let Ok(delivery) = read(body, &KnownRows::with_generation(10), window) else { return };
    let points = &delivery.batch.statistic_sets;
    assert!(points.windows(2).all(|pair| (pair[0].series, pair[0].time) < (pair[1].series, pair[1].time)));
    for point in points {
        let statistics = &point.statistics;
        let values = [statistics.samples, statistics.sum, statistics.minimum, statistics.maximum];
        assert!(values.iter().all(|value| value.is_finite()), "{point:?}");
    }
    for series in delivery.batch.series.values() {
        assert!(series.labels.is_sorted() && !format!("{series:?}").contains("\\0"), "{series:?}");
    }
}

fn body_of(records: Vec<Vec<u8>>) -> String {
    Delivery { request_id: "r".to_owned(), timestamp_ms: 0, records }.body()
}

fn any_bytes(longest: usize) -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..longest)
}

proptest! {
    #[test]
    fn any_bytes_are_a_record(record in any_bytes(2_000)) {
        Decoded::of(&record);
    }

    #[test]
    fn a_damaged_record_is_a_record(record in mutated_record()) {
        Decoded::of(&record);
        read_body(body_of(vec![record]).as_bytes());
    }

    #[test]
    fn any_bytes_are_read_or_refused(body in any_bytes(2_000)) {
        DeliveryRequest::parse(&body).ok();
        read_body(&body);
        common_attributes(&String::from_utf8_lossy(&body));
    }

    #[test]
    fn a_damaged_body_is_read_or_refused(body in mutated(Just(file("firehose_request.json")))) {
        read_body(&body);
    }

    #[test]
    fn a_damaged_compressed_body_is_read_or_refused(body in mutated(Just(body_of_event()))) {
        if let Ok(plain) = gunzip(&body, limits::BODY_BYTES) {
            read_body(&plain);
        }
    }
}

/// Takes three pieces.
#[derive(Default)]
struct Small(usize);

impl Sink for Small {
    fn data_point(&mut self, _: &DataPoint<'_>) {}

    fn undecodable(&mut self, _: &[u8], _: Undecodable) {
        self.0 += 1;
    }

    fn ignored(&mut self) {}

    fn is_full(&self) -> bool {
        self.0 == 3
    }
}

#[test]
fn nothing_more_is_read_for_who_takes_nothing_more() {
    let lines = b"bad\n".repeat(1_000);
    let messages = [2, 0x0a, 0x7f].repeat(1_000);
    // A request with a metric of 1,000 data points, of which none says what it is.
    let points = [0x0a, 0].repeat(1_000);
    let around = |bytes: &[u8], tag: u8| {
        let length = u16::try_from(bytes.len()).unwrap();
        let (low, high) = (length & 0x7f | 0x80, length >> 7);
        [&[tag, u8::try_from(low).unwrap(), u8::try_from(high).unwrap()], bytes].concat()
    };
    let request = [0x5a, 0x12, 0x12, 0x0a].into_iter().fold(points, |bytes, tag| around(&bytes, tag));
    let request = around(&request, 0)[1..].to_vec();
    for record in [lines, messages, request] {
        let mut small = Small::default();
        decode_record(&record, &mut small);
        assert_eq!(small.0, 3, "{record:?}");
    }
}

#[test]
fn nesting_of_any_depth_is_refused_without_recursion() {
    const DEPTH: usize = 1_000_000;
    let line = |value: &str| {
        let known = r#""account_id":"1","region":"r","namespace":"n","metric_name":"m","dimensions":{},"timestamp":1,"#;
        format!(r#"{{"nested":{value},{known}"value":{{"count":1,"sum":1,"max":1,"min":1}},"unit":""}}"#)
    };
    for text in [
        "[".repeat(DEPTH),
        r#"{"a":"#.repeat(DEPTH),
        line(&"[".repeat(100_000)),
        line(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))),
        line(&format!("{}1{}", r#"{"a":"#.repeat(20_000), "}".repeat(20_000))),
    ] {
        Decoded::of(text.as_bytes());
        read_body(text.as_bytes());
        read_body(format!(r#"{{"requestId":"r","new":{text},"records":[]}}"#).as_bytes());
        let records = vec![text.into_bytes()];
        read_body(body_of(records).as_bytes());
    }
    // A group begins with one byte: field 1, wire type 3.
    let groups = vec![0x0b; DEPTH];
    let mut message = vec![0xc0, 0x84, 0x3d];
    message.extend(groups);
    assert_eq!(Decoded::of(&message).set_aside, 1);
}
