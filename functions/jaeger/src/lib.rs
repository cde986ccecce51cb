//! Jaeger's query API as a Lambda function behind a function URL, for Grafana's Jaeger data source and Jaeger's own UI.
//!
//! [`route`] tells the endpoints apart, [`handler`] answers a request, [`traces`] fits traces into an answer, [`answer`]
//! is the table of statuses.

pub mod answer;
pub mod handler;
pub mod route;
pub mod traces;
