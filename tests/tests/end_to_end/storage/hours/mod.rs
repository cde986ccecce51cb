//! Statistic sets of whole hours, added up, and what is read from them.

use std::time::{SystemTime, UNIX_EPOCH};

use firefly_storage::{Database, MetricWriter};
use firefly_tests::demo::{ACCOUNT_ID, NAMESPACE, Point, REGION, Unit};
use tokio_postgres::Client;

use super::batches::{HOUR_MS, MINUTE_MS};
use super::views::batch_of;
use super::{patience, write};

mod activity;
mod arriving;
mod refresh;

/// The start of the hour that is so many before the current one.
fn hours_ago(hours: i64) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    (i64::try_from(now).unwrap_or(i64::MAX) / HOUR_MS - hours) * HOUR_MS
}

/// A data point of a function in a minute of the hour that begins there, of which `samples` makes all values.
fn point(function: &str, metric: &str, hour_ms: i64, minute: i64, samples: u64) -> Point {
    let value = samples as f64;
    Point {
        account_id: ACCOUNT_ID.into(),
        region: REGION.into(),
        namespace: NAMESPACE.into(),
        metric_name: metric.into(),
        dimensions: vec![("FunctionName".into(), function.into())],
        unit: Unit::Count,
        start_ms: hour_ms + minute * MINUTE_MS,
        samples,
        sum: 3.0 * value,
        minimum: value,
        maximum: 2.0 * value,
        extra: Vec::new(),
    }
}

/// So many invocations of `cart` in a minute of an hour.
fn invocations(hour_ms: i64, minute: i64, samples: u64) -> Point {
    point("cart", "Invocations", hour_ms, minute, samples)
}

async fn store<'a>(database: &Database, points: impl IntoIterator<Item = &'a Point>) -> anyhow::Result<()> {
    write(database, &batch_of(points)).await?;
    Ok(())
}

/// Makes the newest of the hours that have to be made, and says how many.
async fn refresh(database: &Database, most: u8) -> anyhow::Result<u64> {
    Ok(database.refresh_statistic_hours(most, patience()).await?)
}

/// Makes all of them.
async fn refresh_all(database: &Database) -> anyhow::Result<()> {
    while refresh(database, u8::MAX).await? > 0 {}
    Ok(())
}

/// The hours that are made, with the number of samples in each.
async fn made(client: &Client) -> anyhow::Result<Vec<(i64, f64)>> {
    let sql = "SELECT (extract(epoch FROM hour) * 1000)::bigint, sum(samples) FROM firefly.statistic_hour
        GROUP BY hour ORDER BY hour";
    Ok(client.query(sql, &[]).await?.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// How many rows of `statistic_hour` say other than the minutes, or are missing or too many.
async fn differences(client: &Client) -> anyhow::Result<i64> {
    let sql = "
        WITH added AS (
            SELECT series_id, date_trunc('hour', time, 'UTC') AS hour,
                sum(samples) AS samples, sum(sum) AS sum, min(minimum) AS minimum, max(maximum) AS maximum
            FROM firefly.statistic_set GROUP BY 1, 2
        )
        SELECT (SELECT count(*) FROM (TABLE added EXCEPT TABLE firefly.statistic_hour) AS missing)
            + (SELECT count(*) FROM (TABLE firefly.statistic_hour EXCEPT TABLE added) AS wrong)";
    Ok(client.query_one(sql, &[]).await?.try_get(0)?)
}
