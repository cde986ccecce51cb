//! What Firehose is told: the one table of statuses.
//!
//! Firehose takes nothing but 200 for delivered, repeats everything else until its retry duration is over, and then
//! keeps the batch in its S3 backup. There is one exception, and it is never sent: after 413 the batch is gone.

use firefly_lambda::InflateError;
use firefly_storage::StorageError;
use firefly_wire::firehose::{DeliveryRequestError, DeliveryResponse};
use lambda_http::http::{Method, StatusCode, header};
use lambda_http::{Body, Response};

/// Why a delivery was not stored.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// A browser, a health check, a bot.
    #[error("not a Firehose delivery: expected POST with X-Amz-Firehose-Request-Id, got {0}")]
    NotFirehose(Method),
    /// No access key, or a wrong one. Firehose keeps trying, so that a slip in a key rotation loses nothing.
    #[error("the X-Amz-Firehose-Access-Key is missing or not one of the configured keys")]
    AccessKey,
    /// An encoding that is not read, damaged, or too large: a bomb.
    #[error(transparent)]
    Inflate(#[from] InflateError),
    /// Not the envelope.
    #[error(transparent)]
    Envelope(#[from] DeliveryRequestError),
    /// A cap on what a delivery may hold.
    #[error(
        "the delivery has more than {cap} {what}: lower the buffer size of the delivery stream, or see what sends to it"
    )]
    TooMuch {
        /// Of what.
        what: &'static str,
        /// How many it may have.
        cap: usize,
    },
    /// The database is away, slow, or did not take the rows.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Refusal {
    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::AccessKey => StatusCode::UNAUTHORIZED,
            Self::NotFirehose(_) | Self::Inflate(_) | Self::Envelope(_) | Self::TooMuch { .. } => {
                StatusCode::BAD_REQUEST
            }
            Self::Storage(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// The answer in the shape that Firehose accepts, for success and refusal alike.
pub fn respond(request_id: &str, timestamp_ms: i64, outcome: Result<(), &Refusal>) -> Response<Body> {
    let body = DeliveryResponse {
        request_id,
        timestamp: timestamp_ms,
        error_message: outcome.err().map(ToString::to_string),
    };
    let mut response = Response::new(Body::Text(body.to_json()));
    *response.status_mut() = outcome.err().map_or(StatusCode::OK, Refusal::status);
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_refusal_has_its_status_and_none_is_413() {
        let cases = [
            (Refusal::NotFirehose(Method::GET), 400),
            (Refusal::AccessKey, 401),
            (InflateError::UnknownEncoding.into(), 400),
            (InflateError::TooLarge { cap: 1 }.into(), 400),
            (InflateError::PlainTooLarge { bytes: 2, cap: 1 }.into(), 400),
            (DeliveryRequestError::TooManyRecords.into(), 400),
            (Refusal::TooMuch { what: "data points", cap: 1 }, 400),
            (StorageError::Connect("refused".into()).into(), 503),
            (
                StorageError::TimedOut { operation: "store metrics", limit: Duration::from_secs(20) }.into(),
                503,
            ),
            (StorageError::SchemaVersion { found: 0 }.into(), 503),
        ];
        for (refusal, status) in cases {
            let response = respond("id", 1, Err(&refusal));
            assert_eq!(response.status(), status, "{refusal}");
            assert_eq!(response.headers()["content-type"], "application/json");
            let Body::Text(body) = response.body() else { panic!("no text: {refusal}") };
            assert!(body.starts_with(r#"{"requestId":"id","timestamp":1,"errorMessage":""#), "{body}");
        }
    }

    #[test]
    fn success_has_no_message() {
        let response = respond("id", 1, Ok(()));
        assert_eq!(response.status(), 200);
        assert_eq!(*response.body(), Body::Text(r#"{"requestId":"id","timestamp":1}"#.into()));
    }
}
