//! What becomes of writes, those of Prometheus' own encoder among them.

use firefly_model::UnixMillis;

use super::recorded::{NOW, Pairs, Recorded, Series, encoded, owned, series, window};
use super::{Message, Unreadable, WriteFault, decode};
use crate::limits;
use crate::protobuf::{Malformed, write_bytes};

const BOTH: [Message; 2] = [Message::WriteRequest, Message::Request];

/// Made by Prometheus 3.14's own types, see `tests/fixtures/README.md`.
const GOLDEN: [&[u8]; 2] = [
    include_bytes!("../../../../tests/fixtures/remote_write/version_1.protobuf"),
    include_bytes!("../../../../tests/fixtures/remote_write/version_2.protobuf"),
];

/// A write of one good series and this one, in both versions.
fn refused(odd: Series) -> Vec<(String, usize, WriteFault)> {
    let good = series(&[("__name__", "good")], &[(NOW, 1.0)]);
    let of = |message| {
        let recorded = Recorded::of(&encoded(&[odd.clone(), good.clone()], message), message).unwrap();
        assert_eq!(recorded.samples.last(), Some(&("good".into(), 0, 1_f64.to_bits())), "{message:?}");
        for write in &recorded.set_aside {
            let again = Recorded::of(write, message).unwrap();
            assert_eq!(again.refused, recorded.refused, "{message:?}");
            assert_eq!(again.set_aside, recorded.set_aside, "{message:?}");
        }
        recorded.refused
    };
    let [one, two] = BOTH.map(of);
    assert_eq!(one, two);
    one
}

fn fault(labels: &[(&str, &str)]) -> WriteFault {
    let [(_, 1, fault)] = &refused(series(labels, &[(NOW, 1.0)]))[..] else { panic!("{labels:?}") };
    fault.clone()
}

#[test]
fn everything_that_prometheus_encodes_is_read() {
    let trace = owned(&[("span_id", "00f067aa0ba902b7"), ("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736")]);
    let odd_bits = [
        0,
        // A zero of either sign is left out of Go's protobuf.
        0,
        1.5_f64.to_bits(),
        (-2e300_f64).to_bits(),
        1,
        f64::INFINITY.to_bits(),
        f64::NEG_INFINITY.to_bits(),
        0x7ff8_0000_0000_0001,
        0x7ff8_0000_dead_beef,
        0x7ff0_0000_0000_0002,
    ];
    let odd = "odd_values{instance=localhost:9090,job=shop}".to_owned();
    let mut samples: Vec<_> =
        (0..).zip(odd_bits).map(|(step, bits)| (odd.clone(), step * 15_000, bits)).collect();
    let bucket = "request_duration_seconds_bucket{job=shop,le=0.5}".to_owned();
    samples.push(("temperatur.außen{Z=1,a=2,größe=überall ☃}".into(), 0, 1_f64.to_bits()));
    samples.push((bucket.clone(), 0, 12_f64.to_bits()));
    let exemplars = vec![
        (bucket.clone(), -250, 0.375_f64.to_bits(), trace.clone()),
        (bucket, 0, 0.5_f64.to_bits(), Pairs::new()),
        ("requests_total{job=shop}".into(), 0, 1_f64.to_bits(), trace),
    ];
    for (message, body) in BOTH.into_iter().zip(GOLDEN) {
        let recorded = Recorded::of(body, message).unwrap();
        assert_eq!(recorded.samples, samples, "{message:?}");
        assert_eq!(recorded.exemplars, exemplars, "{message:?}");
        let native = ("series native{job=shop}".to_owned(), 2, WriteFault::NativeHistogram);
        assert_eq!(recorded.refused, [native], "{message:?}");
        let again = Recorded::of(&recorded.set_aside[0], message).unwrap();
        assert_eq!((&again.refused, &again.set_aside), (&recorded.refused, &recorded.set_aside));
    }
}

#[test]
fn metadata_is_read_as_each_version_has_it() {
    let [one, two] = [0, 1].map(|version| Recorded::of(GOLDEN[version], BOTH[version]).unwrap().described);
    let types = ["unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset"];
    let families = types.map(|of| {
        let upper = of.to_uppercase();
        format!("family_{upper} {of} seconds|Of {upper}")
    });
    assert_eq!(one, families);
    let expected = [
        "odd_values gauge |Values of every kind.",
        "request_duration_seconds histogram seconds|How long requests take.",
    ];
    assert_eq!(two, expected, "of requests_total only an exemplar came");
}

#[test]
fn metadata_of_no_metric_is_refused() {
    let mut body = Vec::new();
    write_bytes(&mut body, 3, &[0x08, 1]);
    let mut long = Vec::new();
    write_bytes(&mut long, 2, "x".repeat(limits::NAME_BYTES + 1).as_bytes());
    write_bytes(&mut body, 3, &long);
    let recorded = Recorded::of(&body, Message::WriteRequest).unwrap();
    let faults: Vec<_> = recorded.refused.iter().map(|(_, count, fault)| (*count, fault)).collect();
    assert_eq!(faults, [(1, &WriteFault::FamilyName); 2]);
    let again = Recorded::of(&recorded.set_aside.concat(), Message::WriteRequest).unwrap();
    assert_eq!(again.refused, recorded.refused);
}

