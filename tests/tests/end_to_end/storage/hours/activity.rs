//! What `lambda_activity` and `lambda_latency` say of any range of time, beside what the points themselves say.

use std::collections::BTreeMap;

use firefly_tests::demo::Point;
use firefly_tests::test_database::{TestDatabase, connect};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use tokio_postgres::Client;

use super::super::batches::{DAY_MS, HOUR_MS, MINUTE_MS};
use super::{hours_ago, point, refresh_all, store};

on_each_server!(
    any_range_and_step_says_what_the_minutes_say,
    settled_hours_are_read_from_the_roll_up,
    a_metric_without_data_is_null,
    other_sets_of_dimensions_are_not_counted,
    a_function_is_found_by_its_name,
);

const FUNCTIONS: [&str; 3] = ["cart", "o'hara\"; drop table", "checkout"];

const METRICS: [&str; 11] = [
    "Invocations",
    "Errors",
    "Throttles",
    "Duration",
    "ConcurrentExecutions",
    "IteratorAge",
    "DeadLetterErrors",
    "AsyncEventsDropped",
    "DestinationDeliveryFailures",
    "AsyncEventAge",
    "ProvisionedConcurrencySpilloverInvocations",
];

const COLUMNS: &str = "invocations, errors, throttles, duration_samples, duration_sum_ms, duration_average_ms,
    duration_minimum_ms, duration_maximum_ms, concurrent_executions, iterator_age_maximum_ms, dead_letter_errors,
    async_events_dropped, destination_delivery_failures, async_event_age_maximum_ms, provisioned_concurrency_spillover";

/// Steps as SQL has them, with their length.
const STEPS: [(&str, Option<i64>); 8] = [
    ("NULL", None),
    ("'1 minute'", Some(MINUTE_MS)),
    ("'00:07:00'", Some(7 * MINUTE_MS)),
    ("'60s'", Some(MINUTE_MS)),
    ("'1h'", Some(HOUR_MS)),
    ("'90 minutes'", Some(90 * MINUTE_MS)),
    ("'3h'", Some(3 * HOUR_MS)),
    ("'1 day'", Some(DAY_MS)),
];

/// Hours that the points lie in; the range goes beyond them.
const HOURS: i64 = 12;

/// Function and start of the step.
type Rows = BTreeMap<(String, i64), Vec<Option<f64>>>;

#[derive(Clone, Debug)]
struct Question {
    since_ms: i64,
    until_ms: i64,
    step: (&'static str, Option<i64>),
}

/// Points by function, metric and minute, and what is done to the buckets of the hours: nothing, stale, or removed.
type History = (Vec<(usize, usize, i64, u64)>, Vec<u8>);

fn any_history() -> impl Strategy<Value = History> {
    let points = (0..FUNCTIONS.len(), 0..METRICS.len(), 0..HOURS * 60, 1..6_u64);
    (proptest::collection::vec(points, 200..400), proptest::collection::vec(0..5_u8, 12))
}

/// Mostly ragged, sometimes whole hours, sometimes the wrong way round.
fn any_question(first_ms: i64) -> impl Strategy<Value = Question> {
    let bound = || {
        prop_oneof![
            (-60..HOURS * 60 + 60).prop_map(|minute| minute * MINUTE_MS),
            (-1..=HOURS + 1).prop_map(|hour| hour * HOUR_MS),
            (-HOUR_MS..(HOURS + 1) * HOUR_MS),
        ]
    };
    (bound(), bound(), proptest::sample::select(STEPS.to_vec()), 0..8_u8).prop_map(
        move |(one, other, step, swap)| {
            let (since, until) = if swap == 0 { (one, other) } else { (one.min(other), one.max(other)) };
            Question { since_ms: first_ms + since, until_ms: first_ms + until, step }
        },
    )
}

/// Of one minute at most one point each.
fn points(history: &[(usize, usize, i64, u64)], first_ms: i64) -> Vec<Point> {
    let unique: BTreeMap<_, _> = history
        .iter()
        .map(|(function, metric, minute, samples)| ((function, metric, minute), *samples))
        .collect();
    unique
        .iter()
        .map(|((function, metric, minute), samples)| {
            let mut point = point(FUNCTIONS[**function], METRICS[**metric], first_ms, **minute, *samples);
            if point.metric_name == "Duration" && samples % 2 == 0 {
                point.extra = vec![("p50".into(), *samples as f64), ("p99".into(), **minute as f64)];
            }
            point
        })
        .collect()
}

/// The points of the question, by function, step and metric.
fn grouped<'a>(
    points: &'a [Point],
    question: &Question,
) -> BTreeMap<(String, i64), BTreeMap<&'a str, Vec<&'a Point>>> {
    let mut groups: BTreeMap<_, BTreeMap<_, Vec<_>>> = BTreeMap::new();
    for point in points {
        if (question.since_ms..question.until_ms).contains(&point.start_ms) {
            let step = match question.step.1 {
                Some(step) => point.start_ms.div_euclid(step) * step,
                None => question.since_ms,
            };
            let key = (point.dimensions[0].1.clone(), step);
            groups.entry(key).or_default().entry(point.metric_name.as_str()).or_default().push(point);
        }
    }
    groups
}

