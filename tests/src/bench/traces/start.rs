//! Cold start of the functions of the traces path, and the size of what Lambda loads.

use anyhow::Result;

use super::corpus::TraceCorpus;
use super::jaeger::{self, JaegerFunction};
use super::otlp::{self, Otlp};
use crate::bench::Settings;
use crate::bench::report::Report;
use crate::bench::start::{Starts, report_size};
use crate::otlp_exporter::{Encoding, ExportBody};
use crate::test_database::TestDatabase;

/// Few traces, so that next to nothing but the start is measured.
const TRACES: usize = 2;

pub(in crate::bench) async fn run(
    database: &TestDatabase,
    settings: &Settings,
    report: &mut Report,
) -> Result<()> {
    let mut corpus = TraceCorpus::day(1);
    let mut starts = Starts::default();
    for _ in 0..settings.repetitions(5, 40) {
        let export = ExportBody::of(&corpus.export(TRACES), Encoding::Protobuf, true)?;
        let otlp = Otlp::start(database).await?;
        starts.add(&otlp.function, otlp.export(&export)).await?;
        otlp.function.stop().await;
    }
    starts.report(otlp::NAME, report);
    report_size(otlp::NAME, report)?;

    let mut starts = Starts::default();
    for _ in 0..settings.repetitions(5, 40) {
        let jaeger = JaegerFunction::start(database).await?;
        let client = jaeger.client()?;
        let services = async {
            anyhow::ensure!(!client.services().await?.is_empty(), "no services of what was exported");
            Ok(())
        };
        starts.add(&jaeger.function, services).await?;
        jaeger.function.stop().await;
    }
    starts.report(jaeger::NAME, report);
    report_size(jaeger::NAME, report)
}
