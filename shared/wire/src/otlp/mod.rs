//! OTLP, the OpenTelemetry protocol, over HTTP: <https://opentelemetry.io/docs/specs/otlp/>, version 1.x.
//!
//! The messages are those of <https://github.com/open-telemetry/opentelemetry-proto> v1.10, in protobuf or in JSON.

mod json;

pub use json::TracesData;
