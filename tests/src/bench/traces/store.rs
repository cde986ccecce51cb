//! From spans to the database, beside the bare statement and beside `COPY`.

use std::time::Duration;

use anyhow::Result;
use firefly_model::trace::SpanBatch;
use firefly_storage::{Database, Origin, Received, SpanWriter};

use super::bare::{self, Bare, bytes_per_span};
use super::batches::batches;
use super::corpus::TraceCorpus;
use crate::bench::Settings;
use crate::bench::costs::{Cost, Costs, backend, ingest_backend};
use crate::bench::report::{Limit, Report};
use crate::test_database::{Server, TestDatabase, connect};

/// Traces of a batch.
const TRACES: usize = 80;
/// Spans of a batch.
const SPANS: usize = TRACES * super::spans::SPANS;
/// Batches that are written before anything is measured, so that chunks and caches are there.
const WARM_UP: usize = 4;
/// Share of the bare statement's rate.
const RATE: f64 = 0.7;

pub(in crate::bench) async fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let database = TestDatabase::create(Server::Timescaledb).await?;
    let owner = database.owner().await?;
    bare::create_tables(&owner).await?;
    let ours = database.ingest()?;
    ours.warm_up(tokio::time::Instant::now() + Duration::from_secs(10)).await?;
    let our_backend = ingest_backend(&owner).await?;
    let bare_client = connect(&database.ingest_url()).await?;
    let bare_backend = backend(&bare_client).await?;
    let bare = Bare::prepare(bare_client).await?;

    let count = WARM_UP + settings.repetitions(8, 200);
    let (catalogue, batches) = batches(&mut TraceCorpus::live(1), count, TRACES)?;
    write(&ours, &catalogue).await?;
    let [mut our_costs, mut bare_costs, mut copy_costs] = [const { Costs::new() }; 3];
    for (index, batch) in batches.iter().enumerate() {
        let (columns, rows) = (bare::columns(&batch.spans)?, bare::copy_rows(&batch.spans)?);
        // Each finds the machine as the others left it: they take turns in being first.
        for turn in 0..3 {
            match (index + turn) % 3 {
                0 => our_costs.add(our_backend, write(&ours, batch)).await?,
                1 => bare_costs.add(bare_backend, bare.insert(&columns)).await?,
                _ => copy_costs.add(bare_backend, bare.copy(rows.clone())).await?,
            }
        }
    }
    for costs in [&mut our_costs, &mut bare_costs, &mut copy_costs] {
        costs.skip(WARM_UP);
    }

    let what = "traces, store, rate beside the bare statement's (CPU)";
    // Not the median: now and then a write merges what others have left in the index of attributes.
    let cpu = |costs: &Costs| costs.mean_per_row(SPANS, Cost::cpu);
    report.limited(what, cpu(&bare_costs) / cpu(&our_costs), "", Limit::AtLeast(RATE));
    report.known("– ours, CPU of client and server", cpu(&our_costs), "µs/span");
    report.known("– of this, the client's", our_costs.mean_per_row(SPANS, |cost| cost.client), "µs/span");
    report.beside("– bare statement", cpu(&bare_costs), "µs/span", cpu(&our_costs));
    report.beside("– COPY", cpu(&copy_costs), "µs/span", cpu(&our_costs));
    let clock = |costs: &Costs| 1e6 / costs.mean_per_row(SPANS, |cost| cost.wall);
    report.known("traces, store, rate by the clock", clock(&our_costs), "spans/s");
    report.beside("– bare statement, by the clock", clock(&bare_costs), "spans/s", clock(&our_costs));
    report.beside("– COPY, by the clock", clock(&copy_costs), "spans/s", clock(&our_costs));
    let bytes = bytes_per_span(&owner, "firefly.stored_span").await?;
    report.known("traces, on disk, with the indexes", bytes, "bytes/span");
    Ok(())
}

async fn write(database: &Database, batch: &SpanBatch) -> Result<()> {
    let received = Received { source: "bench", data_points: 0, bytes: 0 };
    let origin = Origin { source: "bench", source_arn: None, request_id: "bench", received };
    let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
    database.write_spans(batch, origin, deadline).await?;
    Ok(())
}
