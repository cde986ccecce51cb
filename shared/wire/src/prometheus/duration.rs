//! Durations: seconds with decimals, or Prometheus' own notation, such as `1h30m`.

use crate::prometheus::time::finite;
use firefly_model::selection::quote_go;

/// The units from the largest to the smallest, in nanoseconds.
const UNITS: [(&str, i64); 7] = [
    ("y", 365 * 86_400_000_000_000),
    ("w", 7 * 86_400_000_000_000),
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
];

/// The first number of nanoseconds that Go's durations cannot hold.
const TOO_LONG: f64 = 9_223_372_036_854_775_808.0;

/// Reads a duration, in nanoseconds; it may be negative.
pub(super) fn parse(text: &str) -> Result<i64, String> {
    if let Some(seconds) = finite(text) {
        let nanos = seconds * 1e9;
        if nanos.abs() > TOO_LONG {
            let quoted = quote_go(text);
            return Err(format!("cannot parse {quoted} to a valid duration. It overflows int64"));
        }
        return Ok(whole(nanos));
    }
    units(text).ok_or_else(|| format!("cannot parse {} to a valid duration", quote_go(text)))
}

/// Each unit once at most, from large to small.
fn units(text: &str) -> Option<i64> {
    let (mut rest, mut units, mut nanos) = (text, &UNITS[..], 0_i64);
    while !rest.is_empty() {
        let is_digit = |byte: &u8| byte.is_ascii_digit();
        let (number, after) = rest.split_at(rest.bytes().take_while(|byte| is_digit(byte)).count());
        let (unit, after) = after.split_at(after.bytes().take_while(|byte| !is_digit(byte)).count());
        let at = units.iter().position(|(name, _)| *name == unit)?;
        nanos = number.parse::<i64>().ok()?.checked_mul(units[at].1)?.checked_add(nanos)?;
        (units, rest) = (&units[at + 1..], after);
    }
    (!text.is_empty()).then_some(nanos)
}

#[expect(clippy::cast_possible_truncation, reason = "conversions of floating-point numbers saturate")]
fn whole(nanos: f64) -> i64 {
    nanos as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_units_are_durations() {
        for (text, nanos) in [
            ("15", 15_000_000_000),
            ("0.25", 250_000_000),
            ("-1", -1_000_000_000),
            ("0", 0),
            ("5m", 300_000_000_000),
            ("1h30m", 5_400_000_000_000),
            ("1y2w3d4h5m6s7ms", 33_019_506_007_000_000),
            ("9223372036.854775807", i64::MAX),
        ] {
            assert_eq!(parse(text), Ok(nanos), "{text}");
        }
    }

    #[test]
    fn nothing_else_is_a_duration() {
        for text in ["", "x", "m", "5m1h", "5m5m", "-5m", "1.5h", "5 m", "5é", "300y", "NaN"] {
            assert_eq!(parse(text), Err(format!("cannot parse \"{text}\" to a valid duration")), "{text}");
        }
        assert_eq!(
            parse("1e300").unwrap_err(),
            "cannot parse \"1e300\" to a valid duration. It overflows int64"
        );
    }
}
