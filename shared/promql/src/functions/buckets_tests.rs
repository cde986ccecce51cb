use proptest::prelude::*;

use super::*;

fn buckets(pairs: &[(f64, f64)]) -> Vec<Bucket> {
    pairs.iter().map(|(bound, count)| Bucket { bound: *bound, count: *count }).collect()
}

fn quantile_of(q: f64, pairs: &[(f64, f64)]) -> f64 {
    quantile(q, &mut buckets(pairs)).0
}

fn fraction_of(lower: f64, upper: f64, pairs: &[(f64, f64)]) -> f64 {
    fraction(lower, upper, &mut buckets(pairs))
}

const PLAIN: [(f64, f64); 4] = [(0.1, 10.0), (0.5, 40.0), (1.0, 90.0), (f64::INFINITY, 100.0)];

#[test]
fn quantiles_lie_in_their_bucket() {
    assert_eq!(quantile_of(0.5, &PLAIN), 0.6);
    assert_eq!(quantile_of(0.05, &PLAIN), 0.05);
    assert_eq!(quantile_of(0.0, &PLAIN), 0.0);
    // In the last bucket nothing is known but where it begins.
    assert_eq!(quantile_of(0.95, &PLAIN), 1.0);
    assert_eq!(quantile_of(1.0, &PLAIN), 1.0);
}

#[test]
fn ranks_that_are_none_are_at_no_end() {
    assert_eq!(quantile_of(-1.0, &PLAIN), f64::NEG_INFINITY);
    assert_eq!(quantile_of(2.0, &PLAIN), f64::INFINITY);
    assert!(quantile_of(f64::NAN, &PLAIN).is_nan());
}

#[test]
fn without_all_observations_there_is_no_result() {
    for pairs in [&[(1.0, 5.0)][..], &[(f64::INFINITY, 5.0)], &[(1.0, 0.0), (f64::INFINITY, 0.0)]] {
        assert!(quantile_of(0.5, pairs).is_nan(), "{pairs:?}");
    }
    assert!(fraction_of(0.0, 1.0, &[(1.0, 5.0)]).is_nan());
    assert_eq!(fraction_of(0.0, 1.0, &[(f64::INFINITY, 5.0)]), 0.0);
}

#[test]
fn below_zero_a_bucket_has_no_beginning() {
    let pairs = [(-2.0, 4.0), (-1.0, 8.0), (f64::INFINITY, 10.0)];
    assert_eq!(quantile_of(0.25, &pairs), -2.0);
    assert_eq!(quantile_of(0.6, &pairs), -1.5);
    assert_eq!(fraction_of(-3.0, -1.5, &pairs), 0.2);
}

#[test]
fn buckets_with_the_same_bound_are_one() {
    let pairs = [(1.0, 3.0), (1.0, 4.0), (2.0, 10.0), (f64::INFINITY, 10.0)];
    assert_eq!(quantile_of(0.7, &pairs), 1.0);
    assert_eq!(fraction_of(0.0, 1.5, &pairs), 0.85);
}

#[test]
fn falling_counts_are_raised_and_told() {
    let pairs = [(1.0, 10.0), (2.0, 6.0), (3.0, 20.0), (f64::INFINITY, 15.0)];
    let (value, forced) = quantile(0.25, &mut buckets(&pairs));
    assert_eq!(value, 0.5);
    assert_eq!(forced, Some(Forced { least: 2.0, greatest: f64::INFINITY, difference: 5.0 }));
    assert_eq!(fraction_of(0.0, 1.5, &pairs), 8.0 / 15.0);
}

#[test]
fn what_rounding_leaves_is_not_told() {
    let pairs = [(1.0, 10.0), (2.0, 9.999_999_999_999_9), (f64::INFINITY, 20.0)];
    assert_eq!(quantile(0.6, &mut buckets(&pairs)), (2.0, None));
}

/// Buckets of whole counts that rise, above 0.
fn histogram() -> impl Strategy<Value = Vec<Bucket>> {
    prop::collection::vec((1..100_u32, 1..50_u32), 2..12).prop_map(|widths| {
        let mut bucket = Bucket { bound: 0.0, count: 0.0 };
        let mut buckets = Vec::new();
        for (width, count) in widths {
            bucket =
                Bucket { bound: bucket.bound + f64::from(width), count: bucket.count + f64::from(count) };
            buckets.push(bucket);
        }
        buckets.push(Bucket { bound: f64::INFINITY, ..bucket });
        buckets
    })
}

proptest! {
    /// As many observations lie below a quantile as it says.
    #[test]
    fn a_fraction_undoes_a_quantile(buckets in histogram(), q in 0.001..1.0_f64) {
        let (value, forced) = quantile(q, &mut buckets.clone());
        prop_assert_eq!(forced, None);
        let back = fraction(0.0, value, &mut buckets.clone());
        prop_assert!((back - q).abs() < 1e-9, "{} of {}", back, q);
    }

    #[test]
    fn quantiles_rise(buckets in histogram(), q in 0.0..=1.0_f64, r in 0.0..=1.0_f64) {
        let at = |rank| quantile(rank, &mut buckets.clone()).0;
        prop_assert!(at(q.min(r)) <= at(q.max(r)) + 1e-9);
    }

    #[test]
    fn fractions_of_parts_add_up(buckets in histogram(), a in -9.0..999.0_f64, b in -9.0..999.0_f64, c in -9.0..999.0_f64) {
        let mut bounds = [a, b, c];
        bounds.sort_by(f64::total_cmp);
        let of = |lower, upper| fraction(lower, upper, &mut buckets.clone());
        let parts = of(bounds[0], bounds[1]) + of(bounds[1], bounds[2]);
        prop_assert!((parts - of(bounds[0], bounds[2])).abs() < 1e-9);
    }
}
