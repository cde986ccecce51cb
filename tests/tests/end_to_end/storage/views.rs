//! The views that dashboards read, over an hour of the demo shop.

use std::collections::BTreeMap;

use firefly_model::{ExtraStatistics, KnownRows, MetricBatch, SeriesKey, Statistics, UnixMillis};
use firefly_tests::demo::{MINUTE_MS, Point, Shop};
use firefly_tests::test_database::{TestDatabase, connect};

use super::batches::{HOUR_MS, MORNING_MS};
use super::{stored, write};

on_each_server!(
    deliveries_of_an_hour_end_as_its_final_points,
    lambda_minute_counts_each_invocation_once,
    metric_point_has_each_data_point_with_its_labels,
    extra_statistics_unite_to_the_larger_values,
);

/// Half an hour of noon, when requests are throttled, and half of night, when the report runs.
fn final_points() -> Vec<Point> {
    let shop = Shop::default();
    let half_an_hour = |from| shop.final_points(from..from + HOUR_MS / 2);
    half_an_hour(MORNING_MS - 8 * HOUR_MS).chain(half_an_hour(MORNING_MS + 3 * HOUR_MS)).collect()
}

pub fn batch_of<'a>(points: impl IntoIterator<Item = &'a Point>) -> MetricBatch {
    let (mut batch, known) = (MetricBatch::default(), KnownRows::with_generation(0));
    for point in points {
        let labels: Vec<_> =
            point.dimensions.iter().map(|(name, value)| (name.into(), value.into())).collect();
        let key = SeriesKey {
            account_id: &point.account_id,
            region: &point.region,
            namespace: &point.namespace,
            name: &point.metric_name,
            labels: &labels,
        };
        let statistics = Statistics {
            samples: point.samples as f64,
            sum: point.sum,
            minimum: point.minimum,
            maximum: point.maximum,
        };
        let extra = point.extra.iter().map(|(name, value)| (name.as_str(), *value));
        let extra = (!point.extra.is_empty()).then(|| Box::new(ExtraStatistics::new(extra)));
        batch.add(&key, point.unit.cloudwatch(), UnixMillis(point.start_ms), statistics, extra, &known);
    }
    batch.seal();
    batch
}

async fn deliveries_of_an_hour_end_as_its_final_points(database: &TestDatabase) -> anyhow::Result<()> {
    let (shop, ingest, range_ms) = (Shop::default(), database.ingest()?, MORNING_MS..MORNING_MS + HOUR_MS);
    for delivery in shop.deliveries(range_ms.clone()) {
        write(&ingest, &batch_of(&delivery.points)).await?;
    }
    let points: Vec<_> = shop.final_points(range_ms).collect();
    let owner = database.owner().await?;
    assert_eq!(stored::statistic_sets(&owner).await?, batch_of(&points).statistic_sets);
    assert_eq!(stored::series(&owner).await?, stored::series_of(&batch_of(&points)));
    Ok(())
}

/// The columns of `lambda_minute` after its key.
const LAMBDA_MINUTE: &str = "invocations, errors, throttles, duration_average_ms, duration_minimum_ms,
    duration_maximum_ms, duration_p50_ms, duration_p90_ms, duration_p95_ms, duration_p99_ms, concurrent_executions,
    iterator_age_maximum_ms, dead_letter_errors, async_events_dropped";

/// What a row of `lambda_minute` must hold after its key, from the points of one function in one minute.
fn lambda_minute<'a>(points: &BTreeMap<&str, &'a Point>) -> Vec<Option<f64>> {
    let value = |name: &str, value: fn(&'a Point) -> f64| points.get(name).map(|point| value(point));
    let percentile = |name: &str| {
        let extra = &points.get("Duration")?.extra;
        extra.iter().find(|(percentile, _)| percentile == name).map(|(_, value)| *value)
    };
    vec![
        value("Invocations", |point| point.sum),
        value("Errors", |point| point.sum),
        value("Throttles", |point| point.sum),
        value("Duration", |point| point.sum / point.samples as f64),
        value("Duration", |point| point.minimum),
        value("Duration", |point| point.maximum),
        percentile("p50"),
        percentile("p90"),
        percentile("p95"),
        percentile("p99"),
        value("ConcurrentExecutions", |point| point.maximum),
        value("IteratorAge", |point| point.maximum),
        value("DeadLetterErrors", |point| point.sum),
        value("AsyncEventsDropped", |point| point.sum),
    ]
}

async fn lambda_minute_counts_each_invocation_once(database: &TestDatabase) -> anyhow::Result<()> {
    let points = final_points();
    write(&database.ingest()?, &batch_of(&points)).await?;
    let mut by_minute: BTreeMap<_, BTreeMap<&str, &Point>> = BTreeMap::new();
    for point in &points {
        if let [(name, function)] = &*point.dimensions
            && name == "FunctionName"
        {
            let key = (point.account_id.clone(), function.clone(), point.start_ms / MINUTE_MS);
            by_minute.entry(key).or_default().insert(&point.metric_name, point);
        }
    }
    let expected: Vec<_> =
        by_minute.iter().map(|(key, points)| (key.clone(), lambda_minute(points))).collect();
    for column in [0, 1, 2, 3, 9, 10, 11, 12] {
        assert!(expected.iter().any(|(_, row)| row[column] > Some(0.0)), "the shop has nothing in {column}");
    }

    let read = connect(&database.read_url()).await?;
    let sql = format!(
        "SELECT account_id, function_name, (extract(epoch FROM minute) / 60)::bigint, {LAMBDA_MINUTE}
        FROM lambda_minute WHERE region = 'eu-west-1'
        ORDER BY account_id COLLATE \"C\", function_name COLLATE \"C\", minute"
    );
    let rows = read.query(&sql, &[]).await?;
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            let key: (String, String, i64) = (row.get(0), row.get(1), row.get(2));
            (key, (3..row.len()).map(|column| row.get(column)).collect::<Vec<Option<f64>>>())
        })
        .collect();
    assert_eq!(rows, expected);

    let total: f64 = read.query_one("SELECT sum(invocations) FROM lambda_minute", &[]).await?.get(0);
    let of_region = points.iter().filter(|point| point.dimensions.is_empty());
    let of_region = of_region.filter(|point| point.metric_name == "Invocations");
    assert_eq!(total, of_region.map(|point| point.sum).sum::<f64>());
    Ok(())
}

