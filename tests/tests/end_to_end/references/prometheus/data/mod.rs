//! Sample data for queries: some 140 series over 75 minutes, a function of a seed.
//!
//! Counters with resets, gauges, gaps, series that end with stale markers and begin again, values that are no ordinary
//! numbers, classic histograms whole and damaged, intervals regular and not, names and values beyond ASCII.

mod catalogue;
mod shapes;

use std::ops::Range;

use firefly_tests::remote_write::Series;

/// How long the samples last.
pub const LENGTH_MS: i64 = 75 * 60_000;

/// All series, sorted by their labels, from this time on.
pub fn series(seed: u64, start_ms: i64) -> Vec<Series> {
    let mut all = catalogue::Catalogue::new(seed, start_ms).series();
    all.sort_by(|one, other| one.labels.cmp(&other.labels));
    all
}

/// The same in pieces, in order of time: none of them comes before what is written already.
pub fn pieces(series: &[Series], start_ms: i64) -> Vec<Vec<Series>> {
    const PIECE_MS: i64 = 15 * 60_000;
    let starts =
        (0..).map(|piece| start_ms + piece * PIECE_MS).take_while(|start| *start <= start_ms + LENGTH_MS);
    let within = |times: Range<i64>| {
        series.iter().map(|series| piece(series, &times)).filter(|piece| !piece.samples.is_empty()).collect()
    };
    starts.map(|start| within(start..start + PIECE_MS)).collect()
}

/// What a series has in these milliseconds.
fn piece(series: &Series, times: &Range<i64>) -> Series {
    let exemplars = series.exemplars.iter().filter(|exemplar| times.contains(&exemplar.time));
    Series {
        labels: series.labels.clone(),
        samples: series.samples.iter().filter(|(time, _)| times.contains(time)).copied().collect(),
        exemplars: exemplars.cloned().collect(),
        ..Series::default()
    }
}
