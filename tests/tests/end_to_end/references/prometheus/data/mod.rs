//! Sample data for queries: some 140 series over 75 minutes, a function of a seed.
//!
//! Counters with resets, gauges, gaps, series that end with stale markers and begin again, values that are no ordinary
//! numbers, classic histograms whole and damaged, intervals regular and not, names and values beyond ASCII.

mod catalogue;
mod remote_write;
mod shapes;

pub use remote_write::{MetricMetadata, WriteRequest};

/// How long the samples last.
pub const LENGTH_MS: i64 = 75 * 60_000;

/// A series with its samples.
#[derive(Clone, Debug)]
pub struct DataSeries {
    /// With its name, sorted by name.
    pub labels: Vec<(String, String)>,
    /// Unix milliseconds and values, in order of time.
    pub samples: Vec<(i64, f64)>,
    pub exemplars: Vec<DataExemplar>,
}

#[derive(Clone, Debug)]
pub struct DataExemplar {
    pub labels: Vec<(String, String)>,
    pub time_ms: i64,
    pub value: f64,
}

/// All series, sorted by their labels, from this time on.
pub fn series(seed: u64, start_ms: i64) -> Vec<DataSeries> {
    let mut all = catalogue::Catalogue::new(seed, start_ms).series();
    all.sort_by(|one, other| one.labels.cmp(&other.labels));
    all
}

/// The same as requests of remote write, in order of time: none of them comes before what is written already.
pub fn requests(series: &[DataSeries], start_ms: i64) -> Vec<WriteRequest> {
    const SLICE_MS: i64 = 15 * 60_000;
    let starts =
        (0..).map(|slice| start_ms + slice * SLICE_MS).take_while(|start| *start <= start_ms + LENGTH_MS);
    starts.map(|start| WriteRequest::of(series, start..start + SLICE_MS)).collect()
}
