//! What the demo shop sent, read back as a user would: metrics through the views and PromQL, traces through
//! Jaeger's query API.

mod metrics;
mod promql;
mod table;
mod traces;
mod waterfall;

pub use metrics::ReadBack;
pub use promql::PromqlReadBack;
pub use traces::TracesReadBack;
