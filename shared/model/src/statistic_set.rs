//! CloudWatch's statistic set, and the rule by which two copies of the same minute become one.

use std::cmp::Ordering;

use smol_str::SmolStr;

use crate::{SeriesId, UnixMillis};

/// The four statistics that every CloudWatch data point carries, over all samples of one period. All are finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Statistics {
    /// Number of samples; CloudWatch allows fractions.
    pub samples: f64,
    /// Sum of the samples, in the metric's unit.
    pub sum: f64,
    /// Smallest sample.
    pub minimum: f64,
    /// Largest sample.
    pub maximum: f64,
}

impl Statistics {
    /// Orders two copies of the same period by how complete they are: more samples is newer, because CloudWatch
    /// re-sends a period as it fills up. Copies with equal samples are told apart by their other values, so that the
    /// order in which they arrive never matters.
    pub fn completeness(&self, other: &Self) -> Ordering {
        let key = |s: &Self| [s.samples, s.sum, s.maximum, s.minimum];
        key(self).partial_cmp(&key(other)).unwrap_or(Ordering::Equal)
    }
}

/// Statistics beyond the four, such as `p99` or `TM(25%:75%)`, by their CloudWatch name, which is held in place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExtraStatistics(Vec<(SmolStr, f64)>);

impl ExtraStatistics {
    /// Takes names and finite values; of a name given twice, the larger value.
    pub fn new<'a>(statistics: impl IntoIterator<Item = (&'a str, f64)>) -> Self {
        let statistics = statistics.into_iter();
        let mut extra = Self(Vec::with_capacity(statistics.size_hint().0));
        for (name, value) in statistics {
            extra.insert(name, value);
        }
        extra
    }

    /// Names and values, in byte order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, f64)> + Clone {
        self.0.iter().map(|(name, value)| (name.as_str(), *value))
    }

    fn insert(&mut self, name: &str, value: f64) {
        match self.0.binary_search_by(|(present, _)| present.as_str().cmp(name)) {
            Ok(at) => self.0[at].1 = self.0[at].1.max(value),
            Err(at) => self.0.insert(at, (SmolStr::new(name), value)),
        }
    }

    /// Adds the statistics that only the other has; where both have one, the larger value stays.
    fn unite(&mut self, other: &Self) {
        for (name, value) in other.iter() {
            self.insert(name, value);
        }
    }
}

/// One CloudWatch data point: the statistics of one series in one period.
#[derive(Clone, Debug, PartialEq)]
pub struct StatisticSet {
    /// The series it belongs to.
    pub series: SeriesId,
    /// Start of the period.
    pub time: UnixMillis,
    /// The four statistics.
    pub statistics: Statistics,
    /// What else the stream was configured to send; boxed, because most metrics have none.
    pub extra: Option<Box<ExtraStatistics>>,
}

impl StatisticSet {
    fn key(&self) -> (SeriesId, UnixMillis) {
        (self.series, self.time)
    }

    /// Takes over a copy of the same period: the more complete one wins, and of two equally complete ones (a metric
    /// that two streams carry) the extra statistics are united. Commutative, associative and idempotent.
    fn merge(&mut self, other: Self) {
        match other.statistics.completeness(&self.statistics) {
            Ordering::Greater => *self = other,
            Ordering::Less => {}
            Ordering::Equal => match (&mut self.extra, other.extra) {
                (Some(extra), Some(more)) => extra.unite(&more),
                (None, more) => self.extra = more,
                (Some(_), None) => {}
            },
        }
    }
}

/// Sorts by series and time and merges the copies of the same period, so that a batch has each key once (an upsert
/// may not touch a row twice) and concurrent batches lock rows in the same order (no deadlock).
pub fn merge_sorted(statistic_sets: &mut Vec<StatisticSet>) {
    statistic_sets.sort_unstable_by_key(StatisticSet::key);
    statistic_sets.dedup_by(|later, earlier| {
        let same = later.key() == earlier.key();
        if same {
            let placeholder = StatisticSet {
                series: later.series,
                time: later.time,
                statistics: later.statistics,
                extra: None,
            };
            earlier.merge(std::mem::replace(later, placeholder));
        }
        same
    });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(samples: f64, sum: f64, extra: &[(&str, f64)]) -> StatisticSet {
        StatisticSet {
            series: SeriesId(1),
            time: UnixMillis(60_000),
            statistics: Statistics { samples, sum, minimum: 0.0, maximum: 1.0 },
            extra: (!extra.is_empty()).then(|| Box::new(ExtraStatistics::new(extra.iter().copied()))),
        }
    }

    fn merged(mut sets: Vec<StatisticSet>) -> Vec<StatisticSet> {
        merge_sorted(&mut sets);
        sets
    }

    #[test]
    fn the_copy_with_more_samples_wins_whenever_it_comes() {
        let (first, later) = (set(3.0, 9.0, &[("p99", 5.0)]), set(7.0, 8.0, &[]));
        assert_eq!(merged(vec![first.clone(), later.clone()]), vec![later.clone()]);
        assert_eq!(merged(vec![later.clone(), first]), vec![later]);
    }

    #[test]
    fn two_streams_of_the_same_metric_unite_their_extra_statistics() {
        let both = set(3.0, 9.0, &[("p50", 1.0), ("p99", 5.0)]);
        assert_eq!(
            merged(vec![set(3.0, 9.0, &[("p99", 5.0)]), set(3.0, 9.0, &[]), set(3.0, 9.0, &[("p50", 1.0)])]),
            vec![both]
        );
    }

    fn any_set() -> impl Strategy<Value = StatisticSet> {
        let extra = proptest::collection::vec((prop_oneof!["p50", "p90", "p99"], 0..3_i8), 0..3);
        (0..3_i64, 0..3_i64, 0..3_i8, 0..3_i8, 0..3_i8, extra).prop_map(
            |(series, minute, samples, sum, maximum, extra)| StatisticSet {
                series: SeriesId(series),
                time: UnixMillis(minute * 60_000),
                statistics: Statistics {
                    samples: samples.into(),
                    sum: sum.into(),
                    minimum: 0.0,
                    maximum: maximum.into(),
                },
                extra: (!extra.is_empty()).then(|| {
                    Box::new(ExtraStatistics::new(
                        extra.iter().map(|(name, value)| (name.as_str(), f64::from(*value))),
                    ))
                }),
            },
        )
    }

    proptest! {
        #[test]
        fn order_grouping_and_repetition_do_not_matter(
            (sets, shuffled) in proptest::collection::vec(any_set(), 0..24)
                .prop_flat_map(|sets| (Just(sets.clone()), Just(sets).prop_shuffle())),
            split in 0..24_usize,
        ) {
            let split = split.min(shuffled.len());
            let mut in_two_steps = merged(shuffled[..split].to_vec());
            in_two_steps.extend(merged(shuffled[split..].to_vec()));
            in_two_steps.extend(sets.iter().take(5).cloned());
            prop_assert_eq!(merged(in_two_steps), merged(sets));
        }
    }
}
