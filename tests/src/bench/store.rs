//! From rows to the database, beside the bare statement and beside a row for each statistic.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use firefly_model::{KnownRows, MetricBatch};
use firefly_storage::{Database, DatabaseUrl, MetricWriter, Origin, Written};
use tokio_postgres::Client;

use super::bare::{Bare, create_tables, narrow_columns, wide_columns};
use super::corpus::{self, Corpus, decode};
use super::measure::{median, thread_cpu};
use super::report::{Limit, Report};
use super::{Settings, proc};
use crate::firehose_sender::Format;
use crate::test_database::{Server, TestDatabase, connect};

/// Data points of a delivery.
const POINTS: usize = 5_000;
/// Batches that are written before anything is measured, so that chunks and caches are there.
const WARM_UP: usize = 4;
/// Between a server's answer and the reading of its CPU time, which is that of when it last stopped running.
const SETTLE: Duration = Duration::from_millis(2);

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
        costs.0.drain(..WARM_UP);
    }
    let mut again = Costs::default();
    for batch in &batches[WARM_UP..] {
        let mut written = Written::default();
        again.add(ours.backend, async { ours.write(batch).await.map(|now| written = now) }).await?;
        anyhow::ensure!(written.statistic_sets == 0, "{written:?} of a batch that is stored already");
    }

    let ratio = |other: &Costs| {
        median(our_costs.0.iter().zip(&other.0).map(|(our, other)| other.cpu() / our.cpu()).collect())
    };
    report.limited(
        "store, rate beside the bare statement's (CPU)",
        ratio(&wide_costs),
        "",
        Limit::AtLeast(0.85),
    );
    report.known("– ours, CPU of client and server", our_costs.per_point(Cost::cpu), "µs/point");
    report.known("– of this, the client's", our_costs.per_point(|cost| cost.client), "µs/point");
    report.beside(
        "– bare statement",
        wide_costs.per_point(Cost::cpu),
        "µs/point",
        our_costs.per_point(Cost::cpu),
    );
    report.beside(
        "– four narrow rows for each data point",
        narrow_costs.per_point(Cost::cpu),
        "µs/point",
        our_costs.per_point(Cost::cpu),
    );
    report.beside(
        "– the same minutes once more",
        again.per_point(Cost::cpu),
        "µs/point",
        our_costs.per_point(Cost::cpu),
    );
    report.known("store, rate by the clock", 1e6 / our_costs.per_point(|cost| cost.wall), "points/s");
    let clock = |costs: &Costs| 1e6 / costs.per_point(|cost| cost.wall);
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
        let sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = 'firefly_ingest'";
        let pid: i32 = owner.query_one(sql, &[]).await?.try_get(0)?;
        Ok(Self { database, backend: u32::try_from(pid)? })
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
        let origin = Origin { source: "bench", source_arn: None, request_id: "bench" };
        let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
        Ok(self.database.write_metrics(batch, origin, deadline).await?)
    }
}

/// Seconds of one write.
struct Cost {
    wall: f64,
    client: f64,
    server: f64,
}

impl Cost {
    fn cpu(&self) -> f64 {
        self.client + self.server
    }
}

#[derive(Default)]
struct Costs(Vec<Cost>);

impl Costs {
    async fn add(&mut self, backend: u32, write: impl Future<Output = Result<()>>) -> Result<()> {
        let server = proc::thread_cpu_seconds(backend)?;
        let (start, client) = (Instant::now(), thread_cpu());
        write.await?;
        let (wall, client) = (start.elapsed().as_secs_f64(), (thread_cpu() - client).as_secs_f64());
        tokio::time::sleep(SETTLE).await;
        self.0.push(Cost { wall, client, server: proc::thread_cpu_seconds(backend)? - server });
        Ok(())
    }

    /// Median in microseconds per data point.
    fn per_point(&self, part: impl Fn(&Cost) -> f64) -> f64 {
        median(self.0.iter().map(part).collect()) * 1e6 / POINTS as f64
    }
}

async fn backend(client: &Client) -> Result<u32> {
    let pid: i32 = client.query_one("SELECT pg_backend_pid()", &[]).await?.try_get(0)?;
    Ok(u32::try_from(pid)?)
}

/// Size of a hypertable for each data point in `firefly.statistic_set`.
async fn bytes_per_point(owner: &Client, table: &str) -> Result<f64> {
    let sql =
        format!("SELECT hypertable_size('{table}')::float8 / (SELECT count(*) FROM firefly.statistic_set)");
    owner.query_one(&sql, &[]).await?.try_get(0).context("size of a table")
}
