//! From request to answer.

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use firefly_lambda::{Chore, IngestConfig, inflate, now, presented_key};
use firefly_model::{KnownRows, TimeWindow};
use firefly_storage::{Origin, Received, SampleWriter, SpanWriter, StorageError};
use firefly_wire::limits;
use firefly_wire::otlp::{Encoding, PartialSuccess, Signal};
use lambda_http::http::header::CONTENT_ENCODING;
use lambda_http::{Body, Request, RequestExt, Response, tracing};
use tokio::time::Instant;

use crate::answer::{Refusal, accepted, refused};
use crate::metrics::{self, MetricExport};
use crate::route;
use crate::service_edges;
use crate::spans::{self, SpanExport};

/// How long the database may take: exporters wait 10 s by default, and one that is told to wait longer may.
const STORE_TIMEOUT: Duration = Duration::from_secs(20);

/// Catalogue rows that a warm instance does not write again: some 5 MB in two generations of this many.
const KNOWN_ROWS: usize = 50_000;

/// The endpoint: one for each instance of the function.
#[derive(Debug)]
pub struct Endpoint<W> {
    config: IngestConfig,
    writer: W,
    known: Mutex<KnownRows>,
    service_edges: Chore,
}

/// A request whose sender may send it, still to be read.
struct Export<'a> {
    body: Cow<'a, [u8]>,
    encoding: Encoding,
    window: TimeWindow,
    /// Bytes of the body as it was sent.
    bytes: usize,
    request_id: &'a str,
    deadline: Instant,
}

impl Export<'_> {
    fn origin(&self, source: &'static str, data_points: usize) -> Origin<'_> {
        let received = Received { source, data_points, bytes: self.bytes };
        Origin { source: "otlp", source_arn: None, request_id: self.request_id, received }
    }
}

impl<W: SpanWriter + SampleWriter> Endpoint<W> {
    /// An endpoint that stores through this writer.
    pub fn new(config: IngestConfig, writer: W) -> Self {
        let known = Mutex::new(KnownRows::with_generation(KNOWN_ROWS));
        Self { config, writer, known, service_edges: service_edges::chore() }
    }

    /// Answers a request: with 200 when all of it is committed, but for what can never be.
    ///
    /// # Errors
    ///
    /// Never: whatever happens has an answer in OTLP's shape.
    pub async fn answer(&self, request: Request) -> Result<Response<Body>, Infallible> {
        let context = request.lambda_context();
        let request_id = context.request_id.as_str();
        match self.store(&request, request_id, context.deadline()).await {
            Ok(response) => Ok(response),
            Err(refusal) => {
                match &refusal {
                    Refusal::Storage(_) => tracing::error!(request_id, "not stored: {refusal}"),
                    _ => tracing::warn!(request_id, "refused: {refusal}"),
                }
                Ok(refused(&refusal, route::encoding(request.headers()).ok()))
            }
        }
    }

    async fn store(
        &self,
        request: &Request,
        request_id: &str,
        deadline: SystemTime,
    ) -> Result<Response<Body>, Refusal> {
        let signal = route::signal(request.method(), request.uri().path())?;
        let headers = request.headers();
        if !self.config.keys.admit(presented_key(headers).as_deref()) {
            return Err(Refusal::Key);
        }
        let encoding = route::encoding(headers)?;
        let content_encoding = headers.get(CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("?"));
        let export = Export {
            body: inflate(request.body(), content_encoding, limits::BODY_BYTES)?,
            encoding,
            window: TimeWindow::around(now().millis(), self.config.max_age),
            bytes: request.body().as_ref().len(),
            request_id,
            deadline: firefly_lambda::deadline(deadline, STORE_TIMEOUT),
        };
        let partial_success = match signal {
            Signal::Traces => self.store_spans(&export).await?,
            Signal::Metrics => self.store_metrics(&export).await?,
        };
        Ok(accepted(signal, partial_success.as_ref(), encoding))
    }

    /// An export without spans is only counted, and accepted without the database too.
    async fn store_spans(&self, export: &Export<'_>) -> Result<Option<PartialSuccess>, Refusal> {
        let spans = spans::read(&export.body, export.encoding, &self.known(), export.window)?;
        let origin = export.origin("otlp spans", spans.spans);
        let stored = match self.writer.write_spans(&spans.batch, origin, export.deadline).await {
            Err(error) if spans.spans == 0 => not_counted(export, &error),
            written => written?,
        };
        self.known().remember(spans.batch.catalogue_rows());
        service_edges::refresh(&self.service_edges, &self.writer, export.deadline).await;
        log_spans(&spans, stored, export.request_id);
        Ok(spans.refusals.partial_success())
    }

    /// An export without points is only counted, and accepted without the database too.
    async fn store_metrics(&self, export: &Export<'_>) -> Result<Option<PartialSuccess>, Refusal> {
        let metrics = metrics::read(&export.body, export.encoding, &self.known(), export.window)?;
        let origin = export.origin("otlp metrics", metrics.data_points);
        let stored = match self.writer.write_samples(&metrics.batch, origin, export.deadline).await {
            Err(error) if metrics.is_empty() => not_counted(export, &error),
            written => written?,
        };
        self.known().remember(metrics.batch.catalogue_rows());
        log_metrics(&metrics, stored, export.request_id);
        Ok(metrics.refusals.partial_success())
    }

    fn known(&self) -> MutexGuard<'_, KnownRows> {
        // A panic while it was held cannot have left a half-made entry: what is there is true.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says so of an export that had nothing to store.
fn not_counted(export: &Export<'_>, error: &StorageError) -> u64 {
    tracing::warn!(request_id = export.request_id, "an export of nothing is not counted: {error}");
    0
}

fn log_spans(export: &SpanExport, stored: u64, request_id: &str) {
    let SpanExport { batch, spans, refusals } = export;
    tracing::info!(
        request_id,
        spans,
        stored,
        resources = batch.resources.len(),
        operations = batch.operations.len(),
        refused = refusals.count(),
        set_aside = batch.dead_letters.len(),
        "exported"
    );
    if let Some(first) = batch.dead_letters.first() {
        tracing::warn!(request_id, "refused and set aside, among others: {}", first.reason);
    }
}

fn log_metrics(export: &MetricExport, stored: u64, request_id: &str) {
    let MetricExport { batch, refusals, .. } = export;
    tracing::info!(
        request_id,
        samples = batch.samples.len(),
        stored,
        series = batch.series.len(),
        exemplars = batch.exemplars.len(),
        refused = refusals.count(),
        set_aside = batch.dead_letters.len(),
        "exported"
    );
    if let Some(first) = batch.dead_letters.first() {
        tracing::warn!(request_id, "refused and set aside, among others: {}", first.reason);
    }
}
