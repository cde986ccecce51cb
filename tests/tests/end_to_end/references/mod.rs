//! The traces path beside the real Jaeger, and with real OpenTelemetry SDKs and a real Collector; PromQL beside the real
//! Prometheus.

mod canonical;
mod clients;
mod door;
pub mod gateway;
mod known_differences;
mod made;
mod otlp;
mod outage;
mod prometheus;
mod questions;
mod relay;
mod samples;
pub mod side;
mod side_by_side;
