//! PromQL over a day of CloudWatch metrics: the real function and the real database, beside the real Prometheus.

mod asked;
mod day;
mod load;
mod panels;
pub(super) mod query;
pub(super) mod start;
