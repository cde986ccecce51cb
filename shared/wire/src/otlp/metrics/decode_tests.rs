//! Exports of metrics in either encoding, well-formed and otherwise.

use std::time::Duration;

use firefly_model::{TimeWindow, UnixMillis};
use proptest::prelude::*;

use super::MetricFault;
use super::translate_tests::{Lines, TIME_MS};
use crate::limits;
use crate::otlp::{Encoding, Unreadable, decode_metrics};
use crate::protobuf::{write_bytes, write_varint};

fn decoded(body: &[u8], encoding: Encoding) -> Result<Lines, Unreadable> {
    let (mut lines, window) =
        (Lines::default(), TimeWindow::around(UnixMillis(TIME_MS), Duration::from_secs(60)));
    decode_metrics(body, encoding, window, &mut lines).map(|()| lines)
}

/// A message of fields with lengths.
fn message(fields: &[(u8, &[u8])]) -> Vec<u8> {
    let mut message = Vec::new();
    for (number, bytes) in fields {
        write_bytes(&mut message, *number, bytes);
    }
    message
}

/// A field of eight bytes.
fn fixed64(number: u8, bits: u64) -> Vec<u8> {
    [&[number << 3 | 1][..], &bits.to_le_bytes()].concat()
}

fn varint(number: u8, value: usize) -> Vec<u8> {
    let mut field = vec![number << 3];
    write_varint(&mut field, value);
    field
}

fn time(number: u8) -> Vec<u8> {
    fixed64(number, u64::try_from(TIME_MS).unwrap() * 1_000_000)
}

/// An export of these metrics.
fn request(metrics: &[Vec<u8>]) -> Vec<u8> {
    let metrics: Vec<_> = metrics.iter().map(|metric| (2, metric.as_slice())).collect();
    message(&[(1, &message(&[(2, &message(&metrics))]))])
}

/// A histogram of delta temporality whose counts are packed and whose bounds are not.
fn histogram() -> Vec<u8> {
    let counts: Vec<u8> = [1_u64, 2, 3].into_iter().flat_map(u64::to_le_bytes).collect();
    let point = [
        time(3),
        fixed64(4, 6),
        message(&[(6, &counts)]),
        fixed64(7, 0.5_f64.to_bits()),
        fixed64(7, 1.0_f64.to_bits()),
    ];
    message(&[(1, b"took"), (3, b"s"), (9, &[message(&[(1, &point.concat())]), varint(2, 1)].concat())])
}

/// One of scale -1 with a bucket on each side of zero: offsets are zigzag numbers, counts are packed varints.
fn exponential_histogram() -> Vec<u8> {
    let buckets = |offset| [varint(1, offset), message(&[(2, &[4])])].concat();
    let point = [time(3), fixed64(4, 8), varint(6, 1), message(&[(8, &buckets(1)), (9, &buckets(2))])];
    message(&[(1, b"size"), (10, &[message(&[(1, &point.concat())]), varint(2, 2)].concat())])
}

