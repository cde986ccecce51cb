//! Seconds, as numbers of a query give them, in the units of expressions.

/// Nanoseconds in a second.
const NANOS: f64 = 1e9;

/// The most seconds that 64 bits of nanoseconds hold.
const MOST_SECONDS: f64 = 9_223_372_036.854_776;

/// Seconds from nanoseconds, rounded as Go's `Duration.Seconds` is.
#[expect(clippy::cast_precision_loss, reason = "both parts are small enough to be exact")]
pub(super) fn seconds(nanos: i64) -> f64 {
    (nanos / 1_000_000_000) as f64 + (nanos % 1_000_000_000) as f64 / NANOS
}

/// Whether so many seconds are more than 64 bits of nanoseconds hold.
pub(super) fn is_out_of_range(seconds: f64) -> bool {
    seconds.abs() > MOST_SECONDS
}

/// Nanoseconds of a length that is in range. NaN becomes the least, as in Go on most machines.
#[expect(clippy::cast_possible_truncation, reason = "out of range it saturates")]
pub(super) fn nanos(seconds: f64) -> i64 {
    if seconds.is_nan() { i64::MIN } else { (seconds * NANOS).round() as i64 }
}

/// Whole milliseconds of nanoseconds.
pub(super) fn whole_ms(nanos: i64) -> i64 {
    nanos / 1_000_000
}

/// The milliseconds of a time in seconds; None if it has no place in 64 bits.
#[expect(clippy::cast_possible_truncation, reason = "out of range it saturates")]
#[expect(clippy::cast_precision_loss, reason = "the bounds are powers of two")]
pub(super) fn timestamp_ms(seconds: f64) -> Option<i64> {
    let is_in_range = seconds > i64::MIN as f64 && seconds < i64::MAX as f64;
    is_in_range.then(|| (seconds * 1000.0).round() as i64)
}

/// Nanoseconds of a length, without what is less than one.
#[expect(clippy::cast_possible_truncation, reason = "out of range it saturates")]
pub(super) fn cut_nanos(seconds: f64) -> i64 {
    (seconds * NANOS) as i64
}

/// Milliseconds as seconds with three decimals.
#[expect(clippy::cast_precision_loss, reason = "Prometheus prints it with this loss")]
pub(super) fn with_milliseconds(ms: i64) -> String {
    format!("{:.3}", ms as f64 / 1000.0)
}

/// Milliseconds of a length that is in range, without what is less than one.
#[expect(clippy::cast_possible_truncation, reason = "out of range it saturates")]
pub(super) fn cut_ms(seconds: f64) -> i64 {
    (seconds * 1000.0) as i64
}

/// Seconds of milliseconds.
#[expect(clippy::cast_precision_loss, reason = "no query is so long")]
pub(super) fn seconds_of_ms(ms: i64) -> f64 {
    ms as f64 / 1000.0
}
