//! Exponential histograms as histograms with bounds, which every query of Prometheus knows.
//!
//! The bounds of a scale `s` are the powers of 2^(2^-s). A sender chooses the finest scale at which its buckets suffice,
//! and changes it as the values spread; the labels `le` of a series must not change with it. So all are brought to
//! [`SCALE`], and its bounds are those of every point. Only a point of a coarser scale, or with buckets over so wide a
//! range that there would be more than [`BOUNDS`], has fewer, at a coarser scale: every bound of one scale is also a
//! bound of the finer ones.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::point::{Buckets, ExponentialHistogram};

/// Four bounds for each doubling: a quantile is known to 9 %, and a function that takes between 1 ms and 10 s has some
/// 50 buckets.
const SCALE: i32 = 2;

/// The scales of OpenTelemetry's SDKs: at the coarsest a bucket holds every number there is, at the finest they are a
/// millionth wide.
pub(super) const SCALES: RangeInclusive<i32> = -10..=20;

/// Bounds at most on each side of zero: what SDKs have by default.
const BOUNDS: i64 = 160;

/// 2^(n/4), the nearest `f64`s: computed they would depend on the machine, and with them the names of series.
const QUARTERS: [f64; 4] = [1.0, 1.189_207_115_002_721, std::f64::consts::SQRT_2, 1.681_792_830_507_429];

/// Bounds in rising order, each with the count of what is not above it, as `le` has it.
pub(super) fn cumulative_buckets(histogram: &ExponentialHistogram) -> Vec<(f64, u64)> {
    let scale = [&histogram.positive, &histogram.negative]
        .into_iter()
        .map(|buckets| fitting_scale(buckets, histogram.scale))
        .fold(SCALE.min(histogram.scale), i32::min);
    let mut buckets = Vec::new();
    // A negative bucket of this index lies between its two bounds mirrored at zero: the upper one is nearer to zero.
    for (index, count) in at_scale(&histogram.negative, histogram.scale, scale).into_iter().rev() {
        buckets.push((-bound(index, scale), count));
    }
    buckets.push((histogram.zero_threshold.max(0.0), histogram.zero_count));
    let positive = at_scale(&histogram.positive, histogram.scale, scale);
    if let Some((lowest, _)) = positive.first_key_value() {
        // Where the lowest bucket begins: without it, a query would take it to begin at zero.
        buckets.push((bound(*lowest, scale), 0));
    }
    buckets.extend(positive.into_iter().map(|(index, count)| (bound(index.saturating_add(1), scale), count)));
    buckets.retain(|(bound, _)| bound.is_finite());
    buckets.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let mut cumulative: Vec<(f64, u64)> = Vec::with_capacity(buckets.len());
    for (bound, count) in buckets {
        let below = cumulative.last().map_or(0, |(_, count)| *count);
        match cumulative.last_mut() {
            Some((last, total)) if *last == bound => *total = total.saturating_add(count),
            _ => cumulative.push((bound, below.saturating_add(count))),
        }
    }
    cumulative
}

/// The finest scale at which these buckets have no more than [`BOUNDS`].
fn fitting_scale(buckets: &Buckets, scale: i32) -> i32 {
    let Some((first, last)) = range(buckets) else {
        return i32::MAX;
    };
    let mut fitting = SCALE.min(scale);
    while downscaled(last, scale, fitting) - downscaled(first, scale, fitting) >= BOUNDS {
        fitting -= 1;
    }
    fitting
}

/// Indices of the first and last bucket that is not empty.
fn range(buckets: &Buckets) -> Option<(i64, i64)> {
    let index = |at: usize| i64::from(buckets.offset).saturating_add(i64::try_from(at).unwrap_or(i64::MAX));
    let first = buckets.counts.iter().position(|count| *count > 0)?;
    let last = buckets.counts.iter().rposition(|count| *count > 0)?;
    Some((index(first), index(last)))
}

/// Counts by their index at a coarser scale, from the first to the last without a gap.
fn at_scale(buckets: &Buckets, from: i32, to: i32) -> BTreeMap<i64, u64> {
    let Some((first, last)) = range(buckets) else {
        return BTreeMap::new();
    };
    let mut counts: BTreeMap<i64, u64> =
        (downscaled(first, from, to)..=downscaled(last, from, to)).map(|index| (index, 0)).collect();
    for (index, count) in (i64::from(buckets.offset)..).zip(&buckets.counts).filter(|(_, count)| **count > 0)
    {
        let total = counts.entry(downscaled(index, from, to)).or_default();
        *total = total.saturating_add(*count);
    }
    counts
}

/// The index of the bucket that holds this one at a coarser scale.
fn downscaled(index: i64, from: i32, to: i32) -> i64 {
    // An index has no more than 33 bits.
    index >> from.saturating_sub(to).clamp(0, 63)
}

/// The lower bound of a bucket.
fn bound(index: i64, scale: i32) -> f64 {
    // In quarters of a doubling: exact at every scale up to that of four.
    let quarters = index
        .saturating_mul(1_i64.checked_shl(SCALE.saturating_sub(scale).unsigned_abs()).unwrap_or(i64::MAX));
    let doublings = quarters.div_euclid(4).clamp(-1_100, 1_100);
    let quarter = usize::try_from(quarters.rem_euclid(4)).unwrap_or_default();
    power_of_two(doublings) * QUARTERS[quarter]
}

