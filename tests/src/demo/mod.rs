//! AWS-shaped metrics and traces of a small web shop: the same for the same seed, so that tests can compare exactly.
//!
//! [`Shop`] simulates single requests to a dozen Lambda functions and folds them into the data points that
//! CloudWatch publishes in namespace `AWS/Lambda`, under each of that namespace's dimension sets. It covers what a
//! metric stream does that is easy to get wrong: minutes without requests have no data points, and a minute is
//! published again, with larger counts, when requests that began in it end later.
//!
//! Left out: provisioned concurrency, `UnreservedConcurrentExecutions`, Lambda Insights.

pub(crate) mod attributes;
mod catalogue;
mod minute;
mod point;
pub(crate) mod random;
mod request;
mod shop;
mod tally;
#[cfg(test)]
mod tests;
mod traces;
mod world;

pub use catalogue::{Alias, FunctionSpec, Shape, Trigger};
pub use point::{Point, SeriesKey, Unit};
pub use random::SplitMix64;
pub use shop::{Deliveries, MinuteDelivery, Shop};
pub use traces::{Export, RequestTree, TracedMinute};
pub use world::{HOSTILE_NAME, Settings, World, exported_together, memory_mb};

/// Account of the shop, which is also the monitoring account that owns the metric stream.
pub const ACCOUNT_ID: &str = "111122223333";
/// Account linked to [`ACCOUNT_ID`]: its metrics arrive through the same stream.
pub const LINKED_ACCOUNT_ID: &str = "444455556666";
/// Region of every function of the shop.
pub const REGION: &str = "eu-west-1";
/// Name of the metric stream and of its Firehose stream.
pub const STREAM_NAME: &str = "shop-metrics";
/// Namespace of every data point of the shop.
pub const NAMESPACE: &str = "AWS/Lambda";
/// Length of a CloudWatch period here: one minute, in milliseconds.
pub const MINUTE_MS: i64 = 60_000;
