//! From request to answer.

use std::convert::Infallible;
use std::time::Duration;

use firefly_lambda::{CappedBody, EncodedBody, ReadConfig, now, presented_key, takes_gzip};
use firefly_model::trace::{Operation, SpanKind, TraceId, TraceQuery};
use firefly_storage::TraceReader;
use firefly_wire::jaeger::{ParameterError, Parameters, TimeHint, parse_trace_id, v1, v3};
use lambda_http::http::Method;
use lambda_http::{Body, Request, RequestExt, Response, tracing};
use tokio::time::Instant;

use crate::answer::{Refusal, respond};
use crate::route::{Route, Version, route};
use crate::traces;

/// How long the database may take: nobody looks at a search for longer.
const READ_TIMEOUT: Duration = Duration::from_secs(20);

/// The API: one for each instance of the function.
#[derive(Debug)]
pub struct Api<R> {
    config: ReadConfig,
    reader: R,
}

/// What is asked for.
struct Asked<'a> {
    version: Version,
    parameters: Parameters<'a>,
    is_gzip: bool,
    deadline: Instant,
}

impl<R: TraceReader> Api<R> {
    /// An API that answers through this reader.
    pub fn new(config: ReadConfig, reader: R) -> Self {
        Self { config, reader }
    }

    /// Answers a request.
    ///
    /// # Errors
    ///
    /// Never: whatever happens has an answer in Jaeger's shape.
    pub async fn answer(&self, request: Request) -> Result<Response<Body>, Infallible> {
        // As it was sent: elsewhere its dots and slashes have been resolved.
        let path = request.raw_http_path();
        let version = Version::of(path);
        let outcome = self.read(&request, path, version).await;
        match &outcome {
            Ok(_) => tracing::info!(path, "answered"),
            Err(refusal @ (Refusal::Storage(_) | Refusal::TooLarge)) => {
                tracing::error!(path, "not answered: {refusal}");
            }
            Err(refusal) => tracing::warn!(path, "refused: {refusal}"),
        }
        Ok(match outcome {
            Ok(body) => respond(version, Ok(body)),
            Err(refusal) => respond(version, Err(&refusal)),
        })
    }

    async fn read(&self, request: &Request, path: &str, version: Version) -> Result<EncodedBody, Refusal> {
        if !self.config.keys.admit(presented_key(request.headers()).as_deref()) {
            return Err(Refusal::Key);
        }
        let route = route(path).ok_or(Refusal::Path)?;
        if request.method() != Method::GET {
            return Err(Refusal::Method(request.method().clone()));
        }
        let asked = Asked {
            version,
            parameters: Parameters::parse(request.uri().query().unwrap_or_default()),
            is_gzip: takes_gzip(request.headers()),
            deadline: firefly_lambda::deadline(request.lambda_context().deadline(), READ_TIMEOUT),
        };
        match route {
            Route::Services => self.services(&asked).await,
            Route::Operations => self.operations(&asked).await,
            Route::OperationNames(service) => self.operation_names(&service, &asked).await,
            Route::Traces => self.traces(&asked).await,
            Route::Trace(id) => self.trace(&id, &asked).await,
            Route::Summaries => self.summaries(&asked).await,
            Route::Dependencies => self.dependencies(&asked).await,
            Route::Metrics => Err(Refusal::Metrics),
        }
    }

    async fn services(&self, asked: &Asked<'_>) -> Result<EncodedBody, Refusal> {
        let services = self.reader.services(asked.deadline).await?;
        Ok(small(match asked.version {
            Version::V1 => v1::envelope(&services, services.len()),
            Version::V3 => v3::services(&services),
        }))
    }

    async fn operations(&self, asked: &Asked<'_>) -> Result<EncodedBody, Refusal> {
        let (service, kind) = match asked.version {
            Version::V1 => v1::operations_request(&asked.parameters)?,
            Version::V3 => v3::operations_request(&asked.parameters)?,
        };
        let operations = match kind {
            // A kind that there is not.
            Some(None) => Vec::new(),
            kind => self.operations_of(service, kind.flatten(), asked).await?,
        };
        Ok(small(match asked.version {
            Version::V1 => {
                let shown: Vec<_> = operations.iter().map(v1::JsonOperation::from).collect();
                v1::envelope(&shown, shown.len())
            }
            Version::V3 => v3::operations(&operations),
        }))
    }

