//! Firefly's domain as plain data: series, statistic sets, samples, traces, dead letters, and the rules by which they merge.
//!
//! No I/O and no format lives here: the `wire` crate decodes into these types, the `storage` crate writes them.

pub mod cloudwatch_name;
mod dead_letter;
mod known_rows;
mod metric_batch;
mod metric_metadata;
mod sample;
mod sample_batch;
mod sample_series;
pub mod selection;
mod series;
mod statistic_set;
mod time;
mod time_window;
pub mod trace;

pub use dead_letter::DeadLetter;
pub use known_rows::KnownRows;
pub use metric_batch::{MetricBatch, MetricStatistics};
pub use metric_metadata::{FamilyMetadata, MetricMetadata, MetricType};
pub use sample::{Exemplar, STALE_MARKER, Sample};
pub use sample_batch::SampleBatch;
pub use sample_series::SampleSeriesKey;
pub use series::{Fingerprint, Series, SeriesId, SeriesKey, SeriesKind, Sighting};
pub use statistic_set::{ExtraStatistics, StatisticSet, Statistics, merge_sorted};
pub use time::{UnixHour, UnixMillis, UnixNanos};
pub use time_window::{OutsideWindow, TimeWindow};
