//! Who takes what a write holds.

use firefly_model::{MetricMetadata, SampleSeriesKey, UnixHour, UnixMillis};

use super::{WriteFault, WriteSource};

/// Takes the samples of a write.
pub trait WriteSink {
    /// A sample, and what its series is.
    fn sample(&mut self, key: &SampleSeriesKey<'_>, time: UnixMillis, value: f64);

    /// An exemplar, whose series may come without a sample. Its labels are sorted by name, each name once.
    fn exemplar(
        &mut self,
        key: &SampleSeriesKey<'_>,
        time: UnixMillis,
        value: f64,
        labels: Vec<(String, String)>,
    );

    /// What is said about a metric family in this hour.
    fn describe(&mut self, family: &str, metadata: &MetricMetadata, hour: UnixHour);

    /// So many samples, histograms and exemplars of a series that cannot be stored, and what is wrong with the first of
    /// them. What else the series has has been taken: taking it again changes nothing. Of metadata, `what` says so.
    fn refused(
        &mut self,
        what: &'static str,
        name: &str,
        count: usize,
        fault: &WriteFault,
        source: &WriteSource<'_>,
    );

    /// Whether it takes nothing more.
    fn is_full(&self) -> bool;
}
