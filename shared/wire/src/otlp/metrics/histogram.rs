//! Histograms as Prometheus' classic ones.

use super::point::{ExponentialHistogram, Histogram};
use super::{MetricFault, exponential};
use crate::limits;

/// What a classic histogram consists of.
#[derive(Debug, PartialEq)]
pub(super) struct Classic {
    pub count: u64,
    pub sum: Option<f64>,
    /// Finite bounds in rising order, each with the count of what is not above it.
    pub buckets: Vec<(f64, u64)>,
}

impl Classic {
    pub(super) fn of_explicit(histogram: &Histogram) -> Result<Self, MetricFault> {
        let Histogram { count, sum, bucket_counts, explicit_bounds } = histogram;
        let (counts, bounds) = (bucket_counts.len(), explicit_bounds.len());
        if counts > limits::BUCKETS || bounds > limits::BUCKETS {
            return Err(MetricFault::TooManyBuckets);
        }
        if counts != bounds + 1 && (counts, bounds) != (0, 0) {
            return Err(MetricFault::Buckets { counts, bounds });
        }
        if !explicit_bounds.is_sorted_by(|one, next| one < next)
            || explicit_bounds.iter().any(|bound| bound.is_nan())
        {
            return Err(MetricFault::Bounds);
        }
        let cumulative = bucket_counts.iter().scan(0_u64, |total, count| {
            *total = total.saturating_add(*count);
            Some(*total)
        });
        let buckets = explicit_bounds.iter().copied().zip(cumulative);
        // The bucket up to infinity is the count.
        let buckets = buckets.filter(|(bound, _)| *bound < f64::INFINITY).collect();
        Ok(Self { count: *count, sum: *sum, buckets })
    }

    pub(super) fn of_exponential(histogram: &ExponentialHistogram) -> Result<Self, MetricFault> {
        let (positive, negative) = (&histogram.positive.counts, &histogram.negative.counts);
        if positive.len() > limits::BUCKETS || negative.len() > limits::BUCKETS {
            return Err(MetricFault::TooManyBuckets);
        }
        if !exponential::SCALES.contains(&histogram.scale) {
            return Err(MetricFault::Scale(histogram.scale));
        }
        let buckets = exponential::cumulative_buckets(histogram);
        Ok(Self { count: histogram.count, sum: histogram.sum, buckets })
    }
}