async fn metric_point_has_each_data_point_with_its_labels(database: &TestDatabase) -> anyhow::Result<()> {
    let points = final_points();
    write(&database.ingest()?, &batch_of(&points)).await?;
    let read = connect(&database.read_url()).await?;
    let sql = "SELECT json_build_array(account_id, region, namespace, metric_name, unit, dimensions,
            extract(epoch FROM time) / 60, samples, sum, average, minimum, maximum, extra)::text
        FROM metric_point";
    let rows = read.query(sql, &[]).await?;
    let mut rows: Vec<String> = rows.iter().map(|row| canonical(row.get(0))).collect::<Result<_, _>>()?;
    let mut expected: Vec<String> =
        points.iter().map(|point| canonical(&row_of(point))).collect::<Result<_, _>>()?;
    rows.sort_unstable();
    expected.sort_unstable();
    assert_eq!(rows, expected);
    Ok(())
}

fn row_of(point: &Point) -> String {
    let samples = point.samples as f64;
    let dimensions: BTreeMap<_, _> = point.dimensions.iter().cloned().collect();
    let extra: Option<BTreeMap<_, _>> =
        (!point.extra.is_empty()).then(|| point.extra.iter().cloned().collect());
    serde_json::json!([
        point.account_id,
        point.region,
        point.namespace,
        point.metric_name,
        point.unit.cloudwatch(),
        dimensions,
        (point.start_ms / MINUTE_MS) as f64,
        samples,
        point.sum,
        point.sum / samples,
        point.minimum,
        point.maximum,
        extra
    ])
    .to_string()
}

/// The same text for the same values: all numbers as floating-point ones.
fn canonical(json: &str) -> anyhow::Result<String> {
    fn with_floats(value: serde_json::Value) -> serde_json::Value {
        match value {
            serde_json::Value::Number(number) => number.as_f64().into(),
            serde_json::Value::Array(values) => values.into_iter().map(with_floats).collect(),
            serde_json::Value::Object(fields) => {
                fields.into_iter().map(|(name, value)| (name, with_floats(value))).collect()
            }
            other => other,
        }
    }
    Ok(with_floats(serde_json::from_str(json)?).to_string())
}

async fn extra_statistics_unite_to_the_larger_values(database: &TestDatabase) -> anyhow::Result<()> {
    let owner = database.owner().await?;
    for (one, other, united) in [
        ("'{\"p50\": 1, \"p99\": 10}'", "'{\"p99\": 9.5, \"p90\": 4}'", "{\"p50\":1,\"p90\":4,\"p99\":10}"),
        ("'{\"p99\": -1e-7}'", "'{\"p99\": -1e300}'", "{\"p99\":-0.0000001}"),
        ("'{}'", "'{\"p99\": 2}'", "{\"p99\":2}"),
        ("'{\"p99\": 2}'", "NULL", "{\"p99\":2}"),
        ("NULL", "NULL", "null"),
    ] {
        for sql in [format!("{one}, {other}"), format!("{other}, {one}")] {
            let sql = format!("SELECT to_json(firefly.unite_extra({sql}))::text");
            let found: Option<String> = owner.query_one(&sql, &[]).await?.get(0);
            let found = found.unwrap_or_else(|| "null".to_owned()).replace(' ', "");
            assert_eq!(found, united, "{sql}");
        }
    }
    Ok(())
}
