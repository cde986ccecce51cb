//! Cold start: from the start of a process to its first answer, and the size of what Lambda loads.

use std::fs;
use std::io::Read;
use std::time::Instant;

use anyhow::Result;
use flate2::Compression;
use flate2::read::DeflateEncoder;

use super::corpus::{self, Corpus};
use super::firehose::{Firehose, binary};
use super::measure::median;
use super::report::{Limit, Report};
use super::{Settings, proc};
use crate::firehose_sender::Format;
use crate::test_database::{Server, TestDatabase};

/// Few data points, so that next to nothing but the start is measured.
const POINTS: usize = 10;
/// What a zip archive of one file named `bootstrap` has beside the file: its two headers and its end record.
const ZIP_OVERHEAD_BYTES: usize = 30 + 46 + 22 + 2 * "bootstrap".len();

pub(super) async fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let database = TestDatabase::create(Server::Timescaledb).await?;
    let shop = corpus::shop();
    let mut corpus = Corpus::of(&shop);
    let (mut walls, mut cpus) = (Vec::new(), Vec::new());
    for _ in 0..settings.repetitions(5, 40) {
        let delivery = corpus.delivery(Format::Json, POINTS);
        let firehose = Firehose::start(&database).await?;
        let start = Instant::now();
        firehose.deliver(&delivery).await?;
        walls.push(start.elapsed().as_secs_f64() * 1e3);
        cpus.push(proc::thread_cpu_seconds(firehose.pid()?)? * 1e3);
        firehose.stop().await;
    }
    let most = walls.iter().copied().fold(f64::NAN, f64::max);
    let typical = median(walls);
    report.limited("cold start, until the first 200", typical, "ms", Limit::AtMost(60.0));
    report.beside("– longest", most, "ms", typical);
    report.beside("– CPU of the process", median(cpus), "ms", typical);

    let file = fs::read(binary()?)?;
    let mut deflated = Vec::new();
    DeflateEncoder::new(file.as_slice(), Compression::best()).read_to_end(&mut deflated)?;
    let zip_bytes = deflated.len() + ZIP_OVERHEAD_BYTES;
    report.limited("bootstrap, zipped", zip_bytes as f64 / 1e6, "MB", Limit::AtMost(5.0));
    report.known("– as it is", file.len() as f64 / 1e6, "MB");
    Ok(())
}
