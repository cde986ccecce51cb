//! OTLP, the OpenTelemetry protocol, over HTTP: <https://opentelemetry.io/docs/specs/otlp/>, version 1.x.
//!
//! The messages are those of <https://github.com/open-telemetry/opentelemetry-proto> v1.10, in protobuf or in JSON. Logs
//! and profiles are left out.

mod fault;
mod ids;
mod json;
pub mod metrics;
mod protobuf;
mod response;
mod sink;
mod source;
#[cfg(test)]
mod tests;

use firefly_model::TimeWindow;

pub use fault::{Fault, Unreadable};
pub use json::TracesData;
pub use response::{PartialSuccess, export_response, status};
pub use sink::SpanSink;
pub use source::{MetricSource, SpanSource};

use self::metrics::MetricSink;
use self::metrics::translate::Translator;

/// What an export holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Spans.
    Traces,
    /// Data points.
    Metrics,
}

/// How messages are encoded, in both directions of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Binary protobuf.
    Protobuf,
    /// JSON.
    Json,
}

impl Encoding {
    /// The encoding that a `Content-Type` means, whatever its parameters.
    pub fn of_content_type(content_type: &str) -> Option<Self> {
        let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match media_type.as_str() {
            "application/x-protobuf" | "application/protobuf" => Some(Self::Protobuf),
            "application/json" => Some(Self::Json),
            _ => None,
        }
    }

    /// The `Content-Type` of an answer.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Protobuf => "application/x-protobuf",
            Self::Json => "application/json",
        }
    }
}

/// Reads every span of an `ExportTraceServiceRequest` into `sink`, and hands it every span that cannot be stored: one
/// does not hold back the rest.
///
/// # Errors
///
/// If the body is no such message, or has more than is read. What the sink was handed is then not all of it.
pub fn decode_traces(body: &[u8], encoding: Encoding, sink: &mut dyn SpanSink) -> Result<(), Unreadable> {
    match encoding {
        Encoding::Protobuf => protobuf::decode_traces(body, sink),
        Encoding::Json => json::decode_traces(body, sink),
    }
}

/// Reads every metric of an `ExportMetricsServiceRequest` into `sink`, as series of Prometheus, and names it every metric
/// with points that cannot be stored: one does not hold back the rest. Points outside of the window are of these.
///
/// # Errors
///
/// If the body is no such message, or has more than is read. What the sink was handed is then not all of it. A sink that
/// is full is no error here: whoever fills it knows.
pub fn decode_metrics(
    body: &[u8],
    encoding: Encoding,
    window: TimeWindow,
    sink: &mut dyn MetricSink,
) -> Result<(), Unreadable> {
    let mut translator = Translator { window, sink };
    match encoding {
        Encoding::Protobuf => protobuf::decode_metrics(body, &mut translator),
        Encoding::Json => json::decode_metrics(body, &mut translator),
    }
}
