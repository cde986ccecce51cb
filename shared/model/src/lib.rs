//! Firefly's domain as plain data: series, statistic sets, traces, dead letters, and the rules by which they merge.
//!
//! No I/O and no format lives here: the `wire` crate decodes into these types, the `storage` crate writes them.

mod dead_letter;
mod known_rows;
mod metric_batch;
mod series;
mod statistic_set;
mod time;
mod time_window;
pub mod trace;

pub use dead_letter::DeadLetter;
pub use known_rows::KnownRows;
pub use metric_batch::MetricBatch;
pub use series::{Fingerprint, Series, SeriesId, SeriesKey, Sighting};
pub use statistic_set::{ExtraStatistics, StatisticSet, Statistics, merge_sorted};
pub use time::{UnixHour, UnixMillis, UnixNanos};
pub use time_window::{OutsideWindow, TimeWindow};
