//! The function `remote-write`: its real binary behind a function URL, with a real database behind it, and in the end a
//! real Prometheus before it.

mod answers;
mod crash;
mod database;
pub mod endpoint;
mod exporter;
mod prometheus;
mod refusals;
mod rows;
pub mod sample;
