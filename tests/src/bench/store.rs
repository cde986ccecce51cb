//! From rows to the database, beside the bare statement and beside a row for each statistic.

use std::time::Duration;

use anyhow::{Context, Result};
use firefly_model::{KnownRows, MetricBatch};
use firefly_storage::{Database, DatabaseUrl, MetricWriter, Origin, Received, Written};
use tokio_postgres::Client;

use super::Settings;
use super::bare::{Bare, create_tables, narrow_columns, wide_columns};
use super::corpus::{self, Corpus, decode};
use super::costs::{Cost, Costs, backend, ingest_backend};
use super::report::{Limit, Report};
use crate::firehose_sender::Format;
use crate::test_database::{Server, TestDatabase, connect};

/// Data points of a delivery.
const POINTS: usize = 5_000;
/// Batches that are written before anything is measured, so that chunks and caches are there.
const WARM_UP: usize = 4;

pub(super) async fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let database = TestDatabase::create(Server::Timescaledb).await?;
    let owner = database.owner().await?;
    create_tables(&owner).await?;
    let mut ours = Ours::connect(&database, &owner).await?;
    let wide_client = connect(&database.ingest_url()).await?;
    let narrow_client = connect(&database.ingest_url()).await?;
    let (wide_pid, narrow_pid) = (backend(&wide_client).await?, backend(&narrow_client).await?);
    let (wide, narrow) = (Bare::wide(wide_client).await?, Bare::narrow(narrow_client).await?);

    let batches = ours.batches(WARM_UP + settings.repetitions(9, 48)).await?;
    let (mut our_costs, mut wide_costs, mut narrow_costs) =
        (Costs::default(), Costs::default(), Costs::default());
    for (index, batch) in batches.iter().enumerate() {
        let rows = wide_columns(&batch.statistic_sets)?;
        // Each finds the machine as the other left it: they take turns in being first.
        for turn in 0..2 {
            if (index + turn) % 2 == 0 {
                our_costs.add(ours.backend, async { ours.write(batch).await.map(drop) }).await?;
            } else {
                wide_costs.add(wide_pid, wide.insert(&rows)).await?;
            }
        }
    }
    for batch in &batches {
        let rows = narrow_columns(&batch.statistic_sets)?;
        narrow_costs.add(narrow_pid, narrow.insert(&rows)).await?;
    }
    for costs in [&mut our_costs, &mut wide_costs, &mut narrow_costs] {
        costs.skip(WARM_UP);
    }
    let mut again = Costs::default();
    for batch in &batches[WARM_UP..] {
        let mut written = Written::default();
        again.add(ours.backend, async { ours.write(batch).await.map(|now| written = now) }).await?;
        anyhow::ensure!(written.statistic_sets == 0, "{written:?} of a batch that is stored already");
    }

    report.limited(
        "store, rate beside the bare statement's (CPU)",
        our_costs.rate_beside(&wide_costs),
        "",
        Limit::AtLeast(0.85),
    );
    report.known("– ours, CPU of client and server", our_costs.per_row(POINTS, Cost::cpu), "µs/point");
    report.known("– of this, the client's", our_costs.per_row(POINTS, |cost| cost.client), "µs/point");
    report.beside(
        "– bare statement",
        wide_costs.per_row(POINTS, Cost::cpu),
        "µs/point",
        our_costs.per_row(POINTS, Cost::cpu),
    );
    report.beside(
        "– four narrow rows for each data point",
        narrow_costs.per_row(POINTS, Cost::cpu),
        "µs/point",
        our_costs.per_row(POINTS, Cost::cpu),
    );
    report.beside(
        "– the same minutes once more",
        again.per_row(POINTS, Cost::cpu),
        "µs/point",
        our_costs.per_row(POINTS, Cost::cpu),
    );
    report.known("store, rate by the clock", 1e6 / our_costs.per_row(POINTS, |cost| cost.wall), "points/s");
    let clock = |costs: &Costs| 1e6 / costs.per_row(POINTS, |cost| cost.wall);
    report.beside("– bare statement, by the clock", clock(&wide_costs), "points/s", clock(&our_costs));
    report.beside("– four narrow rows, by the clock", clock(&narrow_costs), "points/s", clock(&our_costs));
    report.beside("– the same minutes once more, by the clock", clock(&again), "points/s", clock(&our_costs));
    let wide_bytes = bytes_per_point(&owner, "firefly.statistic_set").await?;
    report.known("on disk, with the index", wide_bytes, "bytes/point");
    report.beside(
        "– as four narrow rows",
        bytes_per_point(&owner, "bare.narrow").await?,
        "bytes/point",
        wide_bytes,
    );
    Ok(())
}

/// The product's way to the database.
struct Ours {
    database: Database,
    backend: u32,
}

impl Ours {
    async fn connect(test: &TestDatabase, owner: &Client) -> Result<Self> {
        let database = Database::new(&DatabaseUrl::parse(test.ingest_url().as_str())?)?;
        database.warm_up(tokio::time::Instant::now() + Duration::from_secs(10)).await?;
        Ok(Self { database, backend: ingest_backend(owner).await? })
    }

    /// Batches of following minutes; the catalogue knows their series.
    async fn batches(&mut self, count: usize) -> Result<Vec<MetricBatch>> {
        let shop = corpus::shop();
        let mut corpus = Corpus::of(&shop);
        let mut bodies = Vec::with_capacity(count);
        for _ in 0..count {
            bodies.push(corpus.delivery(Format::Json, POINTS).gzip_body()?);
        }
        let mut known = KnownRows::with_generation(50_000);
        let mut catalogue = MetricBatch::default();
        for body in &bodies {
            let batch = decode(body, &known)?.batch;
            known.remember(batch.catalogue_rows());
            catalogue.series.extend(batch.series);
        }
        self.write(&catalogue).await?;
        bodies.iter().map(|body| Ok(decode(body, &known)?.batch)).collect()
    }

    async fn write(&self, batch: &MetricBatch) -> Result<Written> {
        let received = Received { source: "bench", data_points: 0, bytes: 0 };
        let origin = Origin { source: "bench", source_arn: None, request_id: "bench", received };
        let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
        Ok(self.database.write_metrics(batch, origin, deadline).await?)
    }
}

/// Size of a hypertable for each data point in `firefly.statistic_set`.
async fn bytes_per_point(owner: &Client, table: &str) -> Result<f64> {
    let sql =
        format!("SELECT hypertable_size('{table}')::float8 / (SELECT count(*) FROM firefly.statistic_set)");
    owner.query_one(&sql, &[]).await?.try_get(0).context("size of a table")
}
