//! The decoders of metric-stream formats against fixtures that another encoder made.

pub mod aws;
mod differential;
pub mod fixtures;
mod golden;
mod hostile;
mod mutation;
pub mod splits;
mod undecodable;
