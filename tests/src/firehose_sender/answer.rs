//! Judging an answer as Firehose does: only a status of 200 with exactly the documented body counts as delivered.

use reqwest::StatusCode;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};
use serde_json::{Map, Value};
use thiserror::Error;

/// Longest body of an answer.
pub(super) const MAX_BODY_BYTES: usize = 1 << 20;
/// Longest `errorMessage`.
const MAX_ERROR_MESSAGE_CHARS: usize = 8192;

/// What came of one attempt.
#[derive(Debug)]
pub enum Answer {
    /// Status 200, and the body is as documented.
    Delivered,
    /// Another status; the body is as documented.
    Refused {
        /// Status code.
        status: u16,
        /// `errorMessage` of the body.
        error_message: Option<String>,
        /// The body itself, for the backup's record.
        body: String,
    },
    /// Whatever the status, the answer breaks the contract, and is a failure even with 200.
    Invalid {
        /// Status code.
        status: u16,
        /// What is wrong with it.
        reason: ContractError,
    },
    /// No answer, or none in time.
    Unanswered {
        /// Firehose's code: `HttpEndpoint.RequestTimeout` or `HttpEndpoint.ConnectionFailed`.
        error_code: &'static str,
        /// The error and its sources.
        reason: String,
    },
}

/// How an answer breaks the contract.
#[derive(Debug, Error)]
pub enum ContractError {
    /// Redirects are not followed.
    #[error("status {0} is not 2xx, 4xx or 5xx")]
    Status(u16),
    /// `Content-Type` is not JSON.
    #[error("content type {0:?} is not application/json")]
    ContentType(Option<String>),
    /// `Content-Encoding` is not allowed.
    #[error("content encoding {0:?} in an answer that must have none")]
    ContentEncoding(String),
    /// The body is too long.
    #[error("body is over {MAX_BODY_BYTES} bytes")]
    BodyTooLarge,
    /// The body is not a JSON object.
    #[error("body is not a JSON object")]
    Json(#[source] serde_json::Error),
    /// The body has a field that the contract does not know.
    #[error("unexpected field {0:?}")]
    UnexpectedField(String),
    /// `requestId` is missing or not that of the request.
    #[error("requestId is {actual} where the request has {expected:?}")]
    RequestId {
        /// Id of the request.
        expected: String,
        /// What the body has, `null` where nothing.
        actual: Value,
    },
    /// `timestamp` is missing or no whole number.
    #[error("timestamp is {0}, not a whole number of milliseconds")]
    Timestamp(Value),
    /// `errorMessage` is no string or too long.
    #[error("errorMessage is not a string of at most {MAX_ERROR_MESSAGE_CHARS} characters")]
    ErrorMessage,
}

impl Answer {
    /// Judges status, headers and body of the answer to request `request_id`.
    pub(super) fn judge(request_id: &str, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        match check(request_id, status, headers, body) {
            Ok(_) if status == StatusCode::OK => Self::Delivered,
            Ok(error_message) => Self::Refused {
                status: status.as_u16(),
                error_message,
                body: String::from_utf8_lossy(body).into_owned(),
            },
            Err(reason) => Self::Invalid { status: status.as_u16(), reason },
        }
    }

    /// True if Firehose would count the delivery as done.
    pub fn is_delivered(&self) -> bool {
        matches!(self, Self::Delivered)
    }

    /// Status code, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Delivered => Some(200),
            Self::Refused { status, .. } | Self::Invalid { status, .. } => Some(*status),
            Self::Unanswered { .. } => None,
        }
    }

    /// Firehose's error code, as in its logs and in the backup.
    pub fn error_code(&self) -> Option<&'static str> {
        match self {
            Self::Delivered => None,
            Self::Invalid { reason: ContractError::BodyTooLarge, .. } => {
                Some("HttpEndpoint.ResponseTooLarge")
            }
            Self::Invalid { status: 200, .. } => Some("HttpEndpoint.InvalidResponseFromDestination"),
            Self::Refused { .. } | Self::Invalid { .. } => Some("HttpEndpoint.DestinationException"),
            Self::Unanswered { error_code, .. } => Some(error_code),
        }
    }

    /// Why the delivery failed, in a line; empty if it did not.
    pub fn reason(&self) -> String {
        match self {
            Self::Delivered => String::new(),
            Self::Refused { status, error_message, .. } => {
                format!("status {status}: {}", error_message.as_deref().unwrap_or("no error message"))
            }
            Self::Invalid { status, reason } => format!("status {status}, but {reason}"),
            Self::Unanswered { reason, .. } => reason.clone(),
        }
    }
}

/// Gives the answer's `errorMessage`.
fn check(
    request_id: &str,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Option<String>, ContractError> {
    if !(status.is_success() || status.is_client_error() || status.is_server_error()) {
        return Err(ContractError::Status(status.as_u16()));
    }
    if body.len() > MAX_BODY_BYTES {
        return Err(ContractError::BodyTooLarge);
    }
    let header = |name| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    if let Some(encoding) = header(CONTENT_ENCODING) {
        return Err(ContractError::ContentEncoding(encoding));
    }
    let content_type = header(CONTENT_TYPE);
    let media_type = content_type.as_deref().and_then(|value| value.split(';').next()).unwrap_or_default();
    if !media_type.trim().eq_ignore_ascii_case("application/json") {
        return Err(ContractError::ContentType(content_type));
    }
    check_fields(request_id, serde_json::from_slice(body).map_err(ContractError::Json)?)
}

fn check_fields(request_id: &str, mut fields: Map<String, Value>) -> Result<Option<String>, ContractError> {
    let mut take = |name: &str| fields.remove(name);
    let actual = take("requestId").unwrap_or_default();
    let timestamp = take("timestamp").unwrap_or_default();
    let error_message = take("errorMessage");
    if let Some(name) = fields.keys().next() {
        return Err(ContractError::UnexpectedField(name.clone()));
    }
    if actual != request_id {
        return Err(ContractError::RequestId { expected: request_id.to_owned(), actual });
    }
    if !(timestamp.is_u64() || timestamp.is_i64()) {
        return Err(ContractError::Timestamp(timestamp));
    }
    match error_message {
        None => Ok(None),
        Some(Value::String(text)) if text.chars().count() <= MAX_ERROR_MESSAGE_CHARS => Ok(Some(text)),
        Some(_) => Err(ContractError::ErrorMessage),
    }
}