    async fn operation_names(&self, service: &str, asked: &Asked<'_>) -> Result<EncodedBody, Refusal> {
        let operations = self.operations_of(service, None, asked).await?;
        let mut names: Vec<_> = operations.into_iter().map(|operation| operation.name).collect();
        names.dedup();
        Ok(small(v1::envelope(&names, names.len())))
    }

    async fn operations_of(
        &self,
        service: &str,
        kind: Option<SpanKind>,
        asked: &Asked<'_>,
    ) -> Result<Vec<Operation>, Refusal> {
        Ok(self.reader.operations(service, kind, asked.deadline).await?)
    }

    async fn traces(&self, asked: &Asked<'_>) -> Result<EncodedBody, Refusal> {
        match asked.version {
            Version::V1 => match v1::traces_request(&asked.parameters, now())? {
                v1::TracesRequest::ById(ids, hint) => {
                    let found = self.reader.traces(&ids, hint, asked.deadline).await?;
                    traces::answer(Version::V1, asked.empty_body(), &ids, found)
                }
                v1::TracesRequest::Search(search) => {
                    let ids = self.find(search, asked).await?;
                    let found = self.reader.traces(&ids, None, asked.deadline).await?;
                    traces::answer(Version::V1, asked.empty_body(), &ids, found)
                }
            },
            Version::V3 => {
                let ids = self.find(v3::search(&asked.parameters)?, asked).await?;
                let found = self.reader.traces(&ids, None, asked.deadline).await?;
                if found.traces.is_empty() {
                    return Err(Refusal::NoTraces);
                }
                traces::answer(Version::V3, asked.empty_body(), &ids, found)
            }
        }
    }

    async fn trace(&self, id: &str, asked: &Asked<'_>) -> Result<EncodedBody, Refusal> {
        let id = parse_trace_id(id).map_err(ParameterError::trace_id)?;
        let (hint, absent): (TimeHint, _) = match asked.version {
            Version::V1 => (v1::time_hint(&asked.parameters)?, Refusal::NoTrace),
            Version::V3 => (v3::time_hint(&asked.parameters)?, Refusal::NoTraces),
        };
        let found = self.reader.traces(&[id], hint, asked.deadline).await?;
        if found.traces.is_empty() {
            return Err(absent);
        }
        traces::answer(asked.version, asked.empty_body(), &[id], found)
    }

    async fn summaries(&self, asked: &Asked<'_>) -> Result<EncodedBody, Refusal> {
        let ids = self.find(v3::search(&asked.parameters)?, asked).await?;
        let summaries = self.reader.trace_summaries(&ids, asked.deadline).await?;
        if summaries.is_empty() {
            return Err(Refusal::NoTraces);
        }
        Ok(traces::answer_summaries(asked.empty_body(), &summaries))
    }

    async fn dependencies(&self, asked: &Asked<'_>) -> Result<EncodedBody, Refusal> {
        let request = v1::dependencies_request(&asked.parameters, now())?;
        let mut edges = self.reader.dependencies(request.range, asked.deadline).await?;
        if let Some(service) = request.service_name {
            edges.retain(|edge| edge.parent == service || edge.child == service);
        }
        let shown: Vec<_> = edges.iter().map(v1::JsonDependency::from).collect();
        // Jaeger counts nothing here.
        Ok(small(v1::envelope(&shown, 0)))
    }

    async fn find(&self, query: TraceQuery, asked: &Asked<'_>) -> Result<Vec<TraceId>, Refusal> {
        Ok(self.reader.find_trace_ids(&query, asked.deadline).await?)
    }
}

impl Asked<'_> {
    fn empty_body(&self) -> CappedBody {
        CappedBody::new(self.is_gzip)
    }
}

/// A body that always fits.
fn small(text: String) -> EncodedBody {
    EncodedBody::Plain(text.into_bytes())
}
