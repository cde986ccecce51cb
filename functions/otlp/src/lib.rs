//! The OTLP/HTTP endpoint as a Lambda function behind a function URL: what OpenTelemetry exports into the database.
//!
//! [`handler`] answers a request, [`route`] says what it is for, [`spans`] and [`metrics`] turn exports into rows,
//! and [`answer`] is the table of statuses.

pub mod answer;
pub mod handler;
pub mod metrics;
pub mod route;
mod service_edges;
pub mod spans;
