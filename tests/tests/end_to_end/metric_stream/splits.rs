//! However a stream is cut into records and deliveries, the same rows come of it.

use std::collections::BTreeMap;
use std::time::Duration;

use firefly_firehose::delivery::read;
use firefly_model::{KnownRows, MetricBatch, TimeWindow, UnixMillis};
use firefly_tests::demo::{ACCOUNT_ID, LINKED_ACCOUNT_ID, MINUTE_MS, NAMESPACE, Point, REGION, Unit};
use firefly_tests::firehose_sender::{Delivery, Format, split_records};
use proptest::collection::{hash_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Data points, and the records of some deliveries that carry all of them at least once.
#[derive(Clone, Debug)]
pub struct Stream {
    pub points: Vec<Point>,
    pub deliveries: Vec<Vec<Vec<u8>>>,
}

/// Points of five minutes from `start_ms` on, of few series, so that many are copies of the same minute.
pub fn any_stream(start_ms: i64) -> impl Strategy<Value = Stream> {
    let points = vec(any_point(start_ms), 1..60);
    (points, vec(any::<Index>(), 0..40), any::<u64>()).prop_flat_map(|(points, repeated, seed)| {
        let repeated = repeated.iter().map(|index| index.get(&points).clone());
        let sent: Vec<_> = points.iter().cloned().chain(repeated).collect();
        let sent = Just(sent).prop_shuffle();
        (Just(points), sent, vec((1..20_usize, select(&Format::ALL), any::<bool>()), 1..30), Just(seed))
            .prop_map(|(points, sent, cuts, _)| Stream { deliveries: cut(&sent, &cuts), points })
    })
}

/// Cuts points into records: each of so many points and of a format, with a new delivery where it says so.
fn cut(mut points: &[Point], cuts: &[(usize, Format, bool)]) -> Vec<Vec<Vec<u8>>> {
    let mut deliveries = vec![Vec::new()];
    for (length, format, ends_delivery) in cuts.iter().cycle() {
        if points.is_empty() {
            break;
        }
        let (of_record, rest) = points.split_at((*length).min(points.len()));
        points = rest;
        if let Some(delivery) = deliveries.last_mut() {
            delivery.extend(split_records(of_record, *format, 1_000));
        }
        if *ends_delivery {
            deliveries.push(Vec::new());
        }
    }
    deliveries
}

fn any_point(start_ms: i64) -> impl Strategy<Value = Point> {
    let identity = (
        select(&[ACCOUNT_ID, LINKED_ACCOUNT_ID]),
        select(&["Invocations", "Duration"]),
        select(&["", "cart", "größer \"1\"\\\n"]),
        0..5_i64,
    );
    let statistics = (1..4_u64, any_value(), any_value(), any_value());
    let extra = hash_map(select(&["p50", "p90", "p99", "p99.9", "p12.5"]), any_value(), 0..3);
    (identity, statistics, extra).prop_map(
        move |((account_id, metric_name, function, minute), (samples, sum, minimum, maximum), extra)| Point {
            account_id: account_id.to_owned(),
            region: REGION.to_owned(),
            namespace: NAMESPACE.to_owned(),
            metric_name: metric_name.to_owned(),
            dimensions: match function {
                "" => Vec::new(),
                name => vec![("FunctionName".to_owned(), name.to_owned())],
            },
            unit: if metric_name == "Duration" { Unit::Milliseconds } else { Unit::Count },
            start_ms: start_ms + minute * MINUTE_MS,
            samples,
            sum,
            minimum,
            maximum,
            // Of one sample more there is one more statistic: copies that are equal but for these are united.
            extra: extra.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        },
    )
}

/// Few values, so that copies are often equal, and any finite one.
fn any_value() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(0.0),
        Just(-0.0),
        Just(1.5),
        any::<f64>().prop_filter("finite", |value| value.is_finite())
    ]
}

/// What must be stored: of each series and minute the copy with most samples, then the largest sum, maximum and
/// minimum; of equal copies all extra statistics, each with its largest value.
pub fn most_complete(points: &[Point]) -> Vec<Point> {
    let mut stored: BTreeMap<_, Point> = BTreeMap::new();
    for point in points {
        // Negative zero is stored as zero.
        let mut point = point.clone();
        for value in [&mut point.sum, &mut point.minimum, &mut point.maximum] {
            *value += 0.0;
        }
        for (_, value) in &mut point.extra {
            *value += 0.0;
        }
        let key =
            (point.account_id.clone(), point.metric_name.clone(), point.dimensions.clone(), point.start_ms);
        let rank = |point: &Point| (point.samples, point.sum, point.maximum, point.minimum);
        let present = stored.entry(key).or_insert_with(|| point.clone());
        if rank(&point) > rank(present) {
            *present = point;
        } else if rank(&point) == rank(present) {
            for (name, value) in point.extra {
                match present.extra.iter_mut().find(|(present, _)| *present == name) {
                    Some((_, present)) => *present = present.max(value),
                    None => present.extra.push((name, value)),
                }
            }
        }
    }
    stored.into_values().collect()
}

const START_MS: i64 = 1_772_409_600_000;

fn window() -> TimeWindow {
    TimeWindow::around(UnixMillis(START_MS), Duration::from_secs(3_600))
}

/// The rows of all deliveries together, as an instance of the function makes them: it does not write a series again
/// that it knows.
fn rows_of(deliveries: &[Vec<Vec<u8>>]) -> MetricBatch {
    let mut known = KnownRows::with_generation(2);
    let mut rows = MetricBatch::default();
    for records in deliveries {
        let delivery = Delivery { request_id: "r".to_owned(), timestamp_ms: 0, records: records.clone() };
        let batch = read(delivery.body().as_bytes(), &known, window()).unwrap().batch;
        assert!(batch.dead_letters.is_empty(), "{:?}", batch.dead_letters);
        known.remember(batch.catalogue_rows());
        rows.statistic_sets.extend(batch.statistic_sets);
        for (fingerprint, series) in batch.series {
            let present = rows.series.entry(fingerprint).or_insert_with(|| series.clone());
            present.sighting.extend(series.sighting.first, "");
            present.sighting.extend(series.sighting.last, &series.sighting.unit);
        }
    }
    rows.seal();
    rows
}

proptest! {
    #[test]
    fn any_split_order_and_repetition_of_a_stream_makes_the_same_rows(stream in any_stream(START_MS)) {
        let rows = rows_of(&stream.deliveries);
        let wanted = rows_of(&[split_records(&most_complete(&stream.points), Format::Json, usize::MAX)]);
        prop_assert_eq!(&rows.statistic_sets, &wanted.statistic_sets);
        prop_assert_eq!(&rows.series, &wanted.series);
    }
}
