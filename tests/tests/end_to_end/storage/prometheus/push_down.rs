//! What the database and the reader leave out or work out by themselves, against all samples as they were stored.

use std::sync::atomic::{AtomicUsize, Ordering};

use firefly_model::STALE_MARKER;
use firefly_model::selection::{
    Look, Point, Samples, Selection, Times, Visibility, WindowFunction, is_absent,
};
use firefly_storage::{Database, MetricReader, PushDown};
use firefly_tests::test_database::TestDatabase;
use proptest::prelude::*;
use tokio_postgres::Client;

use super::super::batches::MORNING_MS;
use super::super::patience;
use super::data::{
    LIMITS, check, duration_of, matchers, reader, store_points_through, store_samples_through,
};

on_each_server!(
    functions_of_windows_are_those_of_all_samples,
    the_newest_samples_are_those_that_the_times_see,
    data_points_of_cloudwatch_are_worked_out_as_well,
);

/// Few samples are enough here.
const ALWAYS_FROM_FOUR: PushDown = PushDown { samples: 0, of_each: 4 };

/// Each case is some ten round trips.
const CASES: u32 = 48;

const FUNCTIONS: [WindowFunction; 7] = [
    WindowFunction::Sum,
    WindowFunction::Average,
    WindowFunction::Count,
    WindowFunction::Minimum,
    WindowFunction::Maximum,
    WindowFunction::Last,
    WindowFunction::Present,
];

type Stored = Vec<Vec<(i64, f64)>>;

/// Series with samples in some two hours: some of plain numbers, some with all that is odd.
fn any_series() -> impl Strategy<Value = Stored> {
    let odd = prop_oneof![
        4 => (0..50_i32).prop_map(f64::from),
        1 => Just(STALE_MARKER),
        1 => Just(f64::NAN),
        1 => Just(-0.0),
        1 => Just(f64::INFINITY),
        1 => Just(f64::NEG_INFINITY),
        1 => Just(-1e15),
        1 => Just(1e300),
    ];
    let plain = prop_oneof![9 => 0.0..1e6, 1 => Just(STALE_MARKER), 1 => Just(0.0)];
    let times = || proptest::collection::btree_set(0..480_i64, 0..120);
    let of = |times: std::collections::BTreeSet<i64>, values: Vec<f64>| {
        let times = times.into_iter().map(|at| MORNING_MS + at * 15_000);
        times.zip(values).collect::<Vec<_>>()
    };
    let odd = (times(), proptest::collection::vec(odd, 120)).prop_map(move |(at, values)| of(at, values));
    let plain = (times(), proptest::collection::vec(plain, 120)).prop_map(move |(at, values)| of(at, values));
    proptest::collection::vec(prop_oneof![odd, plain], 1..4)
}

/// Times of one look, or of several a minute and more apart.
fn any_times() -> impl Strategy<Value = Times> {
    let first = (0..480_i64).prop_map(|at| MORNING_MS + at * 15_000);
    prop_oneof![
        first.clone().prop_map(Times::once),
        (first, 1..8_i64, 2..12_usize).prop_map(|(first_ms, step, count)| Times {
            first_ms,
            step_ms: step * 60_000,
            count
        }),
    ]
}

fn any_window() -> impl Strategy<Value = i64> {
    prop_oneof![(1..16_i64).prop_map(|minutes| minutes * 60_000), Just(90_001), Just(1)]
}

/// Stores these alone.
async fn store_anew(owner: &Client, ingest: &Database, stored: &Stored) -> anyhow::Result<()> {
    owner.batch_execute("TRUNCATE firefly.sample, firefly.statistic_set, firefly.series").await?;
    let jobs: Vec<_> = (0..stored.len()).map(|job| job.to_string()).collect();
    let labels: Vec<_> = jobs.iter().map(|job| [("job", &**job)]).collect();
    let series = stored.iter().zip(&labels).map(|(points, labels)| ("up", &labels[..], &points[..]));
    store_samples_through(ingest, &series.collect::<Vec<_>>()).await
}

