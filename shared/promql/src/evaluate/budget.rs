//! What an evaluation may take.

use std::time::Instant;

use firefly_model::selection::Limits;

use crate::{QueryError, Statistics};

/// How many windows or series are worked on between two looks at the clock.
const BETWEEN_LOOKS: u32 = 1_024;

/// What has been taken of what may be.
#[derive(Debug)]
pub(super) struct Budget {
    limits: Limits,
    deadline: Instant,
    since_look: u32,
    held: usize,
    pub statistics: Statistics,
}

impl Budget {
    pub fn new(limits: Limits, deadline: Instant) -> Self {
        Self { limits, deadline, since_look: 0, held: 0, statistics: Statistics::default() }
    }

    /// The numbers that are held at once now.
    pub fn held(&self) -> usize {
        self.held
    }

    /// Sets how many numbers are held now.
    pub fn hold(&mut self, numbers: usize) -> Result<(), QueryError> {
        self.held = numbers;
        if numbers > self.limits.samples {
            return Err(QueryError::TooManySamples { limit: self.limits.samples });
        }
        self.statistics.peak_samples = self.statistics.peak_samples.max(numbers as u64);
        Ok(())
    }

    /// Sets aside room for as many numbers of as many series.
    pub fn reserve(&mut self, series: usize, steps: usize) -> Result<(), QueryError> {
        self.hold(self.held.saturating_add(series.saturating_mul(steps)))
    }

    /// Says that something has been worked on.
    pub fn work(&mut self) -> Result<(), QueryError> {
        self.since_look += 1;
        if self.since_look < BETWEEN_LOOKS {
            return Ok(());
        }
        self.since_look = 0;
        self.look()
    }

    /// Looks at the clock.
    pub fn look(&self) -> Result<(), QueryError> {
        if Instant::now() > self.deadline {
            return Err(QueryError::TimedOut { phase: "expression evaluation" });
        }
        Ok(())
    }

    /// Counts samples that a selector has looked at.
    pub fn looked_at(&mut self, samples: usize) {
        self.statistics.total_queryable_samples += samples as u64;
    }
}
