//! Which times are stored.

use std::time::Duration;

use crate::UnixMillis;

/// How far ahead a time may be: CloudWatch accepts two hours.
const MAX_AHEAD: Duration = Duration::from_secs(2 * 60 * 60);

/// The times of data points and spans that are stored; others are set aside.
#[derive(Clone, Copy, Debug)]
pub struct TimeWindow {
    oldest: UnixMillis,
    newest: UnixMillis,
}

impl TimeWindow {
    /// From `max_age` before now to two hours after.
    pub fn around(now: UnixMillis, max_age: Duration) -> Self {
        let millis = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self {
            oldest: UnixMillis(now.0.saturating_sub(millis(max_age))),
            newest: UnixMillis(now.0.saturating_add(millis(MAX_AHEAD))),
        }
    }

    /// Whether the time lies in it.
    ///
    /// # Errors
    ///
    /// If it does not, or is no time at all.
    pub fn check(&self, time: UnixMillis) -> Result<(), OutsideWindow> {
        if time.0 <= 0 {
            Err(OutsideWindow::NoTime)
        } else if time < self.oldest {
            Err(OutsideWindow::TooOld { time, oldest: self.oldest })
        } else if time > self.newest {
            Err(OutsideWindow::Ahead { time, newest: self.newest })
        } else {
            Ok(())
        }
    }
}

/// Why a time is not stored, to be said of what has it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutsideWindow {
    /// Zero, or before 1970.
    #[error("has no time")]
    NoTime,
    /// Before the window.
    #[error("has the time {} ms, before {} ms, the oldest allowed by FIREFLY_MAX_AGE_DAYS", .time.0, .oldest.0)]
    TooOld {
        /// The time.
        time: UnixMillis,
        /// Where the window begins.
        oldest: UnixMillis,
    },
    /// After the window.
    #[error("has the time {} ms, after {} ms, two hours ahead", .time.0, .newest.0)]
    Ahead {
        /// The time.
        time: UnixMillis,
        /// Where the window ends.
        newest: UnixMillis,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_lie_within() {
        let window = TimeWindow::around(UnixMillis(10_000_000), Duration::from_secs(1_000));
        for within in [9_000_000, 10_000_000, 17_200_000] {
            assert_eq!(window.check(UnixMillis(within)), Ok(()));
        }
        assert!(matches!(window.check(UnixMillis(8_999_999)), Err(OutsideWindow::TooOld { .. })));
        assert!(matches!(window.check(UnixMillis(17_200_001)), Err(OutsideWindow::Ahead { .. })));
        for none in [0, -1, i64::MIN] {
            assert_eq!(window.check(UnixMillis(none)), Err(OutsideWindow::NoTime));
        }
    }
}