fn activity(points: &[Point], question: &Question) -> Rows {
    let row = |metrics: &BTreeMap<&str, Vec<&Point>>| {
        let sum = |name, value: fn(&Point) -> f64| -> Option<f64> {
            Some(metrics.get(name)?.iter().map(|point| value(point)).sum())
        };
        let sums = |name| sum(name, |point| point.sum);
        let largest = |name| -> Option<f64> {
            metrics.get(name)?.iter().map(|point| point.maximum).max_by(f64::total_cmp)
        };
        let smallest = |name| -> Option<f64> {
            metrics.get(name)?.iter().map(|point| point.minimum).min_by(f64::total_cmp)
        };
        let samples = sum("Duration", |point| point.samples as f64);
        vec![
            sums("Invocations"),
            sums("Errors"),
            sums("Throttles"),
            samples,
            sums("Duration"),
            sums("Duration").zip(samples).map(|(sum, samples)| sum / samples),
            smallest("Duration"),
            largest("Duration"),
            largest("ConcurrentExecutions"),
            largest("IteratorAge"),
            sums("DeadLetterErrors"),
            sums("AsyncEventsDropped"),
            sums("DestinationDeliveryFailures"),
            largest("AsyncEventAge"),
            sums("ProvisionedConcurrencySpilloverInvocations"),
        ]
    };
    grouped(points, question).into_iter().map(|(key, metrics)| (key, row(&metrics))).collect()
}

fn latency(points: &[Point], question: &Question) -> Rows {
    let with_extra: Vec<_> = points.iter().filter(|point| !point.extra.is_empty()).cloned().collect();
    let row = |metrics: &BTreeMap<&str, Vec<&Point>>| {
        let largest = |index: usize| {
            metrics["Duration"].iter().map(|point| point.extra[index].1).max_by(f64::total_cmp)
        };
        vec![largest(0), None, None, largest(1)]
    };
    grouped(&with_extra, question).into_iter().map(|(key, metrics)| (key, row(&metrics))).collect()
}

async fn ask(client: &Client, function: &str, columns: &str, question: &Question) -> anyhow::Result<Rows> {
    let Question { since_ms, until_ms, step: (step, _) } = question;
    // Literals, as Grafana writes them.
    let moment = |ms: &i64| {
        let sql = format!(
            "SELECT to_char(to_timestamp({ms} / 1e3::float8) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
        );
        async move { anyhow::Ok(client.query_one(&sql, &[]).await?.get::<_, String>(0)) }
    };
    let (since, until) = (moment(since_ms).await?, moment(until_ms).await?);
    let sql = format!(
        "SELECT function_name, (extract(epoch FROM time) * 1000)::bigint, {columns}
        FROM firefly.{function}('{since}', '{until}', {step})"
    );
    let mut rows = Rows::new();
    for row in client.query(&sql, &[]).await? {
        let values = (2..row.len()).map(|column| row.get(column)).collect();
        anyhow::ensure!(rows.insert((row.get(0), row.get(1)), values).is_none(), "a step twice: {sql}");
    }
    Ok(rows)
}

async fn any_range_and_step_says_what_the_minutes_say(database: &TestDatabase) -> anyhow::Result<()> {
    const HISTORIES: usize = 3;
    const QUESTIONS: usize = 60;
    let (ingest, owner) = (database.ingest()?, database.owner().await?);
    let read = connect(&database.read_url()).await?;
    let mut runner = TestRunner::new(Config::default());
    for _ in 0..HISTORIES {
        let first_ms = hours_ago(HOURS + 2);
        let (history, buckets) = any_history().new_tree(&mut runner).map_err(anyhow::Error::msg)?.current();
        let points = points(&history, first_ms);
        let tables =
            "firefly.statistic_set, firefly.series, firefly.statistic_hour, firefly.statistic_hour_bucket";
        owner.batch_execute(&format!("TRUNCATE {tables}")).await?;
        store(&ingest, &points).await?;
        refresh_all(&ingest).await?;
        for (hour, change) in (0..).zip(&buckets) {
            let of_hour = format!("WHERE hour = to_timestamp({})", (first_ms + hour * HOUR_MS) / 1_000);
            let change = match change {
                0 => format!("UPDATE firefly.statistic_hour_bucket SET stale = true {of_hour}"),
                1 => format!("DELETE FROM firefly.statistic_hour_bucket {of_hour}"),
                _ => continue,
            };
            // What it says of such an hour must not be read.
            let spoil =
                "UPDATE firefly.statistic_hour SET samples = 1e9, sum = 1e9, minimum = -1e9, maximum = 1e9";
            owner.batch_execute(&format!("{change}; {spoil} {of_hour}")).await?;
        }
        for _ in 0..QUESTIONS {
            let question =
                any_question(first_ms).new_tree(&mut runner).map_err(anyhow::Error::msg)?.current();
            let context = format!("{question:?} {buckets:?} {history:?}");
            let found = ask(&read, "lambda_activity", COLUMNS, &question).await?;
            assert_eq!(found, activity(&points, &question), "{context}");
            let percentiles = "duration_p50_ms, duration_p90_ms, duration_p95_ms, duration_p99_ms";
            let found = ask(&read, "lambda_latency", percentiles, &question).await?;
            assert_eq!(found, latency(&points, &question), "{context}");
        }
    }
    Ok(())
}

