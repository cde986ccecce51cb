//! What those who ask are told: the one table of statuses.

use firefly_lambda::EncodedBody;
use firefly_promql::QueryError;
use firefly_storage::{ReadError, StorageError};
use firefly_wire::prometheus::{ParameterError, error_envelope};
use lambda_http::http::header::{ALLOW, CONTENT_ENCODING, CONTENT_TYPE, WWW_AUTHENTICATE};
use lambda_http::http::{HeaderValue, Method, StatusCode};
use lambda_http::{Body, Response};

/// What a request is answered with.
#[derive(Debug)]
pub enum Reply {
    /// A whole envelope.
    Json(EncodedBody),
    /// A line for people and for checks of health.
    Text(&'static str),
    /// Nothing, which some endpoints of Prometheus answer with.
    Empty,
}

/// Why a request is not answered with what it asks for.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// No key, or a wrong one.
    #[error(
        "a key is missing or not one of the configured ones: send it as bearer token, as password of basic authentication, \
        or in the header x-firefly-key"
    )]
    Key,
    /// No endpoint.
    #[error("no such endpoint: Prometheus' HTTP API lives under /api/v1/")]
    Path,
    /// An endpoint that does not have the method.
    #[error("expected {expected}, got {got}")]
    Method {
        /// The methods that it has.
        expected: &'static str,
        /// The one that was used.
        got: Method,
    },
    /// A form larger than any query.
    #[error("the form of the request has {bytes} bytes; expected at most {cap}")]
    LargeForm {
        /// How many it has.
        bytes: usize,
        /// How many it may have.
        cap: usize,
    },
    /// A parameter that is missing or malformed, the query too.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// The query cannot be evaluated, or takes more than it may.
    #[error(transparent)]
    Query(QueryError),
    /// More series than may be listed.
    #[error("more than {limit} series match; narrow match[] or the range of time")]
    ManySeries {
        /// How many may be.
        limit: usize,
    },
    /// More exemplars than may be listed.
    #[error("more than {limit} exemplars; ask for fewer series or a shorter range of time")]
    ManyExemplars {
        /// How many may be.
        limit: usize,
    },
    /// The answer exceeds what Lambda passes on.
    #[error(
        "the answer is larger than the 6 MB that a function URL passes on; ask for fewer series, a longer step or a shorter \
        range, or accept gzip, of which ten times as much fits"
    )]
    LargeAnswer,
    /// The database is away, slow, or refuses.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<QueryError> for Refusal {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Storage(source) => match source.downcast() {
                Ok(storage) => Self::Storage(*storage),
                Err(source) => Self::Query(QueryError::Storage(source)),
            },
            error @ (QueryError::RangeOf(_) | QueryError::Length(_)) => {
                ParameterError::invalid("query", error).into()
            }
            error => Self::Query(error),
        }
    }
}

impl From<ReadError> for Refusal {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::TooManySeries { limit } => Self::ManySeries { limit },
            ReadError::TooManySamples { limit } => Self::ManyExemplars { limit },
            ReadError::Storage(error) => Self::Storage(error),
        }
    }
}

impl Refusal {
    /// The status of the answer, and Prometheus' word for the kind of the error.
    pub fn status(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Key => (StatusCode::UNAUTHORIZED, "unauthorized"),
            Self::Path => (StatusCode::NOT_FOUND, "not_found"),
            Self::Method { .. } => (StatusCode::METHOD_NOT_ALLOWED, "bad_data"),
            Self::LargeForm { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "bad_data"),
            Self::Parameter(_) => (StatusCode::BAD_REQUEST, "bad_data"),
            Self::Query(QueryError::TimedOut { .. }) | Self::Storage(StorageError::TimedOut { .. }) => {
                (StatusCode::SERVICE_UNAVAILABLE, "timeout")
            }
            Self::Query(QueryError::Storage(_)) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
            Self::Query(_) | Self::ManySeries { .. } | Self::ManyExemplars { .. } | Self::LargeAnswer => {
                (StatusCode::UNPROCESSABLE_ENTITY, "execution")
            }
            Self::Storage(error) if is_fault(error) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
            Self::Storage(_) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        }
    }

    /// Whether it is the service that fails, not the one who asks.
    pub fn is_failure(&self) -> bool {
        self.status().0.is_server_error()
    }
}

/// Whether the database refuses what it is asked, rather than having no time, room or connection for it.
fn is_fault(error: &StorageError) -> bool {
    let class = error.sql_state().map(|state| state.code().get(..2).unwrap_or_default().to_owned());
    class.is_some_and(|class| !matches!(class.as_str(), "08" | "40" | "53" | "55" | "57" | "58"))
}