fn plain_result(function: WindowFunction, points: &[f64]) -> f64 {
    let numbers = || points.iter().copied().filter(|value| !value.is_nan());
    // The first of those that are alike, as zeros of both signs are.
    let first = |is_better: fn(f64, f64) -> bool| {
        numbers().reduce(|best, value| if is_better(value, best) { value } else { best }).unwrap_or(f64::NAN)
    };
    let sum = || points.iter().fold(0.0, |sum, value| sum + value);
    match function {
        _ if points.is_empty() => STALE_MARKER,
        WindowFunction::Sum => sum(),
        WindowFunction::Average => sum() / points.len() as f64,
        WindowFunction::Count => points.len() as f64,
        WindowFunction::Minimum => first(|value, best| value < best),
        WindowFunction::Maximum => first(|value, best| value > best),
        WindowFunction::Last => points[points.len() - 1],
        WindowFunction::Present => 1.0,
    }
}

/// The results of a window of these points at each time.
fn plain_results(function: WindowFunction, points: &[(i64, f64)], times: Times, window_ms: i64) -> Vec<f64> {
    let at = |at_ms: i64| {
        let is_in = |time_ms: i64| time_ms > at_ms - window_ms && time_ms <= at_ms;
        let values = points.iter().filter(|(time, value)| is_in(*time) && !is_absent(*value));
        plain_result(function, &values.map(|(_, value)| *value).collect::<Vec<_>>())
    };
    times.iter().map(at).collect()
}

fn are_alike(one: f64, other: f64) -> bool {
    is_absent(one) == is_absent(other)
        && (one.is_nan() && other.is_nan()
            || (one == other && one.is_sign_negative() == other.is_sign_negative())
            || (one - other).abs() <= 1e-9 * one.abs().max(other.abs()))
}

fn selection(function: Option<WindowFunction>, times: Times, window_ms: i64) -> Selection {
    let look = Look::Window { window_ms, function };
    Selection { matchers: matchers(&["__name__=up"]), times, look, is_stepped: times.count > 1 }
}

async fn functions_of_windows_are_those_of_all_samples(database: &TestDatabase) -> anyhow::Result<()> {
    let (owner, ingest) = (database.owner().await?, database.ingest()?);
    let reader = reader(database)?.with_push_down(ALWAYS_FROM_FOUR);
    let pushed_down = std::sync::Arc::new(AtomicUsize::new(0));
    let count = std::sync::Arc::clone(&pushed_down);
    let strategy = || (any_series(), any_times(), any_window());
    check(CASES, strategy, async move |(stored, times, window_ms)| {
        store_anew(&owner, &ingest, &stored).await?;
        let selections = FUNCTIONS.map(|function| selection(Some(function), times, window_ms));
        let answers = reader.select(&selections, LIMITS, patience()).await?;
        for (function, answer) in FUNCTIONS.into_iter().zip(answers) {
            for series in answer {
                let points = &stored[series.labels.get("job").parse::<usize>()?];
                let expected = plain_results(function, points, times, window_ms);
                let found = match series.samples {
                    Samples::Results(results) => {
                        count.fetch_add(1, Ordering::Relaxed);
                        results
                    }
                    Samples::Points(points) => plain_results(function, &pairs(&points), times, window_ms),
                };
                anyhow::ensure!(found.len() == expected.len(), "{function:?}: {found:?}");
                anyhow::ensure!(
                    found.iter().zip(&expected).all(|(one, other)| are_alike(*one, *other)),
                    "{function:?}: {found:?} and not {expected:?}"
                );
            }
        }
        Ok(())
    })
    .await?;
    let pushed_down = pushed_down.load(Ordering::Relaxed);
    anyhow::ensure!(pushed_down > 50, "the database worked out {pushed_down} series only");
    Ok(())
}

fn pairs(points: &[Point]) -> Vec<(i64, f64)> {
    points.iter().map(|point| (point.time_ms, point.value)).collect()
}

/// The newest point that each time sees, by the rule for series that are sustained.
fn seen(points: &[(i64, f64)], times: Times, lookback_ms: i64) -> Vec<Option<(i64, u64)>> {
    let at = |at_ms: i64| {
        let is_in = |time_ms: i64| time_ms > at_ms - lookback_ms && time_ms <= at_ms;
        points.iter().rfind(|(time, _)| is_in(*time)).map(|(time, value)| (*time, value.to_bits()))
    };
    times.iter().map(at).collect()
}

