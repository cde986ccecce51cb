//! From request to answer.

use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use firefly_lambda::{Chore, IngestConfig, inflate, now};
use firefly_model::{KnownRows, TimeWindow, UnixMillis};
use firefly_storage::{MetricWriter, Origin, Received, Written};
use firefly_wire::firehose::{
    ACCESS_KEY_HEADER, COMMON_ATTRIBUTES_HEADER, REQUEST_ID_HEADER, SOURCE_ARN_HEADER, common_attributes,
};
use firefly_wire::limits;
use lambda_http::http::{HeaderMap, Method, header};
use lambda_http::{Body, Request, RequestExt, Response, tracing};

use crate::answer::{Refusal, respond};
use crate::delivery::{self, Delivery};
use crate::statistic_hours;

/// How long the database may take: Firehose gives up on a request after 180 s, and a second delivery helps more.
const STORE_TIMEOUT: Duration = Duration::from_secs(20);

/// Series whose catalogue rows a warm instance does not write again: some 5 MB in two generations of this many.
const KNOWN_SERIES: usize = 50_000;

/// The endpoint: one for each instance of the function.
#[derive(Debug)]
pub struct Endpoint<W> {
    config: IngestConfig,
    writer: W,
    known: Mutex<KnownRows>,
    statistic_hours: Chore,
}

impl<W: MetricWriter> Endpoint<W> {
    /// An endpoint that stores through this writer.
    pub fn new(config: IngestConfig, writer: W) -> Self {
        let known = Mutex::new(KnownRows::with_generation(KNOWN_SERIES));
        Self { config, writer, known, statistic_hours: statistic_hours::chore() }
    }

    /// Answers a request: with 200 when all of it is committed.
    ///
    /// # Errors
    ///
    /// Never: whatever happens has an answer in Firehose's shape.
    pub async fn answer(&self, request: Request) -> Result<Response<Body>, Infallible> {
        let now = now().millis();
        let mut request_id = text(request.headers(), REQUEST_ID_HEADER).unwrap_or_default().to_owned();
        let outcome = self.deliver(&request, &mut request_id, now).await;
        match &outcome {
            Ok(()) => {}
            Err(refusal @ Refusal::Storage(_)) => tracing::error!(request_id, "not stored: {refusal}"),
            Err(refusal) => tracing::warn!(request_id, "refused: {refusal}"),
        }
        Ok(respond(&request_id, now.0, outcome.as_ref().copied()))
    }

    async fn deliver(
        &self,
        request: &Request,
        request_id: &mut String,
        now: UnixMillis,
    ) -> Result<(), Refusal> {
        let headers = request.headers();
        let is_firehose = request.method() == Method::POST && !request_id.is_empty();
        let not_firehose = || Refusal::NotFirehose(request.method().clone());
        if !self.config.keys.admit(headers.get(ACCESS_KEY_HEADER).map(header::HeaderValue::as_bytes)) {
            return Err(if is_firehose { Refusal::AccessKey } else { not_firehose() });
        }
        let delivery = self.read(request, now);
        if !is_firehose {
            // The sender holds a key: the id in its body, if there is one, helps it to find its mistake.
            if request_id.is_empty()
                && let Ok(delivery) = delivery
            {
                *request_id = delivery.request_id;
            }
            return Err(not_firehose());
        }
        let delivery = delivery?;
        let received = Received {
            source: "firehose",
            data_points: delivery.data_points,
            bytes: request.body().as_ref().len(),
        };
        let source_arn = text(headers, SOURCE_ARN_HEADER);
        let origin = Origin { source: "firehose", source_arn, request_id, received };
        let deadline = firefly_lambda::deadline(request.lambda_context().deadline(), STORE_TIMEOUT);
        let written = self.writer.write_metrics(&delivery.batch, origin, deadline).await?;
        self.known().remember(delivery.batch.catalogue_rows());
        log(&delivery, written, origin, headers);
        statistic_hours::refresh(&self.statistic_hours, &self.writer, deadline).await;
        Ok(())
    }

    fn read(&self, request: &Request, now: UnixMillis) -> Result<Delivery, Refusal> {
        let content_encoding = text(request.headers(), header::CONTENT_ENCODING.as_str());
        let body = inflate(request.body(), content_encoding, limits::BODY_BYTES)?;
        delivery::read(&body, &self.known(), TimeWindow::around(now, self.config.max_age))
    }

    fn known(&self) -> MutexGuard<'_, KnownRows> {
        // A panic while it was held cannot have left a half-made entry: what is there is true.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn log(delivery: &Delivery, written: Written, origin: Origin<'_>, headers: &HeaderMap) {
    let attributes = text(headers, COMMON_ATTRIBUTES_HEADER).map(common_attributes);
    if matches!(attributes, Some(None)) {
        tracing::warn!(request_id = origin.request_id, "the common attributes are malformed, and ignored");
    }
    tracing::info!(
        request_id = origin.request_id,
        source_arn = origin.source_arn,
        common_attributes = ?attributes.flatten().unwrap_or_default(),
        records = delivery.records,
        data_points = delivery.data_points,
        stored = written.statistic_sets,
        series = delivery.batch.series.len(),
        set_aside = delivery.batch.dead_letters.len(),
        ignored = delivery.ignored,
        "delivered"
    );
    if let Some(first) = delivery.batch.dead_letters.first() {
        tracing::warn!(request_id = origin.request_id, "set aside, among others: {}", first.reason);
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