/// 2 to a power between ±1,100, exactly; beyond the range of an `f64`, zero or infinity.
fn power_of_two(power: i64) -> f64 {
    let half = |power: i64| f64::from_bits(u64::try_from(1_023 + power).unwrap_or_default() << 52);
    half(power / 2) * half(power - power / 2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A histogram of these values as an SDK makes it: mapped to their buckets by the logarithm.
    fn histogram(values: &[f64], scale: i32) -> ExponentialHistogram {
        let buckets = |sign: f64| {
            let base = 2_f64.powf(2_f64.powi(-scale));
            #[expect(clippy::cast_possible_truncation, reason = "small")]
            let index = |value: f64| (value.log(base).ceil() as i32) - 1;
            let indices: Vec<_> =
                values.iter().map(|value| value * sign).filter(|value| *value > 0.0).map(index).collect();
            let offset = indices.iter().copied().min().unwrap_or_default();
            let length = indices.iter().map(|index| index - offset + 1).max().unwrap_or_default();
            let mut counts = vec![0; usize::try_from(length).unwrap()];
            for index in indices {
                counts[usize::try_from(index - offset).unwrap()] += 1;
            }
            Buckets { offset, counts }
        };
        ExponentialHistogram {
            count: values.len() as u64,
            scale,
            zero_count: values.iter().filter(|value| **value == 0.0).count() as u64,
            positive: buckets(1.0),
            negative: buckets(-1.0),
            ..ExponentialHistogram::default()
        }
    }

    #[test]
    fn bounds_are_the_same_at_every_scale() {
        let fine = cumulative_buckets(&histogram(&[1.01, 1.1, 3.9], 10));
        let bounds: Vec<_> = fine.iter().map(|(bound, _)| *bound).collect();
        let root = 2_f64.sqrt();
        assert_eq!(bounds[..4], [0.0, 1.0, QUARTERS[1], root]);
        assert_eq!(bounds[4..], [QUARTERS[3], 2.0, 2.0 * QUARTERS[1], 2.0 * root, 2.0 * QUARTERS[3], 4.0]);
        assert_eq!(fine.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [0, 0, 2, 2, 2, 2, 2, 2, 2, 3]);
        for scale in 2..=20 {
            assert_eq!(cumulative_buckets(&histogram(&[1.01, 1.1, 3.9], scale)), fine, "{scale}");
        }
        let coarse = cumulative_buckets(&histogram(&[1.01, 1.1, 3.9], 0));
        assert_eq!(coarse, [(0.0, 0), (1.0, 0), (2.0, 2), (4.0, 3)]);
    }

    #[test]
    fn a_wide_range_has_fewer_bounds() {
        let wide = cumulative_buckets(&histogram(&[1e-9, 1e9], 2));
        assert!(wide.len() <= 162 && wide.len() > 80, "{}", wide.len());
        assert_eq!(wide.last().unwrap().1, 2);
        let empty_in_between = Buckets { offset: i32::MIN, counts: vec![1] };
        let histogram = ExponentialHistogram { scale: 20, positive: empty_in_between, ..Default::default() };
        assert_eq!(cumulative_buckets(&histogram).last().unwrap().1, 1);
    }

    #[test]
    fn numbers_at_the_edges_do_not_harm() {
        for offset in [i32::MIN, -1_100, 1_000, i32::MAX] {
            for scale in SCALES {
                let positive = Buckets { offset, counts: vec![u64::MAX; 1_000] };
                let negative = Buckets { offset, counts: vec![1; 1_000] };
                let histogram = ExponentialHistogram { scale, positive, negative, ..Default::default() };
                let buckets = cumulative_buckets(&histogram);
                assert!(buckets.is_sorted_by(|one, next| one.0 < next.0 && one.1 <= next.1), "{buckets:?}");
                assert!(buckets.len() <= 323, "{}", buckets.len());
            }
        }
        for zero_threshold in [f64::NAN, -1.0, f64::INFINITY, 1.5] {
            let histogram =
                ExponentialHistogram { zero_threshold, zero_count: 1, ..histogram(&[1.2, 3.0], 2) };
            let buckets = cumulative_buckets(&histogram);
            assert!(buckets.is_sorted_by(|one, next| one.0 < next.0 && one.1 <= next.1), "{buckets:?}");
        }
    }

    #[test]
    fn powers_of_two_are_exact() {
        for (power, value) in [
            (0, 1.0),
            (-1, 0.5),
            (1_023, 2_f64.powi(1_023)),
            (1_024, f64::INFINITY),
            (-1_074, 5e-324),
            (-1_100, 0.0),
        ] {
            assert_eq!(power_of_two(power), value, "{power}");
        }
        assert_eq!(bound(-6, 2), 2_f64.powf(-1.5));
        assert_eq!(bound(3, 1), 2_f64.powf(1.5));
        assert_eq!(bound(3, -1), 64.0);
    }

    proptest! {
        #[test]
        fn counts_are_those_of_the_values_themselves(
            values in proptest::collection::vec(prop_oneof![Just(0.0), -1e3..1e3, 1e-3..1.0], 1..100),
            scale in -2_i32..=8,
        ) {
            for (bound, count) in cumulative_buckets(&histogram(&values, scale)) {
                let not_above = values.iter().filter(|value| **value <= bound).count();
                prop_assert_eq!(count, not_above as u64, "{}", bound);
            }
        }
    }
}
