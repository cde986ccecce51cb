//! The Prometheus remote write endpoint as a Lambda function behind a function URL: samples, exemplars and metadata into the
//! database.
//!
//! [`handler`] answers a request, [`write`](mod@write) turns its body into rows, and [`answer`] is the table of statuses.

pub mod answer;
pub mod handler;
pub mod write;
