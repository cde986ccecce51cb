//! From request to answer.

use std::convert::Infallible;
use std::time::{Duration, SystemTime};

use firefly_lambda::{deadline, presented_key, takes_gzip};
use firefly_promql::Engine;
use firefly_storage::MetricReader;
use firefly_wire::prometheus::Form;
use lambda_http::http::{Method, header};
use lambda_http::{Body, Request, RequestExt, Response, tracing};
use tokio::time::Instant;

use crate::answer::{Refusal, Reply, respond};
use crate::body::JsonBody;
use crate::config::Config;
use crate::route::{Route, route};

/// How long an answer may take, unless Lambda ends the function earlier: nobody looks at a panel for longer.
pub(crate) const READ_TIMEOUT: Duration = Duration::from_secs(110);

/// The largest form: a thousand queries of the longest that people write.
const FORM_BYTES: usize = 1024 * 1024;

/// The API: one for each instance of the function.
#[derive(Debug)]
pub struct Api<R> {
    pub(crate) config: Config,
    pub(crate) reader: R,
    pub(crate) engine: Engine,
    pub(crate) started: SystemTime,
}

/// What is asked for.
pub(crate) struct Asked<'a> {
    pub(crate) form: Form<'a>,
    pub(crate) is_gzip: bool,
    pub(crate) begin: Instant,
    pub(crate) deadline: Instant,
}

impl Asked<'_> {
    pub(crate) fn empty_body(&self) -> JsonBody {
        JsonBody::new(self.is_gzip)
    }
}

impl<R: MetricReader + Sync> Api<R> {
    /// An API that answers through this reader.
    pub fn new(config: Config, reader: R) -> Self {
        Self { engine: Engine::new(config.limits), config, reader, started: SystemTime::now() }
    }

    /// Answers a request.
    ///
    /// # Errors
    ///
    /// Never: whatever happens has an answer in Prometheus' shape.
    pub async fn answer(&self, request: Request) -> Result<Response<Body>, Infallible> {
        // As it was sent: elsewhere its dots and slashes have been resolved.
        let path = request.raw_http_path();
        let outcome = self.read(&request, path).await;
        match &outcome {
            Ok(_) => tracing::info!(path, "answered"),
            Err(refusal) if refusal.is_failure() => tracing::error!(path, "not answered: {refusal}"),
            Err(refusal) => tracing::warn!(path, "refused: {refusal}"),
        }
        let mut response = match outcome {
            Ok(reply) => respond(Ok(reply)),
            Err(refusal) => respond(Err(&refusal)),
        };
        if request.method() == Method::HEAD {
            *response.body_mut() = Body::Empty;
        }
        Ok(response)
    }

    async fn read(&self, request: &Request, path: &str) -> Result<Reply, Refusal> {
        if !self.config.read.keys.admit(presented_key(request.headers()).as_deref()) {
            return Err(Refusal::Key);
        }
        let route = route(path).ok_or(Refusal::Path)?;
        if !route.has(request.method()) {
            return Err(Refusal::Method { expected: route.methods(), got: request.method().clone() });
        }
        let asked = Asked {
            form: Form::parse(form_of(request)?, request.uri().query().unwrap_or_default()),
            is_gzip: takes_gzip(request.headers()),
            begin: Instant::now(),
            deadline: deadline(request.lambda_context().deadline(), READ_TIMEOUT),
        };
        match route {
            Route::Query => self.query(&asked).await,
            Route::QueryRange => self.query_range(&asked).await,
            Route::QueryExemplars => self.query_exemplars(&asked).await,
            Route::FormatQuery => self.format_query(&asked),
            Route::ParseQuery => self.parse_query(&asked),
            Route::Series => self.series(&asked).await,
            Route::Labels => self.labels(&asked).await,
            Route::LabelValues(name) => self.label_values(name, &asked).await,
            Route::Metadata => self.metadata(&asked).await,
            Route::Tsdb => self.tsdb(&asked).await,
            Route::Rules => self.rules(&asked),
            Route::Targets => self.targets(&asked),
            Route::RuntimeInfo => self.runtime_info(&asked),
            Route::Flags => self.flags(&asked),
            Route::Ready => self.ready(&asked).await,
            Route::Fixed(data) => asked.whole(data),
            Route::Text(text) => Ok(Reply::Text(text)),
            Route::NoContent => Ok(Reply::Empty),
        }
    }
}

impl Asked<'_> {
    /// An answer of this data.
    pub(crate) fn whole(&self, data: &str) -> Result<Reply, Refusal> {
        let mut body = self.empty_body();
        body.push(data);
        body.finish(&[], &[])
    }
}

/// The form of a request that has one.
fn form_of(request: &Request) -> Result<&[u8], Refusal> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    if !media_type.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Ok(&[]);
    }
    let form: &[u8] = request.body();
    if form.len() > FORM_BYTES {
        return Err(Refusal::LargeForm { bytes: form.len(), cap: FORM_BYTES });
    }
    Ok(form)
}