#[test]
fn labels_are_sorted_and_those_without_a_value_are_none() {
    let labels = [("b", "2"), ("a", "1"), ("empty", ""), ("__name__", "up"), ("Ä", "é")];
    for message in BOTH {
        let recorded = Recorded::of(&encoded(&[series(&labels, &[(NOW, 1.0)])], message), message).unwrap();
        assert_eq!(recorded.samples, [("up{a=1,b=2,Ä=é}".into(), 0, 1_f64.to_bits())]);
    }
}

#[test]
fn labels_that_name_no_series_are_refused() {
    let long = "x".repeat(limits::LABEL_BYTES + 1);
    let name = "x".repeat(limits::NAME_BYTES + 1);
    let many: Vec<_> = (0..limits::LABELS).map(|number| number.to_string()).collect();
    let many: Vec<_> = many.iter().map(|name| (name.as_str(), "x")).chain([("__name__", "up")]).collect();
    for (labels, expected) in [
        (&[][..], WriteFault::NoName),
        (&[("job", "a")], WriteFault::NoName),
        (&[("__name__", ""), ("job", "a")], WriteFault::NoName),
        (&[("__name__", &name)], WriteFault::NameLength),
        (&[("__name__", "up"), ("", "a")], WriteFault::NoLabelName),
        (&[("a", "1"), ("__name__", "up"), ("a", "1")], WriteFault::LabelTwice("a".into())),
        (&[("a", ""), ("__name__", "up"), ("a", "1")], WriteFault::LabelTwice("a".into())),
        (&[("__name__", "up"), ("__name__", "up")], WriteFault::LabelTwice("__name__".into())),
        (&[("__name__", "up"), ("a", &long)], WriteFault::LabelLength("a".into())),
        (&[("__name__", "up"), (&long, "a")], WriteFault::LabelLength("x".repeat(64))),
        (&[("__name__", "up"), ("a", "1\0")], WriteFault::Nul("a".into())),
        (&many, WriteFault::TooManyLabels),
    ] {
        assert_eq!(fault(labels), expected);
    }
}

#[test]
fn of_a_series_only_what_cannot_be_stored_is_refused() {
    let mut odd = series(
        &[("__name__", "up"), ("job", "a")],
        &[(NOW - 86_400_001, 1.0), (NOW, 2.0), (0, 3.0), (NOW + 7_200_001, 4.0)],
    );
    odd.histograms = 1;
    odd.exemplars = vec![
        (NOW, 1.0, owned(&[("trace_id", "ab")])),
        (NOW, 1.0, owned(&[("a", "1"), ("a", "2")])),
        (NOW, 1.0, owned(&[("a", &"x".repeat(limits::LABEL_BYTES))])),
        (i64::MIN, 1.0, vec![]),
    ];
    let refusals = refused(odd.clone());
    let [(name, 7, WriteFault::Time(_))] = &refusals[..] else { panic!("{refusals:?}") };
    assert_eq!(name, "series up{job=a}");
    for message in BOTH {
        let recorded = Recorded::of(&encoded(&[odd.clone()], message), message).unwrap();
        assert_eq!(recorded.samples, [("up{job=a}".into(), 0, 2_f64.to_bits())]);
        assert_eq!(recorded.exemplars.len(), 1);
    }
    odd.samples.clear();
    odd.histograms = 0;
    odd.exemplars.remove(0);
    let refusals = refused(odd);
    let [(_, 3, WriteFault::Exemplar(within))] = &refusals[..] else { panic!("{refusals:?}") };
    assert_eq!(**within, WriteFault::LabelTwice("a".into()));
}

#[test]
fn a_series_of_nothing_is_refused_in_version_2() {
    let nothing = [series(&[("__name__", "up")], &[])];
    let [one, two] = BOTH.map(|message| Recorded::of(&encoded(&nothing, message), message).unwrap().refused);
    assert_eq!(one, []);
    assert_eq!(two, [("series up".into(), 1, WriteFault::Nothing)]);
}

/// A request with two symbols, `""` and `__name__`, and a series of these fields.
fn with_references(fields: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for symbol in ["", "__name__"] {
        write_bytes(&mut body, 4, symbol.as_bytes());
    }
    write_bytes(&mut body, 5, fields);
    body
}

