//! Folding samples into statistic sets.

use std::collections::BTreeMap;

use super::request::{Metric, Sample};

/// The percentiles of `Duration`, as a metric stream with additional statistics carries them.
const PERCENTILES: [(&str, usize); 3] = [("p50", 50), ("p90", 90), ("p99", 99)];

/// The samples of one metric, in hundredths: whole numbers, so that sums are exact in any order.
#[derive(Debug, Clone, Default)]
pub(super) struct Samples(Vec<u64>);

/// The samples of each metric under one set of dimensions.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally(pub(super) BTreeMap<Metric, Samples>);

impl Tally {
    pub(super) fn add(&mut self, samples: impl IntoIterator<Item = Sample>) {
        for (metric, value) in samples {
            self.0.entry(metric).or_default().0.push(value);
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (metric, samples) in &other.0 {
            self.0.entry(*metric).or_default().0.extend_from_slice(&samples.0);
        }
    }
}

/// Samples, sum, minimum, maximum and further statistics.
pub(super) struct Statistics {
    pub samples: u64,
    pub sum: f64,
    pub minimum: f64,
    pub maximum: f64,
    pub extra: Vec<(String, f64)>,
}

impl Samples {
    /// The statistics of at least one sample. Percentiles are of nearest rank.
    pub(super) fn statistics(&self, metric: Metric) -> Statistics {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let percentile = |percent: usize| {
            let rank = (sorted.len() * percent).div_ceil(100);
            sorted.get(rank.saturating_sub(1)).map_or(0.0, |value| unscaled(*value))
        };
        let extra = match metric {
            Metric::Duration => {
                PERCENTILES.map(|(name, percent)| (name.to_owned(), percentile(percent))).into()
            }
            _ => Vec::new(),
        };
        Statistics {
            samples: sorted.len() as u64,
            sum: unscaled(sorted.iter().sum()),
            minimum: sorted.first().map_or(0.0, |value| unscaled(*value)),
            maximum: sorted.last().map_or(0.0, |value| unscaled(*value)),
            extra,
        }
    }
}

fn unscaled(hundredths: u64) -> f64 {
    hundredths as f64 / 100.0
}
