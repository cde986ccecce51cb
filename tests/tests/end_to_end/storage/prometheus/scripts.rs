//! The scripts of PromQL in `fixtures/promql`, on the database.

use std::borrow::Cow;
use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use firefly_model::selection::{LabelledPoints, Limits, METRIC_NAME, Samples, SelectedSeries, Selection};
use firefly_model::{KnownRows, SampleBatch, SampleSeriesKey, UnixMillis};
use firefly_promql::{SelectError, Storage};
use firefly_storage::{Database, MetricReader, PrometheusReader, ReadError};
use firefly_tests::promql_script::{ScriptStorage, run};
use firefly_tests::test_database::{Server, TestDatabase};

use super::super::samples::write_samples;
use super::data::reader;

/// The time in the database that is 1970 in the scripts: what is stored is of our days, and nothing is asked of before 1970.
const EPOCH_MS: i64 = 1_772_409_600_000;

#[tokio::test]
async fn scripts_are_answered_from_timescaledb() -> Result<()> {
    run_all(Server::Timescaledb).await
}

#[tokio::test]
async fn scripts_are_answered_from_postgresql() -> Result<()> {
    run_all(Server::Postgresql).await
}

async fn run_all(server: Server) -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/promql");
    let mut failures = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "test") {
            let mut storage = ScriptDatabase::create(server).await?;
            if let Err(error) = run(&fs::read_to_string(&path)?, &mut storage).await {
                failures.push(format!("{}: {error:#}", path.display()));
            }
        }
    }
    ensure!(failures.is_empty(), "{}", failures.join("\n"));
    Ok(())
}

/// A database that is another whenever it is cleared.
struct ScriptDatabase {
    database: TestDatabase,
    ingest: Database,
    reader: PrometheusReader,
    is_empty: bool,
}

impl ScriptDatabase {
    async fn create(server: Server) -> Result<Self> {
        let database = TestDatabase::create(server).await?;
        let (ingest, reader) = (database.ingest()?, reader(&database)?);
        Ok(Self { database, ingest, reader, is_empty: true })
    }
}

impl ScriptStorage for ScriptDatabase {
    async fn clear(&mut self) -> Result<()> {
        if !self.is_empty {
            *self = Self::create(self.database.server()).await?;
        }
        Ok(())
    }

    async fn load(&mut self, series: Vec<LabelledPoints>) -> Result<()> {
        self.is_empty = false;
        let (mut batch, known) = (SampleBatch::default(), KnownRows::with_generation(0));
        for series in &series {
            let labels = series.labels.iter().filter(|(name, _)| *name != METRIC_NAME);
            let labels: Vec<(Cow<'_, str>, Cow<'_, str>)> =
                labels.map(|(name, value)| (name.into(), value.into())).collect();
            let key = SampleSeriesKey { name: series.labels.metric_name(), labels: &labels };
            for point in &series.points {
                batch.add(&key, UnixMillis(EPOCH_MS + point.time_ms), point.value, &known);
            }
        }
        batch.seal();
        write_samples(&self.ingest, &batch).await.context("samples could not be written")?;
        Ok(())
    }
}

impl Storage for ScriptDatabase {
    async fn select(
        &self,
        selections: &[Selection],
        limits: Limits,
        deadline: Instant,
    ) -> Result<Vec<Vec<SelectedSeries>>, SelectError> {
        let mut selections = selections.to_vec();
        for selection in &mut selections {
            selection.times.first_ms = selection.times.first_ms.saturating_add(EPOCH_MS);
        }
        let selected = self.reader.select(&selections, limits, deadline.into()).await;
        let mut selected = selected.map_err(|error| match error {
            ReadError::TooManySamples { limit } => SelectError::TooManySamples { limit },
            ReadError::TooManySeries { limit } => SelectError::TooManySeries { limit },
            ReadError::Storage(error) => SelectError::Failed(Box::new(error)),
        })?;
        for series in selected.iter_mut().flatten() {
            if let Samples::Points(points) = &mut series.samples {
                points.iter_mut().for_each(|point| point.time_ms -= EPOCH_MS);
            }
        }
        Ok(selected)
    }
}
