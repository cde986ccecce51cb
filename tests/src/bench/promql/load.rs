//! Fills the database and Prometheus with the same day.

use std::time::{Duration, Instant};

use anyhow::Result;
use firefly_model::KnownRows;
use firefly_storage::{Database, DatabaseUrl, MetricWriter, Origin, Received};

use super::day::Day;
use crate::test_database::TestDatabase;

/// Stores the day; the seconds that it took.
pub(super) async fn load(test: &TestDatabase, day: &Day) -> Result<f64> {
    let database = Database::new(&DatabaseUrl::parse(test.ingest_url().as_str())?)?;
    let mut known = KnownRows::with_generation(100_000);
    let received = Received { source: "bench", data_points: 0, bytes: 0 };
    let origin = Origin { source: "bench", source_arn: None, request_id: "bench", received };
    let start = Instant::now();
    for minute in 0..day.minutes {
        let batch = day.batch(minute, &known);
        let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
        database.write_metrics(&batch, origin, deadline).await?;
        known.remember(batch.catalogue_rows());
    }
    Ok(start.elapsed().as_secs_f64())
}
