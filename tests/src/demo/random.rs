//! A small random number generator whose sequence never changes with a crate's version.

use std::f64::consts::TAU;

/// Steele, Lea and Flood's SplitMix64 ("Fast splittable pseudorandom number generators", 2014): 64 bits of state,
/// good enough to make traffic, not for secrets.
#[derive(Debug, Clone)]
pub struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    /// A generator whose sequence is a function of `seed` alone.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A generator for one part of something larger, e.g. one minute of one function.
    pub fn for_parts(seed: u64, parts: &[u64]) -> Self {
        let mixed = parts.iter().fold(seed, |state, part| Self::new(state ^ part.rotate_left(17)).next_u64());
        Self::new(mixed)
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number in `0.0..1.0`.
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number in `0..bound`, 0 when the bound is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next_u64().checked_rem(bound).unwrap_or(0)
    }

    /// True with the given probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A normally distributed number with mean 0 and variance 1 (Box and Muller's transform).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (TAU * self.unit()).cos()
    }

    /// A log-normally distributed number: `median` in the middle, `spread` the deviation of its logarithm.
    pub fn log_normal(&mut self, median: f64, spread: f64) -> f64 {
        median * (spread * self.normal()).exp()
    }

    /// How many events happen where `mean` are expected (Poisson; its normal approximation from 30 upwards).
    pub fn poisson(&mut self, mean: f64) -> u64 {
        if mean >= 30.0 {
            return whole(mean + mean.sqrt() * self.normal());
        }
        let threshold = (-mean).exp();
        let mut count = 0;
        let mut product = self.unit();
        while product > threshold {
            count += 1;
            product *= self.unit();
        }
        count
    }
}

/// The nearest whole number, 0 for what is negative or not a number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast from float to integer saturates, and negative numbers become 0"
)]
pub fn whole(value: f64) -> u64 {
    value.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_the_published_sequence() {
        let mut random = SplitMix64::new(1_234_567);
        assert_eq!(random.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(random.next_u64(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn poisson_keeps_its_mean() {
        for mean in [0.2, 4.0, 80.0] {
            let mut random = SplitMix64::new(7);
            let total: u64 = (0..2_000).map(|_| random.poisson(mean)).sum();
            let average = total as f64 / 2_000.0;
            assert!((average - mean).abs() < 0.1 * mean + 0.05, "mean {mean}, got {average}");
        }
    }
}
