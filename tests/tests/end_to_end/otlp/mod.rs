//! The function `otlp`: its real binary behind a function URL, with a real database behind it.

mod answers;
mod bodies;
mod concurrent;
mod database;
mod differential;
pub mod endpoint;
pub mod metrics;
mod odd_spans;
mod refusals;
mod rows;
pub mod sample;
mod service_edges;
