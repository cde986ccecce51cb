//! Metrics of OTLP as series of Prometheus.
//!
//! The translation is that of Prometheus 3's own OTLP endpoint
//! (<https://prometheus.io/docs/guides/opentelemetry/>) with the strategy `UnderscoreEscapingWithSuffixes`,
//! `promote_scope_metadata` and native delta ingestion; and with classic histograms, also for exponential ones. The
//! specification behind it: <https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/>.
//!
//! - A gauge or sum is one series. A histogram is `_count`, `_sum` and a `_bucket` for each bound `le`; a summary is
//!   `_count`, `_sum` and a series for each `quantile`.
//! - `job` is `service.namespace/service.name`, `instance` is `service.instance.id`; what else a resource says is in
//!   `target_info`, at each moment at which it has a point.
//! - A point without a recorded value is Prometheus' stale marker.
//!
//! Delta temporality: each point is stored as it is, the amount of its interval, at the interval's end. Add such points
//! up with `sum_over_time(metric[5m])`, as CloudWatch's sums per minute are; `rate()` and `increase()` are for counters
//! that only grow, and would be wrong here. The type `unknown` in the metadata tells these metrics from counters, whose
//! names they share.
//!
//! Left out: start times, minima and maxima of histograms, and schema URLs of resources, which have no place in
//! Prometheus' series. What cannot be stored at all is refused by the metric's name, see [`MetricFault`].

mod attribute_text;
mod exemplar;
mod exponential;
mod fault;
mod histogram;
mod labels;
mod name;
#[cfg(test)]
mod name_tests;
pub(crate) mod point;
mod sink;
pub(crate) mod translate;
#[cfg(test)]
mod translate_tests;

pub use fault::MetricFault;
pub use sink::MetricSink;