#[test]
fn references_to_no_symbol_are_refused_and_stay_so_when_they_are_sent_again() {
    let symbol = |reference| WriteFault::Symbol { reference, symbols: 2 };
    let largest = &[0x0a, 5, 0xff, 0xff, 0xff, 0xff, 0x0f][..];
    for (fields, expected) in [
        (&[0x0a, 2, 1, 2][..], symbol(2)),
        (&[0x0a, 2, 9, 1], symbol(9)),
        (&[largest, &[0x08, 1]].concat(), symbol(u32::MAX)),
        (&[0x0a, 1, 1], WriteFault::NoLabelValue),
        (
            &[0x0a, 2, 1, 1, 0x22, 4, 0x0a, 2, 1, 7],
            WriteFault::ExemplarTime(firefly_model::OutsideWindow::NoTime),
        ),
        (&[0x0a, 2, 1, 1, 0x2a, 2, 0x18, 7], symbol(7)),
        (&[0x0a, 2, 1, 1, 0x2a, 2, 0x20, 8], symbol(8)),
    ] {
        let recorded = Recorded::of(&with_references(fields), Message::Request).unwrap();
        assert_eq!(recorded.refused.len(), 1);
        assert_eq!(recorded.refused[0].2, expected, "{fields:?}");
        let again = Recorded::of(&recorded.set_aside[0], Message::Request).unwrap();
        assert_eq!(again.set_aside, recorded.set_aside, "{fields:?}");
    }
}

#[test]
fn references_may_come_one_by_one() {
    let mut body = with_references(&[0x08, 1, 0x08, 1, 0x12, 0]);
    let recorded = Recorded::of(&body, Message::Request).unwrap();
    assert_eq!(recorded.refused[0].0, "series __name__", "its sample has no time, its labels are right");
    body.splice(0..0, []);
    let again = Recorded::of(&recorded.set_aside[0], Message::Request).unwrap();
    assert_eq!(again.set_aside, recorded.set_aside);
}

#[test]
fn what_is_not_the_message_is_refused_as_a_whole() {
    let good = encoded(&[series(&[("__name__", "up")], &[(NOW, 1.0)])], Message::WriteRequest);
    let mut with_a_varint_for_its_value = good.clone();
    with_a_varint_for_its_value.extend([0x12, 2, 0x08, 1]);
    with_a_varint_for_its_value[1] += 4;
    for (body, malformed) in [
        (good[..good.len() - 1].to_vec(), Malformed::Truncated),
        (vec![0x08, 1], Malformed::FieldType(1)),
        (vec![0x0a, 2, 0x08, 1], Malformed::FieldType(1)),
        (with_a_varint_for_its_value, Malformed::FieldType(1)),
        (vec![0x0a, 2, 0x22, 1], Malformed::Truncated),
    ] {
        let refused = Recorded::of(&body, Message::WriteRequest);
        assert_eq!(refused, Err(Unreadable::Protobuf(malformed)), "{body:?}");
    }
    assert_eq!(
        Recorded::of(&[0x2a, 3, 0x0a, 1, 0x80], Message::Request),
        Err(Unreadable::Protobuf(Malformed::Truncated))
    );
    // The two messages have no field in common: one taken for the other is empty.
    for (body, other) in [(GOLDEN[0], Message::Request), (GOLDEN[1], Message::WriteRequest)] {
        assert_eq!(Recorded::of(body, other).unwrap(), Recorded::default());
    }
}

#[test]
fn more_than_is_read_is_refused_as_a_whole() {
    let too_much = |what, cap| Err(Unreadable::TooMuch { what, cap });
    let symbols = [0x22, 0].repeat(limits::SYMBOLS + 1);
    assert_eq!(Recorded::of(&symbols, Message::Request), too_much("symbols", limits::SYMBOLS));
    let families = [0x1a, 0].repeat(limits::METRIC_FAMILIES + 1);
    assert_eq!(
        Recorded::of(&families, Message::WriteRequest),
        too_much("metric families", limits::METRIC_FAMILIES)
    );
    // Each series of these has half a megabyte of labels, in some 300 bytes.
    let mut body = Vec::new();
    write_bytes(&mut body, 4, b"__name__");
    write_bytes(&mut body, 4, "x".repeat(limits::LABEL_BYTES).as_bytes());
    let mut references: Vec<u8> = vec![0, 0];
    for number in 2..limits::LABELS {
        write_bytes(&mut body, 4, number.to_string().as_bytes());
        references.extend([u8::try_from(number).unwrap(), 1]);
    }
    let mut one = Vec::new();
    write_bytes(&mut one, 1, &references);
    for _ in 0..=limits::LABEL_BYTES_TOTAL / (126 * limits::LABEL_BYTES) {
        write_bytes(&mut body, 5, &one);
    }
    assert_eq!(Recorded::of(&body, Message::Request), too_much("bytes of labels", limits::LABEL_BYTES_TOTAL));
}

#[test]
fn a_full_sink_is_handed_no_more() {
    let all = vec![series(&[("__name__", "up")], &[(NOW, 1.0), (NOW, 2.0), (NOW, 3.0)]); 3];
    for message in BOTH {
        let mut recorded = Recorded { room: Some(2), ..Recorded::default() };
        decode(&encoded(&all, message), message, UnixMillis(NOW), window(), &mut recorded).unwrap();
        assert_eq!(recorded.samples.len(), 2);
    }
}
