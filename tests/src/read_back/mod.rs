//! What the demo shop sent, read back as a user would: metrics through the views, traces through Jaeger's query API.

mod metrics;
mod table;
mod traces;
mod waterfall;

pub use metrics::ReadBack;
pub use traces::TracesReadBack;