/// The answer, or Prometheus' envelope of an error.
pub fn respond(outcome: Result<Reply, &Refusal>) -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    let json = HeaderValue::from_static("application/json");
    match outcome {
        Ok(Reply::Json(body)) => {
            response.headers_mut().insert(CONTENT_TYPE, json);
            put(&mut response, body);
        }
        Ok(Reply::Text(text)) => {
            let plain = HeaderValue::from_static("text/plain; charset=utf-8");
            response.headers_mut().insert(CONTENT_TYPE, plain);
            *response.body_mut() = text.into();
        }
        Ok(Reply::Empty) => *response.status_mut() = StatusCode::NO_CONTENT,
        Err(refusal) => {
            let (status, error_type) = refusal.status();
            *response.status_mut() = status;
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, json);
            match refusal {
                Refusal::Key => {
                    headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"firefly\""));
                }
                Refusal::Method { expected, .. } => {
                    headers.insert(ALLOW, HeaderValue::from_static(expected));
                }
                _ => {}
            }
            *response.body_mut() = error_envelope(error_type, &refusal.to_string()).into();
        }
    }
    response
}

fn put(response: &mut Response<Body>, body: EncodedBody) {
    *response.body_mut() = match body {
        EncodedBody::Plain(text) => Body::Text(
            String::from_utf8(text).unwrap_or_else(|text| String::from_utf8_lossy(text.as_bytes()).into()),
        ),
        EncodedBody::Gzip(compressed) => {
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            Body::Binary(compressed)
        }
    };
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use firefly_promql::parser::ValueType;

    use super::*;

    fn text(response: &Response<Body>) -> &str {
        match response.body() {
            Body::Text(text) => text,
            other => panic!("no text: {other:?}"),
        }
    }

    #[test]
    fn every_refusal_has_its_status_and_kind() {
        let timed_out = || StorageError::TimedOut { operation: "select", limit: Duration::from_secs(1) };
        let away = || StorageError::Connect("refused".into());
        for (refusal, status, error_type) in [
            (Refusal::Key, 401, "unauthorized"),
            (Refusal::Path, 404, "not_found"),
            (Refusal::Method { expected: "GET", got: Method::POST }, 405, "bad_data"),
            (Refusal::LargeForm { bytes: 2, cap: 1 }, 413, "bad_data"),
            (ParameterError::invalid("end", "no").into(), 400, "bad_data"),
            (QueryError::RangeOf(ValueType::String).into(), 400, "bad_data"),
            (QueryError::Length("2:4: division by zero".into()).into(), 400, "bad_data"),
            (QueryError::Execution("no".into()).into(), 422, "execution"),
            (QueryError::TooManySamples { limit: 1 }.into(), 422, "execution"),
            (QueryError::TooManySeries { limit: 1 }.into(), 422, "execution"),
            (QueryError::TimedOut { phase: "parsing" }.into(), 503, "timeout"),
            (QueryError::Storage("lost".into()).into(), 500, "internal"),
            (QueryError::Storage(Box::new(away())).into(), 503, "unavailable"),
            (QueryError::Storage(Box::new(timed_out())).into(), 503, "timeout"),
            (ReadError::TooManySeries { limit: 1 }.into(), 422, "execution"),
            (ReadError::TooManySamples { limit: 1 }.into(), 422, "execution"),
            (ReadError::Storage(timed_out()).into(), 503, "timeout"),
            (Refusal::LargeAnswer, 422, "execution"),
            (StorageError::SchemaVersion { found: 0 }.into(), 503, "unavailable"),
            (away().into(), 503, "unavailable"),
        ] {
            let response = respond(Err(&refusal));
            assert_eq!(response.status().as_u16(), status, "{refusal}");
            assert_eq!(text(&response), error_envelope(error_type, &refusal.to_string()));
            let headers = response.headers();
            assert_eq!(headers[CONTENT_TYPE], "application/json");
            assert_eq!(headers.contains_key(ALLOW), status == 405);
            assert_eq!(headers.contains_key(WWW_AUTHENTICATE), status == 401);
            assert_eq!(refusal.is_failure(), status >= 500);
        }
    }

    #[test]
    fn answers_say_what_they_are() {
        let response = respond(Ok(Reply::Text("fine\n")));
        assert_eq!((response.status().as_u16(), text(&response)), (200, "fine\n"));
        let response = respond(Ok(Reply::Json(EncodedBody::Gzip(vec![1]))));
        assert_eq!(response.headers()[CONTENT_ENCODING], "gzip");
        assert_eq!(respond(Ok(Reply::Empty)).status().as_u16(), 204);
    }
}
