//! The most memory that the otlp function ever has in use, in a fresh process for each export.

use anyhow::Result;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

use super::corpus::TraceCorpus;
use super::otlp::Otlp;
use super::spans::SPANS;
use crate::bench::memory::{GZIP_BYTES, LARGEST_MIB, PLAIN_BYTES, USUAL_MIB, mib};
use crate::bench::proc;
use crate::bench::report::{Limit, Report};
use crate::otlp_exporter::{Encoding, ExportBody};
use crate::test_database::TestDatabase;

/// By so many traces an export is made larger until it does not fit any more.
const STEP: usize = 500;
/// An export that a Collector may send.
const USUAL_BYTES: usize = 1024 * 1024;

pub(in crate::bench) async fn run(database: &TestDatabase, report: &mut Report) -> Result<()> {
    let usual = export(|request| Ok(request.encoded_len() <= USUAL_BYTES), 50)?;
    let largest = export(fits, STEP)?;
    for (encoding, name) in [(Encoding::Protobuf, "protobuf"), (Encoding::Json, "JSON")] {
        let peak = peak_memory(database, &ExportBody::of(&usual, encoding, true)?).await?;
        report.limited(format!("memory, 1 MiB of spans in {name}"), peak, "MiB", Limit::AtMost(USUAL_MIB));
    }
    let body = ExportBody::of(&largest, Encoding::Protobuf, true)?;
    let peak = peak_memory(database, &body).await?;
    report.limited("memory, largest event of spans", peak, "MiB", Limit::AtMost(LARGEST_MIB));
    report.known("– its body in gzip", mib(body.bytes.len()), "MiB");
    report.known("– its body inflated", mib(largest.encoded_len()), "MiB");
    report.known("– spans in it", spans(&largest) as f64, "");
    Ok(())
}

/// The largest export of ordinary data that is still as it should be.
fn export(
    is_fit: impl Fn(&ExportTraceServiceRequest) -> Result<bool>,
    step: usize,
) -> Result<ExportTraceServiceRequest> {
    let mut corpus = TraceCorpus::day(1);
    let mut request = corpus.export(step);
    loop {
        let mut larger = request.clone();
        larger.resource_spans.extend(corpus.export(step).resource_spans);
        if !is_fit(&larger)? {
            return Ok(request);
        }
        request = larger;
    }
}

/// Within the limits of a function URL, and of what the function reads.
fn fits(request: &ExportTraceServiceRequest) -> Result<bool> {
    use firefly_wire::limits;
    // An attribute of the corpus' resources, each span's twelve and an event's three.
    let parts = spans(request) * 16;
    if request.encoded_len() > PLAIN_BYTES || spans(request) > limits::SPANS || parts > limits::OTLP_PARTS {
        return Ok(false);
    }
    Ok(ExportBody::of(request, Encoding::Protobuf, true)?.bytes.len() <= GZIP_BYTES)
}

fn spans(request: &ExportTraceServiceRequest) -> usize {
    let scopes = request.resource_spans.iter().flat_map(|resource| &resource.scope_spans);
    let count = scopes.map(|scope| scope.spans.len()).sum();
    debug_assert_eq!(count % SPANS, 0);
    count
}

async fn peak_memory(database: &TestDatabase, export: &ExportBody) -> Result<f64> {
    let otlp = Otlp::start(database).await?;
    otlp.export(export).await?;
    let peak = proc::peak_memory_mib(otlp.function.pid()?)?;
    otlp.function.stop().await;
    Ok(peak)
}
