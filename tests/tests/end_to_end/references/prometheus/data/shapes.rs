//! How values go on with time.

use firefly_model::STALE_MARKER;
use firefly_tests::demo::SplitMix64;

use super::LENGTH_MS;

/// When samples are taken.
#[derive(Clone, Copy)]
pub struct Rhythm {
    pub interval_ms: i64,
    /// Samples come up to so much later.
    pub jitter_ms: u64,
    /// How likely a sample is missing.
    pub missing: f64,
}

impl Rhythm {
    pub fn every(seconds: i64) -> Self {
        Self { interval_ms: seconds * 1_000, jitter_ms: 0, missing: 0.0 }
    }

    pub fn jittered(mut self, jitter_ms: u64) -> Self {
        self.jitter_ms = jitter_ms;
        self
    }

    pub fn missing(mut self, missing: f64) -> Self {
        self.missing = missing;
        self
    }

    /// Times from the start on. The first one is always there.
    pub fn times(self, random: &mut SplitMix64, start_ms: i64) -> Vec<i64> {
        let mut times = Vec::new();
        for time in (0..LENGTH_MS / self.interval_ms).map(|index| start_ms + index * self.interval_ms) {
            let jitter = i64::try_from(random.below(self.jitter_ms + 1)).unwrap();
            if times.is_empty() || !random.chance(self.missing) {
                times.push(time + jitter);
            }
        }
        times
    }
}

/// Counts up by as much as `step` says, and starts again from nothing now and then.
pub fn counter(
    random: &mut SplitMix64,
    times: &[i64],
    reset: f64,
    step: impl Fn(&mut SplitMix64) -> f64,
) -> Vec<(i64, f64)> {
    let mut count = if random.chance(0.5) { 0.0 } else { (random.unit() * 1e4).floor() };
    let next = |time: &i64| {
        count = if random.chance(reset) { 0.0 } else { count + step(random) };
        (*time, count)
    };
    times.iter().map(next).collect()
}

/// Wanders about, never twice the same.
pub fn gauge(random: &mut SplitMix64, times: &[i64], around: f64, spread: f64) -> Vec<(i64, f64)> {
    let mut away = 0.0;
    let next = |time: &i64| {
        away = 0.9 * away + random.normal() * spread;
        (*time, around + away)
    };
    times.iter().map(next).collect()
}

/// Small whole numbers.
pub fn whole(random: &mut SplitMix64, times: &[i64], below: u64) -> Vec<(i64, f64)> {
    times.iter().map(|time| (*time, random.below(below) as f64)).collect()
}

/// One of these values after the other, each for a while.
pub fn runs(random: &mut SplitMix64, times: &[i64], values: &[f64], change: f64) -> Vec<(i64, f64)> {
    let mut at = 0;
    let next = |time: &i64| {
        at += usize::from(random.chance(change));
        (*time, values[at % values.len()])
    };
    times.iter().map(next).collect()
}

/// Takes away what lies in this part of the length, in hundredths, and says with a stale marker that the series ended there.
pub fn end_and_begin_again(samples: &mut Vec<(i64, f64)>, part: std::ops::Range<usize>) {
    let at = |hundredths: usize| samples.len() * hundredths / 100;
    let (from, to) = (at(part.start).max(1), at(part.end));
    samples[from].1 = STALE_MARKER;
    samples.drain(from + 1..to.max(from + 1));
}
