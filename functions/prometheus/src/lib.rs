//! Prometheus' HTTP API as a Lambda function behind a function URL, for Grafana's Prometheus data source, `promtool`,
//! Prometheus' own UI, and whatever else asks in PromQL.
//!
//! [`route`] tells the endpoints apart and [`handler`] answers a request: `query` asks the engine, `lists` the
//! catalogue, `status` nobody. [`answer`] is the table of statuses.

pub mod answer;
mod body;
pub mod config;
pub mod handler;
mod lists;
mod query;
pub mod route;
mod samples;
mod selectors;
mod status;
mod syntax_tree;
