//! The quantile of some numbers.

use std::cmp::Ordering;

/// The quantile, between the two numbers next to it in proportion; NaN of no numbers, infinite outside 0 to 1. Sorts the
/// numbers.
pub(crate) fn quantile(q: f64, values: &mut [f64]) -> f64 {
    if values.is_empty() || q.is_nan() {
        return f64::NAN;
    }
    if q < 0.0 {
        return f64::NEG_INFINITY;
    }
    if q > 1.0 {
        return f64::INFINITY;
    }
    values.sort_unstable_by(|a, b| nan_first(*a, *b));
    let last = values.len() - 1;
    let rank = q * last as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the last index"
    )]
    let lower = rank.floor() as usize;
    let weight = rank - rank.floor();
    values[lower.min(last)] * (1.0 - weight) + values[(lower + 1).min(last)] * weight
}

/// Whether this is no quantile, of which a warning tells.
pub(crate) fn is_invalid(q: f64) -> bool {
    q.is_nan() || !(0.0..=1.0).contains(&q)
}

/// The order of numbers in which NaN is the least.
pub(crate) fn nan_first(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| b.is_nan().cmp(&a.is_nan()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lies_between_the_numbers_next_to_it() {
        assert_eq!(quantile(0.5, &mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(quantile(0.75, &mut [0.0, 10.0]), 7.5);
        assert_eq!(quantile(1.0, &mut [0.0, 10.0]), 10.0);
    }

    #[test]
    fn of_nothing_or_by_nothing_is_none() {
        assert!(quantile(0.5, &mut []).is_nan());
        assert!(quantile(f64::NAN, &mut [1.0]).is_nan());
        assert_eq!(quantile(-0.1, &mut [1.0]), f64::NEG_INFINITY);
        assert_eq!(quantile(1.1, &mut [1.0]), f64::INFINITY);
    }

    #[test]
    fn nan_counts_as_the_least() {
        assert_eq!(quantile(1.0, &mut [1.0, f64::NAN, 0.0]), 1.0);
        assert!(quantile(0.0, &mut [1.0, f64::NAN, 0.0]).is_nan());
        // The number above takes part with no weight, and nothing of infinity is not a number.
        assert!(quantile(0.0, &mut [1.0, f64::INFINITY]).is_nan());
    }

    proptest! {
        #[test]
        fn rises_with_the_rank(
            mut values in prop::collection::vec(-1e9..1e9_f64, 1..50), q in 0.0..=1.0_f64, r in 0.0..=1.0_f64,
        ) {
            let (low, high) = (quantile(q.min(r), &mut values), quantile(q.max(r), &mut values));
            prop_assert!(low <= high + 1e-6);
            prop_assert!(values[0] <= low + 1e-6 && high <= values[values.len() - 1] + 1e-6);
        }
    }
}
