//! The whole path: the real function, the real database, and VictoriaMetrics beside them.

use std::time::Duration;

use anyhow::Result;

use super::corpus::{self, Corpus};
use super::costs::database_server;
use super::firehose::Firehose;
use super::measure::median;
use super::report::{Limit, Report};
use super::victoria_metrics::VictoriaMetrics;
use super::{Settings, proc};
use crate::firehose_sender::{Delivery, Format};
use crate::test_database::{Server, TestDatabase};

/// Data points of a delivery.
const POINTS: usize = 5_000;
/// After the last delivery of a round: what the databases put off for a moment belongs to it.
const SETTLE: Duration = Duration::from_millis(1_200);

pub(super) async fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let database = TestDatabase::create(Server::Timescaledb).await?;
    let firehose = Firehose::start(&database).await?;
    let victoria_metrics = match &settings.victoria_metrics {
        Some(command) => Some(VictoriaMetrics::start(command).await?),
        None => None,
    };
    let shop = corpus::shop();
    let mut corpus = Corpus::of(&shop);
    let (rounds, deliveries) = (settings.repetitions(1, 7), settings.repetitions(4, 10));
    let points = (deliveries * POINTS) as f64;

    firehose.deliver(&corpus.delivery(Format::Json, POINTS)).await?;
    let function = firehose.function.pid()?;
    let postmaster = database_server(&database).await?;
    let mut costs = [const { Vec::new() }; 2];
    let mut victoria_metrics_costs = Vec::new();
    for round in 0..=rounds {
        for (format, costs) in [Format::Json, Format::Otel10].into_iter().zip(&mut costs) {
            let round_deliveries: Vec<Delivery> =
                (0..deliveries).map(|_| corpus.delivery(format, POINTS)).collect();
            let before = (proc::cpu_seconds(function)?, proc::family_cpu_seconds(postmaster)?);
            for delivery in &round_deliveries {
                firehose.deliver(delivery).await?;
            }
            tokio::time::sleep(SETTLE).await;
            let after = (proc::cpu_seconds(function)?, proc::family_cpu_seconds(postmaster)?);
            // In the first round series and chunks are new.
            if round > 0 {
                costs.push([(after.0 - before.0) * 1e6 / points, (after.1 - before.1) * 1e6 / points]);
            }
            if let (Some(victoria_metrics), Format::Otel10) = (&victoria_metrics, format) {
                let before = victoria_metrics.cpu_seconds()?;
                for delivery in &round_deliveries {
                    victoria_metrics.deliver(delivery).await?;
                }
                tokio::time::sleep(SETTLE).await;
                if round > 0 {
                    victoria_metrics_costs.push((victoria_metrics.cpu_seconds()? - before) * 1e6 / points);
                }
            }
        }
    }
    firehose.function.stop().await;

    let mut otel = f64::NAN;
    for (name, costs) in ["gzip JSON", "gzip OTel 1.0"].into_iter().zip(&costs) {
        let part = |part: fn(&[f64; 2]) -> f64| median(costs.iter().map(part).collect());
        otel = part(|[function, database]| function + database);
        report.limited(format!("whole path, {name}, CPU"), otel, "µs/point", Limit::AtMost(10.0));
        report.beside(format!("– {name}, the function's"), part(|[function, _]| *function), "µs/point", otel);
        report.beside(format!("– {name}, the database's"), part(|[_, database]| *database), "µs/point", otel);
    }
    if let Some(victoria_metrics) = victoria_metrics {
        let cost = median(victoria_metrics_costs);
        report.beside("– VictoriaMetrics, the same OTel 1.0, CPU", cost, "µs/point", otel);
        let sent = ((rounds + 1) * deliveries * POINTS) as f64;
        let samples = victoria_metrics.stop().await?;
        report.known("– VictoriaMetrics, samples stored", samples / sent, "per point");
    }
    Ok(())
}
