//! From the body of an export to rows, in one thread, beside the parsing of the message alone.

use std::hint::black_box;
use std::time::Duration;

use anyhow::Result;
use firefly_model::{KnownRows, TimeWindow, UnixMillis};
use firefly_otlp::spans::{SpanExport, read};
use firefly_wire::otlp::Encoding;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

use super::corpus::TraceCorpus;
use super::spans::SPANS;
use crate::bench::Settings;
use crate::bench::corpus::now_ms;
use crate::bench::measure::{Case, in_turns};
use crate::bench::report::Report;

/// How many different exports are decoded in turn, so that no cache holds all of them.
const EXPORTS: usize = 6;
/// Traces of an export.
const TRACES: usize = 200;
/// How old a span may be, as for the function.
const MAX_AGE: Duration = Duration::from_secs(15 * 24 * 60 * 60);

pub(in crate::bench) fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let mut corpus = TraceCorpus::day(1);
    let requests: Vec<_> = (0..EXPORTS).map(|_| corpus.export(TRACES)).collect();
    let protobuf: Vec<Vec<u8>> = requests.iter().map(Message::encode_to_vec).collect();
    let json = requests.iter().map(serde_json::to_vec).collect::<Result<Vec<_>, _>>()?;

    let mut known = KnownRows::with_generation(50_000);
    for body in &protobuf {
        known.remember(decode(body, Encoding::Protobuf, &known)?.batch.catalogue_rows());
    }
    let mut cases: [Case<'_>; 4] = [
        Box::new(|| protobuf.iter().try_for_each(|body| decode(body, Encoding::Protobuf, &known).map(drop))),
        Box::new(|| {
            for body in &protobuf {
                black_box(ExportTraceServiceRequest::decode(body.as_slice())?);
            }
            Ok(())
        }),
        Box::new(|| json.iter().try_for_each(|body| decode(body, Encoding::Json, &known).map(drop))),
        Box::new(|| {
            for body in &json {
                black_box(serde_json::from_slice::<ExportTraceServiceRequest>(body)?);
            }
            Ok(())
        }),
    ];
    let seconds = in_turns(settings.repetitions(5, 60), &mut cases)?;
    let rate = |index: usize| (EXPORTS * TRACES * SPANS) as f64 / seconds[index];
    report.known("decode OTLP protobuf, to rows", rate(0), "spans/s");
    report.beside("– prost alone", rate(1), "spans/s", rate(0));
    report.known("decode OTLP JSON, to rows", rate(2), "spans/s");
    report.beside("– serde_json alone", rate(3), "spans/s", rate(2));
    Ok(())
}

/// As the function does it.
fn decode(body: &[u8], encoding: Encoding, known: &KnownRows) -> Result<SpanExport> {
    let export = read(body, encoding, known, TimeWindow::around(UnixMillis(now_ms()), MAX_AGE))?;
    anyhow::ensure!(export.refusals.partial_success().is_none(), "the decoder does not read the corpus");
    Ok(export)
}
