//! Fills the database and Jaeger with the same day of traces.

use std::time::Instant;

use anyhow::Result;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;

use super::corpus::{SERVICES, TraceCorpus};
use super::otlp::Otlp;
use super::searches::KnownTrace;
use super::spans::SPANS;
use crate::otlp_exporter::{Encoding, ExportBody, Exporter};
use crate::references::Jaeger;
use crate::test_database::TestDatabase;

/// Traces of an export.
const TRACES: usize = 200;
/// Traces that are remembered.
const KNOWN: usize = 500;

/// What is there now.
pub(super) struct Loaded {
    /// Some of the traces, spread over the day.
    pub(super) known: Vec<KnownTrace>,
    /// What it took to store them in the database.
    pub(super) seconds: f64,
}

/// Sends so many spans, spread over the day that ends now, to both.
pub(super) async fn load(database: &TestDatabase, reference: &Jaeger, spans: usize) -> Result<Loaded> {
    let otlp = Otlp::start(database).await?;
    let jaeger = Exporter::new(&reference.otlp_url())?;
    let exports = spans / (TRACES * SPANS);
    let mut corpus = TraceCorpus::spread(1, (exports * TRACES) as u64, 1);
    let (mut known, mut seconds) = (Vec::new(), 0.0);
    for number in 0..exports {
        let request = corpus.export(TRACES);
        if number % (exports / KNOWN).max(1) == 0 {
            known.extend(a_trace(&request));
        }
        let export = ExportBody::of(&request, Encoding::Protobuf, false)?;
        let start = Instant::now();
        otlp.export(&export).await?;
        seconds += start.elapsed().as_secs_f64();
        jaeger.export(&export).await?;
    }
    otlp.function.stop().await;
    Ok(Loaded { known, seconds })
}

/// Sends so many spans, spread over the days that end now.
pub(in crate::bench) async fn load_days(database: &TestDatabase, spans: usize, days: u64) -> Result<()> {
    let otlp = Otlp::start(database).await?;
    let exports = spans / (TRACES * SPANS);
    let mut corpus = TraceCorpus::spread(1, (exports * TRACES) as u64, days);
    for _ in 0..exports {
        otlp.export(&ExportBody::of(&corpus.export(TRACES), Encoding::Protobuf, false)?).await?;
    }
    otlp.function.stop().await;
    Ok(())
}

/// One trace of an export, by its root.
fn a_trace(request: &ExportTraceServiceRequest) -> Option<KnownTrace> {
    let resources = request.resource_spans.iter();
    let mut spans = resources.flat_map(|resource| &resource.scope_spans).flat_map(|scope| &scope.spans);
    let root = spans.find(|span| span.parent_span_id.is_empty())?;
    let service = SERVICES.iter().find(|service| root.name.contains(&format!("/{service}/")))?;
    let order = root.attributes.iter().find(|attribute| attribute.key == "order.id")?;
    let Some(Value::StringValue(order)) = order.value.as_ref()?.value.as_ref() else { return None };
    Some(KnownTrace {
        trace_id: root.trace_id.iter().map(|byte| format!("{byte:02x}")).collect(),
        service,
        order: order.clone(),
    })
}