async fn settled_hours_are_read_from_the_roll_up(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, read) = (database.ingest()?, connect(&database.read_url()).await?);
    let first_ms = hours_ago(HOURS);
    let points: Vec<_> =
        (0..HOURS * 60 - 120).map(|minute| point("cart", "Invocations", first_ms, minute, 1)).collect();
    store(&ingest, &points).await?;
    refresh_all(&ingest).await?;
    database.owner().await?.batch_execute("DELETE FROM firefly.statistic_set").await?;
    for (step, hours) in [("NULL", 9), ("'1h'", 9), ("'1 minute'", 0)] {
        let sql = format!(
            "SELECT coalesce(sum(invocations), 0) FROM firefly.lambda_activity(
                to_timestamp({since}), to_timestamp({since}) + interval '9 hours 59 minutes', {step})",
            since = (first_ms - MINUTE_MS) / 1_000
        );
        let found: f64 = read.query_one(&sql, &[]).await?.get(0);
        assert_eq!(found, f64::from(hours * 60 * 3), "{step}");
    }
    Ok(())
}

async fn a_metric_without_data_is_null(database: &TestDatabase) -> anyhow::Result<()> {
    store(&database.ingest()?, &[point("cart", "Invocations", hours_ago(3), 1, 2)]).await?;
    let question = Question { since_ms: hours_ago(5), until_ms: hours_ago(1), step: STEPS[0] };
    let found = ask(&connect(&database.read_url()).await?, "lambda_activity", COLUMNS, &question).await?;
    let row = &found[&("cart".to_owned(), question.since_ms)];
    assert_eq!(row[0], Some(6.0));
    assert!(row[1..].iter().all(Option::is_none), "{row:?}");
    Ok(())
}

async fn other_sets_of_dimensions_are_not_counted(database: &TestDatabase) -> anyhow::Result<()> {
    let of_function = point("cart", "Invocations", hours_ago(3), 1, 2);
    let mut of_alias = of_function.clone();
    of_alias.dimensions.push(("Resource".into(), "cart:live".into()));
    let mut of_region = of_function.clone();
    of_region.dimensions.clear();
    let mut of_other = of_function.clone();
    of_other.namespace = "Custom".into();
    store(&database.ingest()?, &[of_function.clone(), of_alias, of_region, of_other]).await?;
    let question = Question { since_ms: hours_ago(5), until_ms: hours_ago(1), step: STEPS[4] };
    let found = ask(&connect(&database.read_url()).await?, "lambda_activity", COLUMNS, &question).await?;
    assert_eq!(found, activity(&[of_function], &question));
    Ok(())
}

/// By an index of the catalogue and one of the points, of no other function.
async fn a_function_is_found_by_its_name(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, owner) = (database.ingest()?, database.owner().await?);
    let names: Vec<_> = (0..300).map(|number| format!("function-{number}")).collect();
    let points: Vec<_> =
        names.iter().flat_map(|name| METRICS.map(|metric| point(name, metric, hours_ago(3), 1, 1))).collect();
    store(&ingest, &points).await?;
    owner.batch_execute("ANALYZE firefly.series").await?;
    let sql = "EXPLAIN SELECT time, invocations FROM firefly.lambda_activity(
            now() - interval '1 day', now(), '5 minutes') WHERE function_name IN ('function-7', 'function-8')";
    let plan = owner.query(sql, &[]).await?;
    let plan: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
    let plan = plan.join("\n");
    assert!(plan.contains("series_lambda_function"), "{plan}");
    assert!(!plan.contains("Function Scan on lambda_activity"), "{plan}");
    assert!(!plan.contains("Function Scan on statistics_between"), "{plan}");
    assert!(!plan.contains("Seq Scan on series"), "{plan}");
    Ok(())
}
