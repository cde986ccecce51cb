//! What is selected, and at which times it is looked at.

use super::Matcher;

/// Times at which an expression is evaluated: `count` of them, `step_ms` apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// The first, in milliseconds since the Unix epoch.
    pub first_ms: i64,
    /// From one to the next; of no meaning where there is only one.
    pub step_ms: i64,
    /// How many; at least one.
    pub count: usize,
}

impl Times {
    /// One time alone.
    pub fn once(at_ms: i64) -> Self {
        Self { first_ms: at_ms, step_ms: 0, count: 1 }
    }

    /// The time of a step.
    pub fn at(&self, step: usize) -> i64 {
        self.first_ms.saturating_add(self.step_ms.saturating_mul(i64::try_from(step).unwrap_or(i64::MAX)))
    }

    /// The last time.
    pub fn last_ms(&self) -> i64 {
        self.at(self.count.saturating_sub(1))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = i64> + '_ {
        (0..self.count).map(|step| self.at(step))
    }
}

/// One selector of an expression, and what is needed of the samples that it selects.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// Conditions on the labels, the name of the metric among them. All have to be met.
    pub matchers: Vec<Matcher>,
    /// The times at which it is looked at, after `offset` and `@`.
    pub times: Times,
    /// What is looked at from each of the times.
    pub look: Look,
    /// Whether the times are the steps of a range query or subquery, in which a series of CloudWatch shows each point
    /// in one step only; see [`super::Visibility`].
    pub is_stepped: bool,
}

/// What is looked at from a time `t`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The newest sample in `(t - lookback, t]`, a marker of staleness too. The reader may leave out every sample that is
    /// not the newest of any of the times.
    Newest {
        /// How far back, in milliseconds.
        lookback_ms: i64,
        /// Whether that was asked for explicitly; if not, a series may have a lookback of its own.
        is_explicit: bool,
    },
    /// All samples in `(t - window, t]` but markers of staleness.
    Window {
        /// Length of the window in milliseconds; greater than 0.
        window_ms: i64,
        /// If all that is wanted of a window is this function of it, the reader may answer with its results,
        /// [`super::Samples::Results`].
        function: Option<WindowFunction>,
    },
}

/// Functions of a window that a database can work out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WindowFunction {
    /// The sum of the values.
    Sum,
    /// Their mean.
    Average,
    /// How many there are.
    Count,
    /// The smallest, of which a NaN is none unless there is nothing else.
    Minimum,
    /// The largest, of which a NaN is none unless there is nothing else.
    Maximum,
    /// The newest.
    Last,
    /// 1 where there are any.
    Present,
}

/// How much may be read for one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Samples, of all series together.
    pub samples: usize,
    /// Series.
    pub series: usize,
}
