//! The most memory that the function ever has in use, in a fresh process for each delivery.

use anyhow::Result;

use super::corpus::{self, Corpus};
use super::firehose::Firehose;
use super::report::{Limit, Report};
use super::{Settings, proc, traces};
use crate::firehose_sender::{Delivery, Format, split_records};
use crate::test_database::{Server, TestDatabase};

/// What a function URL leaves for a gzip body: 6,291,456 bytes of event in JSON, of which some are headers, and the body
/// in base64.
pub(super) const GZIP_BYTES: usize = (6_291_456 - 4_096) / 4 * 3;
/// Firehose's largest buffer, which is also the function's cap on a body.
pub(super) const PLAIN_BYTES: usize = 64 * 1024 * 1024;
/// A usual request takes no more than this, in MiB.
pub(super) const USUAL_MIB: f64 = 64.0;
/// Nor any request than this: the smallest instance that Lambda has.
pub(super) const LARGEST_MIB: f64 = 128.0;
/// Records of half the size that Firehose takes at most.
const RECORD_BYTES: usize = 512 * 1024;

pub(super) async fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let database = TestDatabase::create(Server::Timescaledb).await?;
    let shop = corpus::shop();
    // Making the largest event takes longest: the denser format is the one that shows more.
    let formats = [("OTel 1.0", Format::Otel10), ("JSON", Format::Json)];
    for (name, format) in formats.into_iter().take(settings.repetitions(1, 2)) {
        let buffer = Corpus::of(&shop).full_buffer(format);
        let peak = peak_memory(&database, &buffer, true).await?;
        report.limited(format!("memory, 1 MiB buffer of {name}"), peak, "MiB", Limit::AtMost(USUAL_MIB));
        let largest = largest_event(&mut Corpus::of(&shop), format)?;
        let peak = peak_memory(&database, &largest, true).await?;
        report.limited(format!("memory, largest event of {name}"), peak, "MiB", Limit::AtMost(LARGEST_MIB));
        report.known(format!("– {name}, its body in gzip"), mib(largest.gzip_body()?.len()), "MiB");
        report.known(format!("– {name}, its body inflated"), mib(largest.body().len()), "MiB");
    }
    // More statistics than a delivery may have: refused, and it counts what that took.
    for (name, line, is_taken) in [
        ("one line", line(&mut Corpus::of(&shop)), true),
        ("lines of 100 statistics", many_statistics(), false),
    ] {
        let delivery = compressible(&mut Corpus::of(&shop), &line);
        let peak = peak_memory(&database, &delivery, is_taken).await?;
        report.known(format!("memory, 64 MiB of {name} again and again"), peak, "MiB");
    }
    traces::memory::run(&database, report).await
}

pub(super) fn mib(bytes: usize) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

async fn peak_memory(database: &TestDatabase, delivery: &Delivery, is_taken: bool) -> Result<f64> {
    let firehose = Firehose::start(database).await?;
    let delivered = firehose.deliver(delivery).await;
    anyhow::ensure!(delivered.is_ok() == is_taken, "not answered as expected: {delivered:?}");
    let peak = proc::peak_memory_mib(firehose.function.pid()?)?;
    firehose.function.stop().await;
    Ok(peak)
}

/// A delivery of ordinary data that just fits, by its gzip or by what it inflates to.
fn largest_event(corpus: &mut Corpus<'_>, format: Format) -> Result<Delivery> {
    let mut delivery = corpus.delivery_of(Vec::new());
    while fits(&delivery)? {
        delivery.records.extend(split_records(&corpus.points(60_000), format, RECORD_BYTES));
    }
    while !fits(&delivery)? {
        delivery.records.pop();
    }
    Ok(delivery)
}

fn fits(delivery: &Delivery) -> Result<bool> {
    Ok(delivery.body().len() <= PLAIN_BYTES && delivery.gzip_body()?.len() <= GZIP_BYTES)
}

/// A delivery that is as large as can be when it is inflated.
fn compressible(corpus: &mut Corpus<'_>, line: &[u8]) -> Delivery {
    let record = line.repeat(RECORD_BYTES / line.len());
    let base64_bytes = record.len().div_ceil(3) * 4 + r#"{"data":""},"#.len();
    corpus.delivery_of(vec![record; (PLAIN_BYTES - 1_024) / base64_bytes])
}

/// A real line, of a metric with percentiles.
fn line(corpus: &mut Corpus<'_>) -> Vec<u8> {
    let points = corpus.points(1_000);
    let point = points.into_iter().find(|point| !point.extra.is_empty());
    point.map(|point| split_records(&[point], Format::Json, RECORD_BYTES).concat()).unwrap_or_default()
}

/// A line as a key's holder could make it, that takes much more memory than it is long.
fn many_statistics() -> Vec<u8> {
    let now_ms = corpus::now_ms();
    let statistics: Vec<String> = (0..100).map(|number| format!(r#""{number}":1"#)).collect();
    format!(
        r#"{{"account_id":"1","region":"r","namespace":"n","metric_name":"m","dimensions":{{}},"timestamp":{now_ms},"value":{{"count":1,"sum":1,"min":1,"max":1,{}}},"unit":"None"}}{}"#,
        statistics.join(","),
        '\n'
    )
    .into_bytes()
}