async fn the_newest_samples_are_those_that_the_times_see(database: &TestDatabase) -> anyhow::Result<()> {
    let (owner, ingest, reader) = (database.owner().await?, database.ingest()?, reader(database)?);
    let strategy = || (any_series(), any_times(), any_window());
    check(CASES, strategy, async move |(stored, times, lookback_ms)| {
        store_anew(&owner, &ingest, &stored).await?;
        let look = Look::Newest { lookback_ms, is_explicit: false };
        let selection = Selection { look, ..selection(None, times, 1) };
        let answer = reader.select(&[selection], LIMITS, patience()).await?.remove(0);
        for series in answer {
            let points = &stored[series.labels.get("job").parse::<usize>()?];
            let Samples::Points(found) = series.samples else { anyhow::bail!("results of no function") };
            let (found, expected) =
                (seen(&pairs(&found), times, lookback_ms), seen(points, times, lookback_ms));
            anyhow::ensure!(found == expected, "{found:?} and not {expected:?}");
        }
        Ok(())
    })
    .await
}

async fn data_points_of_cloudwatch_are_worked_out_as_well(database: &TestDatabase) -> anyhow::Result<()> {
    let (owner, ingest) = (database.owner().await?, database.ingest()?);
    let reader = reader(database)?.with_push_down(ALWAYS_FROM_FOUR);
    let strategy = || {
        let minutes = proptest::collection::btree_map(0..120_i64, (0..3_i8, 0..100_i32), 1..100);
        let times = (0..120_i64, 4..20_i64, 1..8_usize).prop_map(|(first, step, count)| Times {
            first_ms: MORNING_MS + first * 60_000,
            step_ms: step * 60_000,
            count,
        });
        (minutes, times, 1..4_i64)
    };
    check(CASES, strategy, async move |(minutes, times, steps)| {
        store_anew(&owner, &ingest, &Vec::new()).await?;
        let point = |(minute, (samples, sum)): (&i64, &(i8, i32))| {
            let mut point = duration_of("cart", MORNING_MS + minute * 60_000);
            (point.statistics.samples, point.statistics.sum) = (f64::from(*samples), f64::from(*sum));
            if sum % 2 == 0 {
                point.extra = vec![("p99".into(), f64::from(*sum) / 2.0)];
            }
            point
        };
        store_points_through(&ingest, &minutes.iter().map(point).collect::<Vec<_>>()).await?;
        let values = |of: fn(f64, f64) -> Option<f64>| -> Vec<_> {
            let point = |(minute, (samples, sum)): (&i64, &(i8, i32))| {
                Some((MORNING_MS + minute * 60_000, of(f64::from(*samples), f64::from(*sum))?))
            };
            minutes.iter().filter_map(point).collect()
        };
        let statistics = [
            ("sum", values(|_, sum| Some(sum))),
            ("sample_count", values(|samples, _| Some(samples))),
            ("average", values(|samples, sum| (samples != 0.0).then_some(sum / samples))),
            ("p99", values(|_, sum| (sum % 2.0 == 0.0).then_some(sum / 2.0))),
        ];
        let window_ms = times.step_ms * steps;
        for (statistic, points) in statistics {
            let name = format!("__name__=aws_lambda_duration_{statistic}");
            for function in FUNCTIONS {
                let selection =
                    Selection { matchers: matchers(&[&name]), ..selection(Some(function), times, window_ms) };
                let expected = plain_results(function, &points, times, window_ms);
                let found = match reader.select(&[selection], LIMITS, patience()).await?.remove(0).pop() {
                    None => vec![STALE_MARKER; times.count],
                    Some(series) => {
                        anyhow::ensure!(series.visibility == Visibility::Once { lookback_ms: 600_000 });
                        match series.samples {
                            Samples::Results(results) => results,
                            Samples::Points(points) => {
                                plain_results(function, &pairs(&points), times, window_ms)
                            }
                        }
                    }
                };
                anyhow::ensure!(
                    found.iter().zip(&expected).all(|(one, other)| are_alike(*one, *other)),
                    "{statistic} {function:?}: {found:?} and not {expected:?}"
                );
            }
        }
        Ok(())
    })
    .await
}
