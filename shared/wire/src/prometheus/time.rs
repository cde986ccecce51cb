//! Points in time: seconds with decimals, or RFC 3339.

use std::borrow::Cow;

use firefly_model::selection::quote_go;

use crate::rfc3339;

/// A point in time, in nanoseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Time(pub i128);

const NANOS_PER_SECOND: i128 = 1_000_000_000;

impl Time {
    /// The first moment of the year 1: what is earlier counts as it.
    pub const EARLIEST: Self = Self(-62_135_596_800 * NANOS_PER_SECOND);
    /// Of the year 275760, the last that JavaScript knows: what is later counts as it. Grafana sends milliseconds for
    /// seconds, which makes years of five digits.
    pub const LATEST: Self = Self(8_640_000_000_000 * NANOS_PER_SECOND);

    /// From milliseconds since the Unix epoch.
    pub fn from_millis(millis: i64) -> Self {
        Self(i128::from(millis) * 1_000_000)
    }

    /// In milliseconds since the Unix epoch; the rest is cut off.
    pub fn millis(self) -> i64 {
        i64::try_from(self.0.div_euclid(1_000_000)).unwrap_or(i64::MAX)
    }
}

/// Reads a point in time, and rounds seconds to milliseconds as Prometheus does.
pub(super) fn parse(text: &str) -> Result<Time, String> {
    let time = match finite(text) {
        Some(seconds) => Some(of_seconds(seconds)),
        None => rfc3339::parse(text).ok().or_else(|| boundary(text)),
    };
    let cannot_parse = || format!("cannot parse {} to a valid timestamp", quote_go(text));
    time.map(|nanos| Time(nanos).clamp(Time::EARLIEST, Time::LATEST)).ok_or_else(cannot_parse)
}

/// The bounds of time that Prometheus' clients send, whose years have too many digits for RFC 3339.
fn boundary(text: &str) -> Option<i128> {
    match text {
        "-292273086-05-16T16:47:06Z" => Some(i128::MIN),
        "292277025-08-18T07:12:54.999999999Z" => Some(i128::MAX),
        _ => None,
    }
}

/// A number as Go reads it, which may have underscores between digits; those that are none, or without end, name no time.
pub(super) fn finite(text: &str) -> Option<f64> {
    let digits = text.split('_').map(|part| part.as_bytes());
    let is_between = |part: &[u8]| part.first().is_some_and(u8::is_ascii_digit);
    let is_grouped = digits.clone().skip(1).all(is_between)
        && digits.rev().skip(1).all(|part| part.last().is_some_and(u8::is_ascii_digit));
    let text = if is_grouped { Cow::from(text.replace('_', "")) } else { Cow::from(text) };
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// As Go's conversions between floating-point numbers and integers have it, bit for bit.
fn of_seconds(seconds: f64) -> i128 {
    let fraction = (seconds.fract() * 1_000.0).round() / 1_000.0;
    whole(seconds.trunc()) * NANOS_PER_SECOND + whole(fraction * 1e9)
}

/// The whole part of a number; beyond 64 bits the nearest.
#[expect(clippy::cast_possible_truncation, reason = "conversions of floating-point numbers saturate")]
fn whole(number: f64) -> i128 {
    i128::from(number as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_rfc_3339_are_times() {
        for (text, millis) in [
            ("4", 4_000),
            ("0", 0),
            ("1435781451.781", 1_435_781_451_781),
            ("1435781451.7816", 1_435_781_451_782),
            ("1.5e3", 1_500_000),
            ("1_000", 1_000_000),
            ("-1.5", -1_500),
            ("0.501", 501),
            ("-0.0004", 0),
            ("2026-01-01T00:00:00.5Z", 1_767_225_600_500),
            ("1969-12-31T23:59:59.9999Z", -1),
            ("1700000000000", 1_700_000_000_000_000),
            ("1e30", 8_640_000_000_000_000),
            ("-1e30", -62_135_596_800_000),
            ("-292273086-05-16T16:47:06Z", -62_135_596_800_000),
            ("292277025-08-18T07:12:54.999999999Z", 8_640_000_000_000_000),
        ] {
            assert_eq!(parse(text).map(Time::millis), Ok(millis), "{text}");
        }
    }

    #[test]
    fn nothing_else_is_a_time() {
        for text in ["", "x", "1__0", "_1", "1_", "NaN", "Inf", "1e400", " 4", "2026-01-01", "5m"] {
            assert_eq!(parse(text), Err(format!("cannot parse \"{text}\" to a valid timestamp")), "{text}");
        }
    }
}
