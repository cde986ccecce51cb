//! Clocks, and medians of what they say.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// CPU time of this thread.
pub(super) fn thread_cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    // Neither is ever negative, nor are the nanoseconds more than a second.
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// Something to be measured again and again.
pub(super) type Case<'a> = Box<dyn FnMut() -> anyhow::Result<()> + 'a>;

/// Runs cases in turns, once without counting, and gives each one's median of CPU time in seconds.
pub(super) fn in_turns(repetitions: usize, cases: &mut [Case<'_>]) -> anyhow::Result<Vec<f64>> {
    let mut seconds = vec![Vec::with_capacity(repetitions); cases.len()];
    for repetition in 0..=repetitions {
        for (case, seconds) in cases.iter_mut().zip(&mut seconds) {
            let start = thread_cpu();
            case()?;
            if repetition > 0 {
                seconds.push((thread_cpu() - start).as_secs_f64());
            }
        }
    }
    Ok(seconds.into_iter().map(median).collect())
}

/// The value that so many percent of the values do not exceed; NaN of nothing. Of nearest rank.
pub(super) fn percentile(mut values: Vec<f64>, percent: usize) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let rank = (values.len() * percent).div_ceil(100);
    rank.checked_sub(1).and_then(|index| values.get(index)).copied().unwrap_or(f64::NAN)
}

/// The median; NaN of nothing.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let upper = values.len() / 2;
    match (values.get(upper), upper.checked_sub(1).and_then(|lower| values.get(lower))) {
        (Some(upper), Some(lower)) if values.len().is_multiple_of(2) => f64::midpoint(*lower, *upper),
        (Some(middle), _) => *middle,
        (None, _) => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_there_were() {
        let values: Vec<f64> = (1..=40).rev().map(f64::from).collect();
        assert!((percentile(values.clone(), 95) - 38.0).abs() < 1e-9);
        assert!((percentile(values, 100) - 40.0).abs() < 1e-9);
        assert!((percentile(vec![7.0], 50) - 7.0).abs() < 1e-9);
        assert!(percentile(Vec::new(), 95).is_nan());
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
        assert!((median(vec![7.0]) - 7.0).abs() < 1e-9);
        assert!(median(Vec::new()).is_nan());
    }
}
