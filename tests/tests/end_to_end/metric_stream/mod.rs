//! The decoders of metric-stream formats against fixtures that another encoder made.

mod fixtures;
mod golden;
