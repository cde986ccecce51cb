//! A month of many functions, each of which runs in one minute of four. Made by the database itself: there are millions
//! of rows.

use std::time::Duration;

use anyhow::Result;
use firefly_model::{KnownRows, MetricBatch, SeriesKey, Statistics, UnixMillis};
use firefly_storage::{Database, DatabaseUrl, MetricWriter, Origin, Received};

use crate::bench::traces::SERVICES;
use crate::demo::MINUTE_MS;
use crate::test_database::TestDatabase;

const METRICS: [(&str, &str); 5] = [
    ("Invocations", "Count"),
    ("Errors", "Count"),
    ("Throttles", "Count"),
    ("Duration", "Milliseconds"),
    ("ConcurrentExecutions", "Count"),
];

/// Some minutes of all series: `$1` and `$2` are their begin and end, in Unix seconds.
const FILL: &str = "
    INSERT INTO firefly.statistic_set (series_id, time, samples, sum, minimum, maximum, extra)
    SELECT series.id, minute.time, value.samples, value.sum, value.minimum, value.maximum, value.extra
    FROM generate_series(to_timestamp($1), to_timestamp($2) - interval '1 minute', interval '1 minute') AS minute (time)
    CROSS JOIN (
        SELECT id, name, abs(hashtext(labels ->> 'FunctionName')) AS function FROM firefly.series ORDER BY id
    ) AS series
    CROSS JOIN LATERAL (
        SELECT abs(hashint8(extract(epoch FROM minute.time)::bigint / 60 * 7919 + series.function)) AS noise
    ) AS random
    CROSS JOIN LATERAL (SELECT 1 + noise / 4 % 60 AS invocations, 20 + noise / 64 % 400 AS duration_ms) AS drawn
    CROSS JOIN LATERAL (
        SELECT CASE series.name WHEN 'ConcurrentExecutions' THEN 1 ELSE invocations END AS samples,
            CASE series.name
                WHEN 'Invocations' THEN invocations
                WHEN 'Errors' THEN (noise % 97 = 0)::int
                WHEN 'Throttles' THEN (noise % 997 = 0)::int
                WHEN 'Duration' THEN invocations * duration_ms
                ELSE 1 + invocations / 20 END AS sum,
            CASE series.name WHEN 'Duration' THEN duration_ms / 2 ELSE 0 END AS minimum,
            CASE series.name
                WHEN 'Duration' THEN duration_ms * 3 WHEN 'ConcurrentExecutions' THEN 1 + invocations / 20 ELSE 1
                END AS maximum,
            CASE series.name WHEN 'Duration' THEN jsonb_build_object(
                'p50', duration_ms, 'p95', duration_ms * 2, 'p99', duration_ms * 2.5) END AS extra
    ) AS value
    WHERE noise % 4 = 0";

/// What the functions beside the data write, in time.
const FINISH: &str = "
    UPDATE firefly.series SET last_seen = (SELECT max(time) FROM firefly.statistic_set WHERE series_id = series.id);
    INSERT INTO firefly.statistic_hour_bucket (hour, stale)
    SELECT hour, true FROM firefly.series, generate_series(first_seen, last_seen, interval '1 hour') AS hour
    GROUP BY hour
    ON CONFLICT (hour) DO NOTHING;
    INSERT INTO firefly.function_config (account_id, region, function_name, memory_mb, timeout_ms, runtime, architecture)
    SELECT account_id, region, function_name, 512, 10000, 'nodejs22.x', 'arm64' FROM firefly.lambda_function
    ON CONFLICT DO NOTHING";

/// Some days of some functions.
pub(super) struct Month {
    pub(super) functions: usize,
    pub(super) now_ms: i64,
    pub(super) days: i64,
}

impl Month {
    /// The first ones are those that have traces.
    pub(super) fn function_name(function: usize) -> String {
        SERVICES
            .get(function)
            .map_or_else(|| format!("function-{function:04}"), |service| (*service).to_owned())
    }

    /// Stores the data points; how many there are.
    pub(super) async fn store(&self, database: &TestDatabase) -> Result<f64> {
        let ingest = Database::new(&DatabaseUrl::parse(database.ingest_url().as_str())?)?;
        let begin_ms = (self.now_ms - self.days * super::DAY_MS).div_euclid(MINUTE_MS) * MINUTE_MS;
        let received = Received { source: "bench", data_points: 0, bytes: 0 };
        let origin = Origin { source: "bench", source_arn: None, request_id: "bench", received };
        let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
        ingest.write_metrics(&self.first_minute(begin_ms - MINUTE_MS), origin, deadline).await?;
        let owner = database.owner().await?;
        for day in 0..self.days {
            let [first, last] = [day, day + 1].map(|day| (begin_ms + day * super::DAY_MS) as f64 / 1e3);
            owner.execute(FILL, &[&first, &last]).await?;
        }
        let count = "SELECT count(*)::float8 FROM firefly.statistic_set";
        Ok(owner.query_one(count, &[]).await?.get(0))
    }

    /// Brings up to date what is worked out from the data points and spans.
    pub(super) async fn finish(&self, database: &TestDatabase) -> Result<()> {
        let owner = database.owner().await?;
        owner.batch_execute(FINISH).await?;
        for refresh in ["refresh_statistic_hours", "refresh_service_edges"] {
            let sql = format!("SELECT firefly.{refresh}(1000)");
            while owner.query_one(&sql, &[]).await?.get::<_, i32>(0) > 0 {}
        }
        owner.batch_execute("VACUUM ANALYZE").await?;
        Ok(())
    }

    fn first_minute(&self, time_ms: i64) -> MetricBatch {
        let (mut batch, known) = (MetricBatch::default(), KnownRows::with_generation(100_000));
        for function in 0..self.functions {
            let labels = [("FunctionName".into(), Self::function_name(function).into())];
            for (name, unit) in METRICS {
                let key = SeriesKey {
                    account_id: "123456789012",
                    region: "eu-west-1",
                    namespace: "AWS/Lambda",
                    name,
                    labels: &labels,
                };
                let statistics = Statistics { samples: 1.0, sum: 1.0, minimum: 1.0, maximum: 1.0 };
                batch.add(&key, unit, UnixMillis(time_ms), statistics, None, &known);
            }
        }
        batch.seal();
        batch
    }
}
