//! What a sender is told: the one table of statuses.
//!
//! Specification: "Required Response Headers", "Partial Write" and "Retries & Backoff" of
//! <https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/>. Senders repeat what is answered with 5xx, and drop what
//! is answered with 4xx: so 400 means that sending it again could not help, also where most of it is stored, and all that
//! has to do with the database is 503. 429 is never answered. Answers are plain text, as Prometheus logs them.

use firefly_lambda::InflateError;
use firefly_storage::StorageError;
use firefly_wire::remote_write::{Message, Unreadable};
use lambda_http::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use lambda_http::{Body, Response};

use crate::write::Written;

/// After how many seconds a sender may come again: a failover of a managed database takes longer, a lost connection less.
const RETRY_AFTER_SECONDS: &str = "5";

const SAMPLES_WRITTEN: HeaderName = HeaderName::from_static("x-prometheus-remote-write-samples-written");
const HISTOGRAMS_WRITTEN: HeaderName =
    HeaderName::from_static("x-prometheus-remote-write-histograms-written");
const EXEMPLARS_WRITTEN: HeaderName = HeaderName::from_static("x-prometheus-remote-write-exemplars-written");

/// Why nothing of a write was stored.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// A browser, a health check, a bot, or a sender that was configured with another path.
    #[error("nothing is here at {0}: write to /api/v1/write")]
    Path(String),
    /// The right path with another method.
    #[error("expected POST, got {0}")]
    Method(Method),
    /// No key, or a wrong one.
    #[error(
        "the key is missing or not one of the configured keys: send it as Authorization: Bearer, as the password of \
        basic_auth, or as x-firefly-key"
    )]
    Key,
    /// Not a message of remote write.
    #[error(
        "expected the Content-Type application/x-protobuf, for 2.0 with ;proto=io.prometheus.write.v2.Request, \
        got {0:?}"
    )]
    ContentType(String),
    /// Not the one compression of remote write.
    #[error("expected the Content-Encoding snappy, got {0:?}")]
    ContentEncoding(String),
    /// Damaged, or too large: a bomb.
    #[error(transparent)]
    Inflate(#[from] InflateError),
    /// Not the message, or more of it than is read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The database is away, slow, or did not take the rows.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::Path(_) => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Key => StatusCode::UNAUTHORIZED,
            Self::ContentType(_) | Self::ContentEncoding(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Inflate(InflateError::TooLarge { .. } | InflateError::PlainTooLarge { .. })
            | Self::Unreadable(Unreadable::TooMuch { .. }) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Inflate(_) | Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::Storage(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn header(&self) -> Option<(HeaderName, &'static str)> {
        match self {
            Self::Method(_) => Some((header::ALLOW, "POST")),
            Self::Key => Some((header::WWW_AUTHENTICATE, "Bearer")),
            Self::Storage(_) => Some((header::RETRY_AFTER, RETRY_AFTER_SECONDS)),
            _ => None,
        }
    }
}

/// The answer to a write that is stored, all of it or all but what was `refused`.
pub fn stored(message: Message, written: Written, refused: Option<&str>) -> Response<Body> {
    let mut response = match refused {
        None => Response::new(Body::Empty),
        Some(refused) => {
            let Written { samples, exemplars } = written;
            text(format!("stored are {samples} samples and {exemplars} exemplars; refused is {refused}"))
        }
    };
    *response.status_mut() = if refused.is_none() { StatusCode::NO_CONTENT } else { StatusCode::BAD_REQUEST };
    add_counts(&mut response, message, written);
    response
}

/// The answer to a write of which nothing is stored, or to what is none.
pub fn refused(refusal: &Refusal, message: Option<Message>) -> Response<Body> {
    let mut response = text(refusal.to_string());
    *response.status_mut() = refusal.status();
    if let Some((name, value)) = refusal.header() {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if let Some(message) = message {
        add_counts(&mut response, message, Written::default());
    }
    response
}

/// By these a sender knows a receiver of 2.0.
fn add_counts(response: &mut Response<Body>, message: Message, written: Written) {
    if message == Message::Request {
        let headers = response.headers_mut();
        headers.insert(SAMPLES_WRITTEN, written.samples.into());
        headers.insert(HISTOGRAMS_WRITTEN, 0.into());
        headers.insert(EXEMPLARS_WRITTEN, written.exemplars.into());
    }
}

fn text(mut text: String) -> Response<Body> {
    text.push('\n');
    let mut response = Response::new(Body::Text(text));
    let content_type = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_its_status() {
        let damaged = std::io::Error::other("damaged");
        let cases = [
            (Refusal::Path("/".into()), 404, None),
            (Refusal::Method(Method::GET), 405, Some(("allow", "POST"))),
            (Refusal::Key, 401, Some(("www-authenticate", "Bearer"))),
            (Refusal::ContentType("text/plain".into()), 415, None),
            (Refusal::ContentEncoding("gzip".into()), 415, None),
            (InflateError::Damaged(damaged).into(), 400, None),
            (InflateError::TooLarge { cap: 1 }.into(), 413, None),
            (Unreadable::TooMuch { what: "samples", cap: 1 }.into(), 413, None),
            (StorageError::Connect("refused".into()).into(), 503, Some(("retry-after", "5"))),
            (StorageError::SchemaVersion { found: 0 }.into(), 503, Some(("retry-after", "5"))),
        ];
        for (refusal, status, header) in cases {
            for message in [None, Some(Message::WriteRequest), Some(Message::Request)] {
                let response = refused(&refusal, message);
                assert_eq!(response.status(), status, "{refusal}");
                assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
                assert_eq!(**response.body(), *format!("{refusal}\n").as_bytes());
                let counts = if message == Some(Message::Request) { 3 } else { 0 };
                assert_eq!(response.headers().len(), 1 + counts + usize::from(header.is_some()));
                if let Some((name, value)) = header {
                    assert_eq!(response.headers()[name], value);
                }
            }
        }
    }

    #[test]
    fn a_write_that_is_stored_in_part_says_what_is_not() {
        let written = Written { samples: 2, exemplars: 1 };
        for (message, counts) in [(Message::WriteRequest, 0), (Message::Request, 3)] {
            let response = stored(message, written, None);
            assert_eq!((response.status().as_u16(), response.body().is_empty()), (204, true));
            assert_eq!(response.headers().len(), counts);
            let response = stored(message, written, Some("series \"up\": odd"));
            assert_eq!(response.status(), 400);
            let body = b"stored are 2 samples and 1 exemplars; refused is series \"up\": odd\n";
            assert_eq!(**response.body(), *body);
            assert_eq!(response.headers().len(), 1 + counts);
        }
        let response = stored(Message::Request, written, None);
        for (name, count) in [("samples", "2"), ("histograms", "0"), ("exemplars", "1")] {
            assert_eq!(response.headers()[format!("x-prometheus-remote-write-{name}-written")], count);
        }
    }
}
