//! Cold start: from the start of a process to its first answer, and the size of what Lambda loads.

use std::fs;
use std::io::Read;
use std::time::Instant;

use anyhow::Result;
use flate2::Compression;
use flate2::read::DeflateEncoder;

use super::corpus::{self, Corpus};
use super::firehose::{self, Firehose};
use super::function::{Running, binary};
use super::measure::median;
use super::report::{Limit, Report};
use super::{Settings, proc, promql, traces};
use crate::firehose_sender::Format;
use crate::test_database::{Server, TestDatabase};

/// Few data points, so that next to nothing but the start is measured.
const POINTS: usize = 10;
/// What a zip archive of one file named `bootstrap` has beside the file: its two headers and its end record.
const ZIP_OVERHEAD_BYTES: usize = 30 + 46 + 22 + 2 * "bootstrap".len();
/// A caller notices no less than this.
const START_MS: f64 = 60.0;
/// Lambda fetches it before it starts the first instance.
const ZIP_MB: f64 = 5.0;

pub(super) async fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let database = TestDatabase::create(Server::Timescaledb).await?;
    let shop = corpus::shop();
    let mut corpus = Corpus::of(&shop);
    let mut starts = Starts::default();
    for _ in 0..settings.repetitions(5, 40) {
        let delivery = corpus.delivery(Format::Json, POINTS);
        let firehose = Firehose::start(&database).await?;
        starts.add(&firehose.function, firehose.deliver(&delivery)).await?;
        firehose.function.stop().await;
    }
    starts.report(firehose::NAME, report);
    report_size(firehose::NAME, report)?;
    traces::start::run(&database, settings, report).await?;
    promql::start::run(&database, settings, report).await
}

/// The first requests to instances that did not run before.
#[derive(Default)]
pub(super) struct Starts {
    walls: Vec<f64>,
    cpus: Vec<f64>,
}

impl Starts {
    /// Waits for the answer to a first request.
    pub(super) async fn add(
        &mut self,
        function: &Running,
        first: impl Future<Output = Result<()>>,
    ) -> Result<()> {
        let start = Instant::now();
        first.await?;
        self.walls.push(start.elapsed().as_secs_f64() * 1e3);
        self.cpus.push(proc::thread_cpu_seconds(function.pid()?)? * 1e3);
        Ok(())
    }

    pub(super) fn report(self, name: &str, report: &mut Report) {
        let most = self.walls.iter().copied().fold(f64::NAN, f64::max);
        let typical = median(self.walls);
        let what = format!("cold start of {name}, until the first 200");
        report.limited(what, typical, "ms", Limit::AtMost(START_MS));
        report.beside("– longest", most, "ms", typical);
        report.beside("– CPU of the process", median(self.cpus), "ms", typical);
    }
}

/// Reports the size of what Lambda loads.
pub(super) fn report_size(name: &str, report: &mut Report) -> Result<()> {
    let file = fs::read(binary(name)?)?;
    let mut deflated = Vec::new();
    DeflateEncoder::new(file.as_slice(), Compression::best()).read_to_end(&mut deflated)?;
    let zip_bytes = deflated.len() + ZIP_OVERHEAD_BYTES;
    let what = format!("bootstrap of {name}, zipped");
    report.limited(what, zip_bytes as f64 / 1e6, "MB", Limit::AtMost(ZIP_MB));
    report.known("– as it is", file.len() as f64 / 1e6, "MB");
    Ok(())
}
