//! What an evaluation may take: samples and values held at once, and time.

use std::time::Instant;

use firefly_model::selection::Limits;

use crate::{QueryError, Statistics};

/// How much is done between two looks at the clock, in points looked at.
const WORK_BETWEEN_LOOKS: usize = 4096;

/// What has been taken so far, and what may be.
#[derive(Debug)]
pub(crate) struct Budget {
    limits: Limits,
    deadline: Instant,
    /// Samples that the storage has loaded and that are still needed.
    loaded: usize,
    /// Values of the parts evaluated so far.
    held: usize,
    peak: usize,
    looked_at: u64,
    work: usize,
}

impl Budget {
    pub fn new(limits: Limits, deadline: Instant) -> Self {
        Self { limits, deadline, loaded: 0, held: 0, peak: 0, looked_at: 0, work: 0 }
    }

    /// Checks that so many steps may be evaluated: each has a value, if there is any series at all.
    ///
    /// # Errors
    ///
    /// If they are too many.
    pub fn allow_steps(&self, steps: usize) -> Result<(), QueryError> {
        if steps > self.limits.samples { Err(self.too_many_samples()) } else { Ok(()) }
    }

    /// Counts series and samples that the storage has loaded.
    ///
    /// # Errors
    ///
    /// If they are too many.
    pub fn load(&mut self, series: usize, samples: usize) -> Result<(), QueryError> {
        if series > self.limits.series {
            return Err(QueryError::TooManySeries { limit: self.limits.series });
        }
        self.loaded = self.loaded.saturating_add(samples);
        self.note_peak()
    }

    /// Counts samples that are not needed any more.
    pub fn unload(&mut self, samples: usize) {
        self.loaded = self.loaded.saturating_sub(samples);
    }

    /// How many values are held.
    pub fn held(&self) -> usize {
        self.held
    }

    /// Counts values that are about to be held.
    ///
    /// # Errors
    ///
    /// If they are too many.
    pub fn hold(&mut self, values: usize) -> Result<(), QueryError> {
        self.held = self.held.saturating_add(values);
        self.note_peak()
    }

    /// Says how many values are held, now that a part has been evaluated and what it was made of is gone.
    ///
    /// # Errors
    ///
    /// If they are too many.
    pub fn settle(&mut self, held: usize) -> Result<(), QueryError> {
        self.held = held;
        self.note_peak()
    }

    /// Counts samples that a selector looks at in one step, and looks at the clock from time to time.
    ///
    /// # Errors
    ///
    /// If the deadline has passed.
    pub fn look_at(&mut self, samples: usize) -> Result<(), QueryError> {
        self.looked_at = self.looked_at.saturating_add(samples as u64);
        self.work(samples)
    }

    /// Counts work that is done, and looks at the clock from time to time.
    ///
    /// # Errors
    ///
    /// If the deadline has passed.
    pub fn work(&mut self, amount: usize) -> Result<(), QueryError> {
        self.work = self.work.saturating_add(amount).saturating_add(1);
        if self.work < WORK_BETWEEN_LOOKS {
            return Ok(());
        }
        self.work = 0;
        self.look_at_clock()
    }

    /// Looks at the clock.
    ///
    /// # Errors
    ///
    /// If the deadline has passed.
    pub fn look_at_clock(&self) -> Result<(), QueryError> {
        if Instant::now() < self.deadline {
            return Ok(());
        }
        Err(QueryError::TimedOut { phase: "expression evaluation" })
    }

    /// How many samples selectors have looked at.
    pub fn looked_at(&self) -> u64 {
        self.looked_at
    }

    /// Corrects how many samples selectors have looked at.
    pub fn set_looked_at(&mut self, samples: u64) {
        self.looked_at = samples;
    }

    /// What has been taken.
    pub fn statistics(&self) -> Statistics {
        Statistics { total_queryable_samples: self.looked_at, peak_samples: self.peak as u64 }
    }

    fn note_peak(&mut self) -> Result<(), QueryError> {
        let now = self.loaded.saturating_add(self.held);
        self.peak = self.peak.max(now);
        if now > self.limits.samples { Err(self.too_many_samples()) } else { Ok(()) }
    }

    fn too_many_samples(&self) -> QueryError {
        QueryError::TooManySamples { limit: self.limits.samples }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(deadline: Instant) -> Budget {
        Budget::new(Limits { samples: 10, series: 2 }, deadline)
    }

    #[test]
    fn loaded_and_held_count_together_and_the_most_is_remembered() {
        let mut budget = budget(Instant::now());
        budget.load(2, 4).unwrap();
        budget.hold(6).unwrap();
        budget.unload(4);
        budget.settle(2).unwrap();
        assert_eq!(budget.statistics().peak_samples, 10);
        assert!(matches!(budget.hold(9), Err(QueryError::TooManySamples { limit: 10 })));
        assert!(matches!(budget.load(3, 0), Err(QueryError::TooManySeries { limit: 2 })));
        assert!(budget.allow_steps(10).is_ok() && budget.allow_steps(11).is_err());
    }

    #[test]
    fn the_clock_is_looked_at_after_enough_work() {
        let mut budget = budget(Instant::now());
        assert!(budget.work(1).is_ok());
        assert!(matches!(budget.look_at(WORK_BETWEEN_LOOKS), Err(QueryError::TimedOut { .. })));
        assert_eq!(budget.looked_at(), WORK_BETWEEN_LOOKS as u64);
    }
}
