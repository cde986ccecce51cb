//! What an exporter is told: the one table of statuses.
//!
//! Specification: "OTLP/HTTP Response" of <https://opentelemetry.io/docs/specs/otlp/>. Exporters repeat what is answered
//! with 429, 502, 503 or 504, and drop what is answered with any other failure: so 400 means that sending it again
//! could not help, and all that has to do with the database is 503. A missing and a wrong key are both 401.

use firefly_lambda::InflateError;
use firefly_storage::StorageError;
use firefly_wire::otlp::{Encoding, PartialSuccess, Signal, Unreadable, export_response, status};
use lambda_http::http::{HeaderValue, Method, StatusCode, header};
use lambda_http::{Body, Response};

/// After how many seconds an exporter may come again: a failover of a managed database takes longer, a lost connection
/// less.
const RETRY_AFTER_SECONDS: &str = "5";

/// Why an export was not stored.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// A browser, a health check, a bot, or an endpoint that was configured with another path.
    #[error("nothing is here at {0}: send spans to /v1/traces, metrics to /v1/metrics")]
    Path(String),
    /// The right path with another method.
    #[error("expected POST, got {0}")]
    Method(Method),
    /// No key, or a wrong one.
    #[error(
        "the key is missing or not one of the configured keys: send it as Authorization: Bearer or x-firefly-key"
    )]
    Key,
    /// Not an encoding of OTLP.
    #[error("expected the Content-Type application/x-protobuf or application/json, got {0:?}")]
    ContentType(String),
    /// A content encoding that is not read, damaged, or too large: a bomb.
    #[error(transparent)]
    Inflate(#[from] InflateError),
    /// Not the message.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The database is away, slow, or did not take the rows.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Refusal {
    /// The status of the answer, and the `google.rpc.Code` beside it.
    fn status(&self) -> (StatusCode, u8) {
        match self {
            Self::Path(_) => (StatusCode::NOT_FOUND, 5),
            Self::Method(_) => (StatusCode::METHOD_NOT_ALLOWED, 12),
            Self::Key => (StatusCode::UNAUTHORIZED, 16),
            Self::ContentType(_) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, 3),
            Self::Inflate(_) | Self::Unreadable(_) => (StatusCode::BAD_REQUEST, 3),
            Self::Storage(_) => (StatusCode::SERVICE_UNAVAILABLE, 14),
        }
    }

    fn header(&self) -> Option<(header::HeaderName, &'static str)> {
        match self {
            Self::Method(_) => Some((header::ALLOW, "POST")),
            Self::Key => Some((header::WWW_AUTHENTICATE, "Bearer")),
            Self::Storage(_) => Some((header::RETRY_AFTER, RETRY_AFTER_SECONDS)),
            _ => None,
        }
    }
}

/// The answer to an export that was stored, all of it or all but what was refused.
pub fn accepted(signal: Signal, partial: Option<&PartialSuccess>, encoding: Encoding) -> Response<Body> {
    response(StatusCode::OK, export_response(signal, partial, encoding), encoding)
}

/// The answer to an export of which nothing was stored, as `google.rpc.Status`. To a request in no known encoding it is
/// JSON, which people read.
pub fn refused(refusal: &Refusal, encoding: Option<Encoding>) -> Response<Body> {
    let encoding = encoding.unwrap_or(Encoding::Json);
    let (http_status, code) = refusal.status();
    let mut response = response(http_status, status(code, &refusal.to_string(), encoding), encoding);
    if let Some((name, value)) = refusal.header() {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn response(status: StatusCode, body: Vec<u8>, encoding: Encoding) -> Response<Body> {
    let body = match encoding {
        Encoding::Protobuf => Body::Binary(body),
        Encoding::Json => Body::Text(String::from_utf8_lossy(&body).into_owned()),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let content_type = HeaderValue::from_static(encoding.content_type());
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_its_status_in_both_encodings() {
        let cases = [
            (Refusal::Path("/".into()), 404, 5, None),
            (Refusal::Method(Method::GET), 405, 12, Some(("allow", "POST"))),
            (Refusal::Key, 401, 16, Some(("www-authenticate", "Bearer"))),
            (Refusal::ContentType("text/plain".into()), 415, 3, None),
            (InflateError::UnknownEncoding.into(), 400, 3, None),
            (InflateError::TooLarge { cap: 1 }.into(), 400, 3, None),
            (Unreadable::TooMuch { what: "spans", cap: 1 }.into(), 400, 3, None),
            (StorageError::Connect("refused".into()).into(), 503, 14, Some(("retry-after", "5"))),
            (StorageError::SchemaVersion { found: 0 }.into(), 503, 14, Some(("retry-after", "5"))),
        ];
        for (refusal, http_status, code, header) in cases {
            for encoding in [Encoding::Protobuf, Encoding::Json] {
                let response = refused(&refusal, Some(encoding));
                assert_eq!(response.status(), http_status, "{refusal}");
                assert_eq!(response.headers()["content-type"], encoding.content_type());
                assert_eq!(**response.body(), *status(code, &refusal.to_string(), encoding));
                assert_eq!(response.headers().len(), 1 + usize::from(header.is_some()));
                if let Some((name, value)) = header {
                    assert_eq!(response.headers()[name], value);
                }
            }
        }
        assert_eq!(refused(&Refusal::Key, None).headers()["content-type"], "application/json");
    }
}