#[test]
fn messages_are_read_as_the_schema_numbers_them() {
    let lines = decoded(&request(&[histogram(), exponential_histogram()]), Encoding::Protobuf).unwrap();
    assert_eq!(lines.refused, []);
    assert_eq!(
        lines.samples,
        [
            "took_seconds_count{} 6",
            r#"took_seconds_bucket{le="0.5"} 1"#,
            r#"took_seconds_bucket{le="1"} 3"#,
            r#"took_seconds_bucket{le="+Inf"} 6"#,
            "size_count{} 8",
            r#"size_bucket{le="-4"} 4"#,
            r#"size_bucket{le="0"} 4"#,
            r#"size_bucket{le="0.25"} 4"#,
            r#"size_bucket{le="1"} 8"#,
            r#"size_bucket{le="+Inf"} 8"#,
        ]
    );
    assert_eq!(lines.metadata[0], r#"took_seconds unknown "seconds" """#);
}

#[test]
fn json_is_read_in_all_its_spellings() {
    let nanos = format!("{TIME_MS}000000");
    for points in [
        format!(
            r#""sum":{{"aggregationTemporality":"AGGREGATION_TEMPORALITY_CUMULATIVE","isMonotonic":true,
            "dataPoints":[{{"timeUnixNano":"{nanos}","asInt":"3","new":[{{}}]}}]}}"#
        ),
        format!(
            r#""sum":{{"aggregation_temporality":2,"is_monotonic":true,
            "data_points":[{{"time_unix_nano":{nanos},"as_int":{{"low":3,"high":0}},"attributes":null}}]}}"#
        ),
        format!(
            r#""gauge":null,"sum":{{"aggregationTemporality":"2","isMonotonic":true,
            "dataPoints":[{{"timeUnixNano":"{nanos}","asDouble":3,"asInt":null}}]}}"#
        ),
    ] {
        let body = format!(
            r#"{{"resourceMetrics":[{{"scope_metrics":[{{"metrics":[{{"name":"calls",{points}}}]}}]}}]}}"#
        );
        let lines = decoded(body.as_bytes(), Encoding::Json).unwrap();
        assert_eq!(
            (&lines.samples[..], &lines.refused[..]),
            (&["calls_total{} 3".to_owned()][..], &[][..]),
            "{points}"
        );
    }
    let histogram = format!(
        r#"{{"resource_metrics":[{{"scopeMetrics":[{{"metrics":[{{"name":"size","exponential_histogram":{{
        "aggregationTemporality":2,"dataPoints":[{{"timeUnixNano":"{nanos}","count":"8","scale":-1,
        "positive":{{"offset":-1,"bucketCounts":["4"]}},"negative":{{"offset":1,"bucket_counts":[4]}}}}]}}}}]}}]}}]}}"#
    );
    let protobuf = decoded(&request(&[exponential_histogram()]), Encoding::Protobuf).unwrap();
    assert_eq!(decoded(histogram.as_bytes(), Encoding::Json).unwrap().samples, protobuf.samples);
}

#[test]
fn a_metric_that_is_malformed_is_refused_by_name_and_holds_nothing_back() {
    let malformed = message(&[(1, b"odd"), (5, b"\x0a\xff")]);
    let lines = decoded(&request(&[malformed, histogram()]), Encoding::Protobuf).unwrap();
    assert!(
        matches!(&lines.refused[..], [(name, 1, MetricFault::Message(_))] if name == "odd"),
        "{:?}",
        lines.refused
    );
    assert_eq!(lines.samples.len(), 4);

    let good = format!(
        r#"{{"name":"up","gauge":{{"dataPoints":[{{"asInt":1,"timeUnixNano":"{TIME_MS}000000"}}]}}}}"#
    );
    let json = format!(
        r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{{"name":"odd","sum":7}},{good}]}}]}}]}}"#
    );
    let lines = decoded(json.as_bytes(), Encoding::Json).unwrap();
    assert!(matches!(&lines.refused[..], [(_, 1, MetricFault::Message(_))]), "{:?}", lines.refused);
    assert_eq!(lines.samples, ["up{} 1"]);
}

#[test]
fn more_than_is_read_is_refused_as_a_whole() {
    let point = message(&[(2, &vec![0; limits::OTLP_PARTS])]);
    let data = message(&[(1, &message(&[(8, &point)]))]);
    let metric = message(&[(1, b"wide"), (10, &data)]);
    assert!(matches!(decoded(&request(&[metric]), Encoding::Protobuf), Err(Unreadable::TooMuch { .. })));
    let json = format!(r#"{{"x":[0{}]}}"#, ",0".repeat(limits::OTLP_JSON_COMMAS + 1));
    assert!(matches!(decoded(json.as_bytes(), Encoding::Json), Err(Unreadable::TooMuch { .. })));
}

proptest! {
    #[test]
    fn a_damaged_export_does_no_harm(at in any::<prop::sample::Index>(), byte: u8, cut in any::<prop::sample::Index>()) {
        let mut body = request(&[histogram(), exponential_histogram()]);
        let at = at.index(body.len());
        body[at] = byte;
        let _outcome = decoded(&body, Encoding::Protobuf);
        let _outcome = decoded(&body[..cut.index(body.len())], Encoding::Protobuf);
    }

    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for encoding in [Encoding::Protobuf, Encoding::Json] {
            let _outcome = decoded(&bytes, encoding);
        }
    }
}
