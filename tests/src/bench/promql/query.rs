//! The panels of a dashboard, asked of both in turns.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use super::asked::{Asked, are_equal};
use super::day::Day;
use super::load::load;
use super::panels::panels;
use crate::bench::function::Running;
use crate::bench::measure::{median, percentile};
use crate::bench::report::{Limit, Report};
use crate::bench::{Settings, proc};
use crate::prometheus_client::PrometheusClient;
use crate::references::Prometheus;
use crate::test_database::{Server, TestDatabase};

pub(super) const NAME: &str = "prometheus";
/// How much longer than Prometheus an answer may take.
const RATIO: f64 = 3.0;
/// What the function may take of memory.
const MEMORY_MIB: f64 = 256.0;

pub(in crate::bench) async fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let database = TestDatabase::create(Server::Timescaledb).await?;
    let now_ms = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let day = Day::until(now_ms, settings.repetitions(50, 1_000), settings.repetitions(120, 24 * 60));
    let prometheus = Prometheus::start().await.context("the real Prometheus, to be compared with")?;
    let seconds = load(&database, &day).await?;
    let writer = PrometheusClient::new(&prometheus.url())?;
    for function in 0..day.functions {
        writer.write(&day.series(function)).await?;
    }
    // What the server does by itself within minutes.
    database.owner().await?.batch_execute("VACUUM ANALYZE firefly.statistic_set").await?;
    report.known("PromQL, data points stored for the questions", day.points() as f64, "");
    report.known("– stored through one connection in", seconds, "s");

    let function = start(&database).await?;
    let ours = Asked::new(&function.url())?;
    let theirs = Asked::new(&prometheus.url())?;
    let turns = settings.repetitions(3, 40);
    for index in 0..panels(&day, 0).len() {
        let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
        // The first is not counted: the cold start is measured elsewhere.
        for turn in 0..=turns {
            let panel = &panels(&day, turn)[index];
            let ((our_data, our_time), (their_data, their_time)) =
                (ours.ask(panel).await?, theirs.ask(panel).await?);
            anyhow::ensure!(are_equal(&our_data, &their_data), "{}: other data than Prometheus'", panel.name);
            if turn > 0 {
                our_times.push(our_time);
                their_times.push(their_time);
            }
        }
        let name = panels(&day, 0)[index].name;
        for (what, ours, theirs) in [
            ("p50", median(our_times.clone()), median(their_times.clone())),
            ("p95", percentile(our_times.clone(), 95), percentile(their_times.clone(), 95)),
        ] {
            report.limited(
                format!("{name}, {what}, beside Prometheus'"),
                ours / theirs,
                "",
                Limit::AtMost(RATIO),
            );
            report.beside("– ours", ours, "ms", theirs);
            report.known("– Prometheus', in memory and files of its own", theirs, "ms");
        }
        let peak = proc::peak_memory_mib(function.pid()?)?;
        report.limited("– memory of prometheus, so far", peak, "MiB", Limit::AtMost(MEMORY_MIB));
    }
    function.stop().await;
    Ok(())
}

/// Opens the function's URL. The first question starts the process.
pub(super) async fn start(database: &TestDatabase) -> Result<Running> {
    let url = database.read_url();
    Running::start(NAME, &[("DATABASE_URL", url.as_str()), ("FIREFLY_READ_OPEN", "true")]).await
}
