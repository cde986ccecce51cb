//! What those who ask are told: the one table of statuses.

use firefly_lambda::EncodedBody;
use firefly_storage::StorageError;
use firefly_wire::jaeger::{ParameterError, v1, v3};
use lambda_http::http::header::{ALLOW, CONTENT_ENCODING, CONTENT_TYPE};
use lambda_http::http::{HeaderValue, Method, StatusCode};
use lambda_http::{Body, Response};

use crate::route::Version;

/// Why a request is not answered with what it asks for.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// No key, or a wrong one.
    #[error(
        "a key is missing or not one of the configured ones: send it as bearer token, as password of basic authentication, \
        or in the header x-firefly-key"
    )]
    Key,
    /// Nothing is ever changed here.
    #[error("expected GET, got {0}")]
    Method(Method),
    /// No such endpoint.
    #[error("no such endpoint: Jaeger's query API lives under /api/ and /api/v3/")]
    Path,
    /// A parameter that is missing or malformed.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// The trace that was asked for is not there. Grafana takes a 200 without one for a fault of its own.
    #[error("trace not found")]
    NoTrace,
    /// Version 3 answers a search without results like this.
    #[error("No traces found")]
    NoTraces,
    /// As a Jaeger without metrics storage.
    #[error("metrics of spans are not part of this Jaeger")]
    Metrics,
    /// Not even one span fits.
    #[error("the first span of the trace is larger than an answer may be")]
    TooLarge,
    /// The database is away or slow.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Refusal {
    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Key => StatusCode::UNAUTHORIZED,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Path | Self::NoTrace | Self::NoTraces => StatusCode::NOT_FOUND,
            Self::Parameter(_) => StatusCode::BAD_REQUEST,
            Self::Metrics => StatusCode::NOT_IMPLEMENTED,
            Self::TooLarge => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Storage(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// The answer in the shape of its version.
pub fn respond(version: Version, outcome: Result<EncodedBody, &Refusal>) -> Response<Body> {
    let (status, body) = match outcome {
        Ok(body) => (StatusCode::OK, body),
        Err(refusal) => {
            let (status, message) = (refusal.status(), refusal.to_string());
            let body = match version {
                Version::V1 => v1::error_envelope(status.as_u16(), message),
                Version::V3 => v3::error_body(status.as_u16(), &message),
            };
            (status, EncodedBody::Plain(body.into_bytes()))
        }
    };
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(ALLOW, HeaderValue::from_static("GET"));
    }
    *response.body_mut() = match body {
        EncodedBody::Plain(text) => Body::Text(
            String::from_utf8(text).unwrap_or_else(|text| String::from_utf8_lossy(text.as_bytes()).into()),
        ),
        EncodedBody::Gzip(compressed) => {
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            Body::Binary(compressed)
        }
    };
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(response: &Response<Body>) -> &str {
        match response.body() {
            Body::Text(text) => text,
            other => panic!("no text: {other:?}"),
        }
    }

    #[test]
    fn every_refusal_has_its_status_and_shape() {
        for (refusal, status) in [
            (Refusal::Key, 401),
            (Refusal::Method(Method::POST), 405),
            (Refusal::Path, 404),
            (ParameterError::Missing("service").into(), 400),
            (Refusal::NoTrace, 404),
            (Refusal::NoTraces, 404),
            (Refusal::Metrics, 501),
            (Refusal::TooLarge, 500),
            (StorageError::Connect("refused".into()).into(), 503),
        ] {
            let v1 = respond(Version::V1, Err(&refusal));
            let v3 = respond(Version::V3, Err(&refusal));
            assert_eq!((v1.status().as_u16(), v3.status().as_u16()), (status, status), "{refusal}");
            let envelope = format!(
                r#"{{"data":null,"total":0,"limit":0,"offset":0,"errors":[{{"code":{status},"msg":"{refusal}"}}]}}"#
            );
            assert_eq!(text(&v1), envelope);
            let body = format!(r#"{{"error":{{"httpCode":{status},"message":"{refusal}"}}}}"#);
            assert_eq!(text(&v3), body);
            assert_eq!(v1.headers()[CONTENT_TYPE], "application/json");
            assert_eq!(v1.headers().contains_key(ALLOW), status == 405);
        }
    }
}
