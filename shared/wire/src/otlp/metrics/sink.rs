//! Who takes what an export of metrics holds.

use firefly_model::{Exemplar, MetricMetadata, SampleSeriesKey, SeriesId, UnixHour, UnixMillis};

use super::MetricFault;
use crate::otlp::MetricSource;

/// Takes the samples of an export.
pub trait MetricSink {
    /// A sample, and what its series is. The id is for its exemplars.
    fn sample(&mut self, key: &SampleSeriesKey<'_>, time: UnixMillis, value: f64) -> SeriesId;

    /// An exemplar of a series whose sample has been taken.
    fn exemplar(&mut self, exemplar: Exemplar);

    /// What is said about a metric family of which a point has been taken in this hour.
    fn describe(&mut self, family: &str, metadata: &MetricMetadata, hour: UnixHour);

    /// So many points of a metric of this name that cannot be stored, and what is wrong with the first of them. Its
    /// other points have been taken: taking them again changes nothing.
    fn refused(&mut self, name: &str, points: usize, fault: &MetricFault, source: &MetricSource<'_>);

    /// Whether it takes nothing more.
    fn is_full(&self) -> bool;
}
