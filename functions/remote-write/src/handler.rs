//! From request to answer.

use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use firefly_lambda::{IngestConfig, now, presented_key, snappy};
use firefly_model::{KnownRows, TimeWindow};
use firefly_storage::{Origin, Received, SampleWriter};
use firefly_wire::limits;
use firefly_wire::remote_write::Message;
use lambda_http::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName};
use lambda_http::http::{HeaderMap, Method};
use lambda_http::{Body, Request, RequestExt, Response, tracing};

use crate::answer::{Refusal, refused, stored};
use crate::write::{self, Write};

/// Where Prometheus itself takes writes.
const PATH: &str = "/api/v1/write";

/// How long the database may take: Prometheus waits 30 s by default.
const STORE_TIMEOUT: Duration = Duration::from_secs(20);

/// Catalogue rows that a warm instance does not write again: some 5 MB in two generations of this many.
const KNOWN_ROWS: usize = 50_000;

/// The endpoint: one for each instance of the function.
#[derive(Debug)]
pub struct Endpoint<W> {
    config: IngestConfig,
    writer: W,
    known: Mutex<KnownRows>,
}

impl<W: SampleWriter> Endpoint<W> {
    /// An endpoint that stores through this writer.
    pub fn new(config: IngestConfig, writer: W) -> Self {
        Self { config, writer, known: Mutex::new(KnownRows::with_generation(KNOWN_ROWS)) }
    }

    /// Answers a request: with 204 when all of it is committed, with 400 when all of it is but for what can never be.
    ///
    /// # Errors
    ///
    /// Never: whatever happens has an answer.
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
                Ok(refused(&refusal, message(request.headers()).ok()))
            }
        }
    }

    /// A write of nothing is only counted, and accepted without the database too.
    async fn store(
        &self,
        request: &Request,
        request_id: &str,
        deadline: SystemTime,
    ) -> Result<Response<Body>, Refusal> {
        check_route(request.method(), request.uri().path())?;
        let headers = request.headers();
        if !self.config.keys.admit(presented_key(headers).as_deref()) {
            return Err(Refusal::Key);
        }
        let message = message(headers)?;
        check_encoding(headers)?;
        let body = snappy(request.body(), limits::BODY_BYTES)?;
        let received = now().millis();
        let window = TimeWindow::around(received, self.config.max_age);
        let write = write::read(&body, message, &self.known(), received, window)?;
        drop(body);
        let received = Received {
            source: "remote-write",
            data_points: write.data_points(),
            bytes: request.body().as_ref().len(),
        };
        let origin = Origin { source: "remote-write", source_arn: None, request_id, received };
        let deadline = firefly_lambda::deadline(deadline, STORE_TIMEOUT);
        let new = match self.writer.write_samples(&write.batch, origin, deadline).await {
            Err(error) if write.is_empty() => {
                tracing::warn!(request_id, "a write of nothing is not counted: {error}");
                0
            }
            written => written?,
        };
        self.known().remember(write.batch.catalogue_rows());
        log(&write, new, request_id);
        Ok(stored(message, write.written, write.refusals.message().as_deref()))
    }

    fn known(&self) -> MutexGuard<'_, KnownRows> {
        // A panic while it was held cannot have left a half-made entry: what is there is true.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn check_route(method: &Method, path: &str) -> Result<(), Refusal> {
    if path.strip_suffix('/').unwrap_or(path) != PATH {
        return Err(Refusal::Path(path.to_owned()));
    }
    if method == Method::POST { Ok(()) } else { Err(Refusal::Method(method.clone())) }
}

fn message(headers: &HeaderMap) -> Result<Message, Refusal> {
    let content_type = text(headers, &CONTENT_TYPE);
    Message::of_content_type(content_type).ok_or_else(|| Refusal::ContentType(content_type.to_owned()))
}

/// Nothing but snappy: 1.0 and 2.0 have no other, and what says nothing is taken for it, as Prometheus does.
fn check_encoding(headers: &HeaderMap) -> Result<(), Refusal> {
    let encoding = text(headers, &CONTENT_ENCODING).trim();
    let is_snappy = encoding.is_empty() || encoding.eq_ignore_ascii_case("snappy");
    if is_snappy { Ok(()) } else { Err(Refusal::ContentEncoding(encoding.to_owned())) }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap_or("?"))
}

fn log(write: &Write, new: u64, request_id: &str) {
    let Write { batch, written, refusals } = write;
    tracing::info!(
        request_id,
        samples = written.samples,
        new,
        series = batch.series.len(),
        exemplars = written.exemplars,
        refused = refusals.count(),
        set_aside = batch.dead_letters.len(),
        "written"
    );
    if let Some(first) = batch.dead_letters.first() {
        tracing::warn!(request_id, "refused and set aside, among others: {}", first.reason);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_post_to_the_path_of_prometheus_is_a_write() {
        for path in ["/api/v1/write", "/api/v1/write/"] {
            assert!(check_route(&Method::POST, path).is_ok());
            assert!(matches!(check_route(&Method::GET, path), Err(Refusal::Method(Method::GET))));
        }
        for path in ["", "/", "/write", "/api/v1/writes", "/api/v1/write//", "/API/v1/write"] {
            assert!(matches!(check_route(&Method::POST, path), Err(Refusal::Path(_))), "{path}");
        }
    }

    #[test]
    fn snappy_is_the_only_encoding() {
        let headers =
            |value: &str| [(CONTENT_ENCODING, value.parse().unwrap())].into_iter().collect::<HeaderMap>();
        assert!(check_encoding(&HeaderMap::new()).is_ok());
        for good in ["snappy", "Snappy", ""] {
            assert!(check_encoding(&headers(good)).is_ok(), "{good}");
        }
        for other in ["gzip", "zstd", "identity", "snappy, snappy"] {
            assert!(matches!(check_encoding(&headers(other)), Err(Refusal::ContentEncoding(_))), "{other}");
        }
    }
}
