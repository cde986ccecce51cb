//! The whole path: spans over OTLP/HTTP through the real function into the real database.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::task::JoinSet;

use super::corpus::TraceCorpus;
use super::otlp::Otlp;
use super::spans::SPANS;
use crate::bench::costs::database_server;
use crate::bench::measure::median;
use crate::bench::report::{Limit, Report};
use crate::bench::{Settings, proc};
use crate::otlp_exporter::{Encoding, ExportBody};
use crate::test_database::{Server, TestDatabase};

/// Traces of an export, which makes 400 spans.
const TRACES: usize = 80;
/// Senders at once, each of which has an instance of the function to itself.
const SENDERS: usize = 3;
/// After the last export of a round: what the database puts off for a moment belongs to it.
const SETTLE: Duration = Duration::from_millis(1_200);
const SPANS_A_SECOND: f64 = 15_000.0;

pub(in crate::bench) async fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let database = TestDatabase::create(Server::Timescaledb).await?;
    let otlp = Arc::new(Otlp::start(&database).await?);
    let mut corpus = TraceCorpus::live(1);
    let (rounds, exports) = (settings.repetitions(1, 5), settings.repetitions(5, 40));
    let spans = SENDERS * exports * TRACES * SPANS;

    let server = database_server(&database).await?;
    let (mut rates, mut function_cpus, mut database_cpus) = (Vec::new(), Vec::new(), Vec::new());
    // In the first round instances, catalogues and chunks are new.
    for round in 0..=rounds {
        let mut lots = Vec::new();
        for _ in 0..SENDERS {
            let lot = (0..exports)
                .map(|_| ExportBody::of(&corpus.export(TRACES), Encoding::Protobuf, true))
                .collect::<Result<Vec<_>>>()?;
            lots.push(lot);
        }
        let before = (function_cpu(&otlp)?, proc::family_cpu_seconds(server)?);
        let start = Instant::now();
        send(&otlp, lots).await?;
        let seconds = start.elapsed().as_secs_f64();
        tokio::time::sleep(SETTLE).await;
        let after = (function_cpu(&otlp)?, proc::family_cpu_seconds(server)?);
        if round > 0 {
            rates.push(spans as f64 / seconds);
            function_cpus.push((after.0 - before.0) * 1e6 / spans as f64);
            database_cpus.push((after.1 - before.1) * 1e6 / spans as f64);
        }
    }
    let stored: i64 = database
        .owner()
        .await?
        .query_one("SELECT count(*) FROM firefly.stored_span", &[])
        .await?
        .try_get(0)?;
    anyhow::ensure!(usize::try_from(stored)? == (rounds + 1) * spans, "{stored} spans are stored");
    Arc::into_inner(otlp).context("senders that have not ended")?.function.stop().await;

    let what = format!("traces, whole path, {SENDERS} instances, by the clock");
    report.limited(what, median(rates), "spans/s", Limit::AtLeast(SPANS_A_SECOND));
    let (function, database) = (median(function_cpus), median(database_cpus));
    report.known("– CPU of the function", function, "µs/span");
    report.beside("– CPU of the database", database, "µs/span", function);
    Ok(())
}

/// Each sender sends its lot, one export after the other.
async fn send(otlp: &Arc<Otlp>, lots: Vec<Vec<ExportBody>>) -> Result<()> {
    let mut senders = JoinSet::new();
    for lot in lots {
        let otlp = Arc::clone(otlp);
        senders.spawn(async move {
            for export in &lot {
                otlp.export(export).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(sender) = senders.join_next().await {
        sender??;
    }
    Ok(())
}

fn function_cpu(otlp: &Otlp) -> Result<f64> {
    otlp.function.pids().into_iter().map(proc::cpu_seconds).sum()
}
