//! What the buckets of a classic histogram tell: the quantile of its observations, and how many lie in a range.
//!
//! Observations are taken to be spread evenly within a bucket.

/// A bucket: all observations up to a bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bucket {
    pub bound: f64,
    pub count: f64,
}

/// How counts had to be put right that fell from one bucket to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Forced {
    /// The least and the greatest bound of those buckets.
    pub least: f64,
    pub greatest: f64,
    /// By how much the most.
    pub difference: f64,
}

/// Differences of counts relative to their sum that are nothing but what rounding leaves.
const ROUNDING: f64 = 1e-12;

/// The quantile of the observations, and what had to be put right. The buckets are sorted by their bounds, and there is
/// at least one.
pub(super) fn quantile(q: f64, buckets: &mut Vec<Bucket>) -> (f64, Option<Forced>) {
    if q.is_nan() {
        return (f64::NAN, None);
    }
    if q < 0.0 {
        return (f64::NEG_INFINITY, None);
    }
    if q > 1.0 {
        return (f64::INFINITY, None);
    }
    if !has_all(buckets) {
        return (f64::NAN, None);
    }
    unite_equal(buckets);
    let forced = force_monotonic(buckets);
    (quantile_of_monotonic(q, buckets), forced)
}

/// Whether the last bucket has all observations.
fn has_all(buckets: &[Bucket]) -> bool {
    buckets.last().is_some_and(|bucket| bucket.bound == f64::INFINITY)
}

fn quantile_of_monotonic(q: f64, buckets: &[Bucket]) -> f64 {
    let [finite @ .., last] = buckets else { return f64::NAN };
    let (Some(first), Some(highest)) = (finite.first(), finite.last()) else { return f64::NAN };
    if last.count == 0.0 {
        return f64::NAN;
    }
    let rank = q * last.count;
    let at = position(finite, rank);
    let Some(bucket) = finite.get(at) else { return highest.bound };
    if at == 0 && first.bound <= 0.0 {
        return first.bound;
    }
    let below = match at {
        0 => Bucket { bound: 0.0, count: 0.0 },
        _ => finite[at - 1],
    };
    let (count, rank) = (bucket.count - below.count, rank - below.count);
    below.bound + (bucket.bound - below.bound) * (rank / count)
}

/// The first bucket that reaches a rank, by halving as Go does, which matters if a count is NaN.
fn position(buckets: &[Bucket], rank: f64) -> usize {
    let (mut from, mut to) = (0, buckets.len());
    while from < to {
        let middle = usize::midpoint(from, to);
        if buckets[middle].count >= rank {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    from
}

/// The share of the observations between two values. The buckets are sorted by their bounds, and there is at least one.
pub(super) fn fraction(lower: f64, upper: f64, buckets: &mut Vec<Bucket>) -> f64 {
    if !has_all(buckets) {
        return f64::NAN;
    }
    unite_equal(buckets);
    let count = buckets.last().map_or(0.0, |bucket| bucket.count);
    if count == 0.0 || lower.is_nan() || upper.is_nan() {
        return f64::NAN;
    }
    if lower >= upper {
        return 0.0;
    }
    (rank(upper, count, buckets) - rank(lower, count, buckets)) / count
}

/// How many observations are below a value, at most all.
fn rank(value: f64, all: f64, buckets: &[Bucket]) -> f64 {
    // Buckets above 0 alone are taken to have observations above 0 alone.
    let is_positive = buckets.first().is_some_and(|first| first.bound > 0.0);
    let mut below = Bucket { bound: if is_positive { 0.0 } else { f64::NEG_INFINITY }, count: 0.0 };
    for bucket in buckets {
        let rank = if below.bound >= value {
            below.count
        } else if bucket.bound <= value {
            below = *bucket;
            continue;
        } else if below.bound == f64::NEG_INFINITY {
            // Nothing is known of where they are in a bucket without a lower bound.
            bucket.count
        } else {
            let width = bucket.bound - below.bound;
            below.count + (bucket.count - below.count) * (value - below.bound) / width
        };
        return if rank > all { all } else { rank };
    }
    all
}

/// Makes one bucket of those with the same bound.
fn unite_equal(buckets: &mut Vec<Bucket>) {
    buckets.dedup_by(|bucket, kept| {
        let is_equal = bucket.bound == kept.bound;
        if is_equal {
            kept.count += bucket.count;
        }
        is_equal
    });
}

/// Takes away what counts fall from one bucket to the next, and differences that come of rounding.
fn force_monotonic(buckets: &mut [Bucket]) -> Option<Forced> {
    let mut buckets = buckets.iter_mut();
    let mut previous = buckets.next()?.count;
    let mut forced: Option<Forced> = None;
    for bucket in buckets {
        let count = bucket.count;
        if count == previous {
            continue;
        }
        let is_rounding = is_nearly_equal(previous, count);
        if !is_rounding && count < previous {
            let (bound, difference) = (bucket.bound, previous - count);
            let so_far = forced.unwrap_or(Forced { least: bound, greatest: bound, difference });
            forced = Some(so_far.and(Forced { least: bound, greatest: bound, difference }));
        }
        if is_rounding || count < previous {
            bucket.count = previous;
        } else {
            previous = count;
        }
    }
    forced
}

impl Forced {
    /// Both of two.
    pub fn and(self, other: Self) -> Self {
        Self {
            least: self.least.min(other.least),
            greatest: self.greatest.max(other.greatest),
            difference: self.difference.max(other.difference),
        }
    }
}

/// Whether two counts differ by no more than rounding leaves.
fn is_nearly_equal(a: f64, b: f64) -> bool {
    if a.is_nan() && b.is_nan() {
        return true;
    }
    let (sum, difference) = (a.abs() + b.abs(), (a - b).abs());
    if a == 0.0 || b == 0.0 || sum < f64::MIN_POSITIVE {
        return difference < ROUNDING * f64::MIN_POSITIVE;
    }
    difference / sum.min(f64::MAX) < ROUNDING
}

#[cfg(test)]
#[path = "buckets_tests.rs"]
mod tests;
