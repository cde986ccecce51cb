//! The range of time that a dashboard is looked at.

use std::time::{SystemTime, UNIX_EPOCH};

/// From when until when, both included, as Grafana means it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRange {
    /// Unix milliseconds.
    pub from_ms: i64,
    /// Unix milliseconds.
    pub to_ms: i64,
}

impl TimeRange {
    /// The last so many milliseconds.
    pub fn last_ms(length_ms: i64) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let to_ms = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
        Self { from_ms: to_ms - length_ms, to_ms }
    }

    /// Its length in milliseconds.
    pub fn length_ms(self) -> i64 {
        self.to_ms - self.from_ms
    }

    /// Whether a time lies in it.
    pub fn contains(self, time_ms: i64) -> bool {
        (self.from_ms..=self.to_ms).contains(&time_ms)
    }
}

/// Unix milliseconds as RFC 3339 in UTC, without zeros at the end of the decimals: what the macros write.
pub(super) fn rfc3339(time_ms: i64) -> String {
    firefly_wire::prometheus::rfc3339(i128::from(time_ms) * 1_000_000)
}

/// Unix milliseconds as JavaScript writes a date: always three decimals.
pub(super) fn iso(time_ms: i64) -> String {
    let seconds = rfc3339(time_ms - time_ms.rem_euclid(1_000));
    format!("{}.{:03}Z", seconds.trim_end_matches('Z'), time_ms.rem_euclid(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_go_and_as_javascript_do() {
        assert_eq!(rfc3339(1_772_409_600_000), "2026-03-02T00:00:00Z");
        assert_eq!(rfc3339(1_772_409_600_120), "2026-03-02T00:00:00.12Z");
        assert_eq!(iso(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(iso(1_772_409_600_000), "2026-03-02T00:00:00.000Z");
        assert_eq!(iso(1_772_409_600_120), "2026-03-02T00:00:00.120Z");
    }
}
