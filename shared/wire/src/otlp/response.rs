//! What an exporter is answered: `Export…ServiceResponse`, and `google.rpc.Status` for a failure.

use serde::Serialize;

use super::{Encoding, Signal};
use crate::limits;
use crate::protobuf::{write_bytes, write_varint};

/// That some pieces of an export were refused, which the exporter must not send again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartialSuccess {
    /// How many spans or data points.
    pub rejected: usize,
    /// Why, for a person to read; cut at a cap.
    pub error_message: String,
}

/// `ExportTraceServiceResponse` or `ExportMetricsServiceResponse`, which differ in nothing but a name in JSON.
pub fn export_response(
    signal: Signal,
    partial_success: Option<&PartialSuccess>,
    encoding: Encoding,
) -> Vec<u8> {
    let Some(PartialSuccess { rejected, error_message }) = partial_success else {
        return match encoding {
            Encoding::Protobuf => Vec::new(),
            Encoding::Json => b"{}".to_vec(),
        };
    };
    let error_message = cut(error_message);
    match encoding {
        Encoding::Protobuf => {
            let mut partial_success = Vec::new();
            write_number(&mut partial_success, 1, *rejected);
            write_bytes(&mut partial_success, 2, error_message.as_bytes());
            let mut response = Vec::new();
            write_bytes(&mut response, 1, &partial_success);
            response
        }
        Encoding::Json => {
            let rejected = rejected.to_string();
            let name = match signal {
                Signal::Traces => "rejectedSpans",
                Signal::Metrics => "rejectedDataPoints",
            };
            json(&serde_json::json!({"partialSuccess": {name: rejected, "errorMessage": error_message}}))
        }
    }
}

/// `google.rpc.Status`, without details; the code is one of `google.rpc.Code`.
pub fn status(code: u8, message: &str, encoding: Encoding) -> Vec<u8> {
    #[derive(Serialize)]
    struct Status<'a> {
        code: u8,
        message: &'a str,
    }
    let message = cut(message);
    match encoding {
        Encoding::Protobuf => {
            let mut status = Vec::new();
            write_number(&mut status, 1, code.into());
            write_bytes(&mut status, 2, message.as_bytes());
            status
        }
        Encoding::Json => json(&Status { code, message }),
    }
}

fn write_number(message: &mut Vec<u8>, number: u8, value: usize) {
    message.push(number << 3);
    write_varint(message, value);
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

fn cut(message: &str) -> &str {
    message.char_indices().nth(limits::PARTIAL_SUCCESS_CHARS).map_or(message, |(cut, _)| &message[..cut])
}
