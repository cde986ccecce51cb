//! Sums that keep what each addition rounds away.
//!
//! Kahan's summation in Neumaier's variant, step by step as Prometheus takes it, so that results are equal to the bit.

/// A sum, and what has been lost of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct KahanSum {
    pub sum: f64,
    pub lost: f64,
}

impl KahanSum {
    /// With a number added.
    pub fn plus(self, value: f64) -> Self {
        let Self { sum, lost } = self;
        let total = sum + value;
        // What is lost of an infinite sum is not a number.
        let lost = match total.is_infinite() {
            true => 0.0,
            false if sum.abs() >= value.abs() => lost + ((sum - total) + value),
            false => lost + ((value - total) + sum),
        };
        Self { sum: total, lost }
    }

    /// Both parts multiplied.
    pub fn times(self, factor: f64) -> Self {
        Self { sum: self.sum * factor, lost: self.lost * factor }
    }

    /// The number that comes closest.
    pub fn value(self) -> f64 {
        self.sum + self.lost
    }
}

/// A mean, from a sum as long as that is finite, from then on from the mean itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KahanMean {
    count: f64,
    /// The sum, or the mean.
    state: KahanSum,
    is_incremental: bool,
}

impl KahanMean {
    /// Of one number.
    pub fn of(first: f64) -> Self {
        Self { count: 1.0, state: KahanSum { sum: first, lost: 0.0 }, is_incremental: false }
    }

    /// With a number added.
    pub fn plus(self, value: f64) -> Self {
        let count = self.count + 1.0;
        let mut mean = self.state;
        if !self.is_incremental {
            let sum = self.state.plus(value);
            if !sum.sum.is_infinite() {
                return Self { count, state: sum, is_incremental: false };
            }
            mean = KahanSum { sum: mean.sum / self.count, lost: mean.lost / self.count };
        }
        let share = (count - 1.0) / count;
        Self { count, state: mean.times(share).plus(value / count), is_incremental: true }
    }

    /// The mean.
    pub fn value(self) -> f64 {
        match self.is_incremental {
            true => self.state.value(),
            false => self.state.sum / self.count + self.state.lost / self.count,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sum(values: &[f64]) -> f64 {
        values.iter().fold(KahanSum::default(), |sum, value| sum.plus(*value)).value()
    }

    #[test]
    fn small_numbers_survive_large_ones() {
        assert_eq!(sum(&[1e100, 1.0, -1e100]), 1.0);
        assert_eq!(sum(&[0.1; 10]), 1.0);
    }

    #[test]
    fn infinities_stay() {
        assert_eq!(sum(&[f64::MAX, f64::MAX, 1.0]), f64::INFINITY);
        assert!(sum(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
    }

    #[test]
    fn a_mean_survives_a_sum_that_does_not() {
        let mean = |values: &[f64]| {
            values[1..].iter().fold(KahanMean::of(values[0]), |mean, value| mean.plus(*value)).value()
        };
        assert_eq!(mean(&[1e308, 1e308, 1e308]), 1e308);
        assert_eq!(mean(&[1.0, 2.0, 6.0]), 3.0);
        assert_eq!(mean(&[f64::INFINITY, 1.0]), f64::INFINITY);
        assert!(mean(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
    }

    proptest! {
        /// Whole numbers below 2^52 and their sums are exact in i128; the closest number to the sum is what is expected.
        #[test]
        fn sums_of_whole_numbers_are_exact(numbers in prop::collection::vec(-(1_i64 << 52)..(1 << 52), 0..200)) {
            let values: Vec<f64> = numbers.iter().map(|number| *number as f64).collect();
            let exact = numbers.iter().map(|number| i128::from(*number)).sum::<i128>() as f64;
            prop_assert_eq!(sum(&values), exact);
        }
    }
}
