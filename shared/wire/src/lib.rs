//! The formats that Firefly reads and writes, as pure functions over bytes: no I/O, no clock, no database.
//!
//! [`firehose`] is the envelope of Amazon Data Firehose's HTTP endpoint deliveries, [`metric_stream`] what a
//! CloudWatch metric stream puts into it, [`otlp`] what OpenTelemetry's exporters send, [`remote_write`] what Prometheus
//! does; [`jaeger`] is Jaeger's query API, [`prometheus`] Prometheus'. [`limits`] holds every cap on input, and [`Refusals`]
//! collects what is refused of it.

pub mod firehose;
pub mod jaeger;
mod json_text;
pub mod limits;
pub mod metric_stream;
pub mod otlp;
pub mod prometheus;
mod protobuf;
mod refusals;
pub mod remote_write;
mod rfc3339;
mod storable_text;

pub use refusals::Refusals;
