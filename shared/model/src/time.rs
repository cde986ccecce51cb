//! Points in time as the metrics path counts them.

/// Milliseconds in an hour.
const HOUR_MS: i64 = 3_600_000;
/// Milliseconds in a day.
const DAY_MS: i64 = 24 * HOUR_MS;

/// Milliseconds since 1970-01-01T00:00:00 UTC, the resolution of CloudWatch's own timestamps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixMillis(pub i64);

impl UnixMillis {
    /// The hour that this moment falls into.
    pub fn hour(self) -> UnixHour {
        UnixHour(self.0.div_euclid(HOUR_MS))
    }

    /// The first moment of the day, in UTC, that this moment falls into.
    pub fn day(self) -> Self {
        Self(self.0.div_euclid(DAY_MS).saturating_mul(DAY_MS))
    }
}

/// Nanoseconds since 1970-01-01T00:00:00 UTC, the resolution of OpenTelemetry's timestamps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixNanos(pub u64);

impl UnixNanos {
    /// The whole microseconds in it, PostgreSQL's resolution.
    pub fn micros(self) -> u64 {
        self.0 / 1_000
    }

    /// The whole milliseconds in it.
    pub fn millis(self) -> UnixMillis {
        UnixMillis((self.0 / 1_000_000).cast_signed())
    }

    /// The hour that this moment falls into.
    pub fn hour(self) -> UnixHour {
        self.millis().hour()
    }
}

/// Whole hours since 1970-01-01T00:00:00 UTC. The catalogue of series remembers when a series was seen to the
/// hour: finer would mean a write for every series in every minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixHour(pub i64);

impl UnixHour {
    /// The first moment of the hour.
    pub fn start(self) -> UnixMillis {
        UnixMillis(self.0.saturating_mul(HOUR_MS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_falls_into_the_hour_that_began_before_it() {
        assert_eq!(UnixMillis(3_600_000).hour(), UnixHour(1));
        assert_eq!(UnixMillis(3_599_999).hour(), UnixHour(0));
        assert_eq!(UnixMillis(-1).hour(), UnixHour(-1));
        assert_eq!(UnixHour(2).start(), UnixMillis(7_200_000));
    }
}
