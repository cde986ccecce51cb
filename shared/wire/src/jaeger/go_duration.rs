//! Durations as Go writes them, such as `1.5s` or `1h2m3ms`: <https://pkg.go.dev/time#ParseDuration>.
//!
//! Negative ones are refused: no span takes less than nothing.

use std::time::Duration;

/// The units, in nanoseconds. Both letters that look like a micro sign are in use.
const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

const EXPECTED: &str = "expected a duration such as 1.2s, 100ms or 500us";

/// Reads a duration of at most Go's longest, some 292 years.
pub(super) fn parse(text: &str) -> Result<Duration, &'static str> {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest == "0" {
        return Ok(Duration::ZERO);
    }
    if rest.is_empty() {
        return Err(EXPECTED);
    }
    let mut nanos = 0_u64;
    while !rest.is_empty() {
        let whole = digits(&mut rest);
        let fraction = if let Some(after) = rest.strip_prefix('.') {
            rest = after;
            digits(&mut rest)
        } else {
            ""
        };
        if whole.is_empty() && fraction.is_empty() {
            return Err(EXPECTED);
        }
        let unit_length = rest.find(|char: char| char == '.' || char.is_ascii_digit()).unwrap_or(rest.len());
        let (unit, after) = rest.split_at(unit_length);
        rest = after;
        let (_, unit) = UNITS.into_iter().find(|(name, _)| *name == unit).ok_or(EXPECTED)?;
        nanos = whole_units(whole, unit)
            .and_then(|whole| nanos.checked_add(whole)?.checked_add(part_of_unit(fraction, unit)))
            .filter(|nanos| i64::try_from(*nanos).is_ok())
            .ok_or("longer than 292 years")?;
    }
    Ok(Duration::from_nanos(nanos))
}

fn digits<'a>(rest: &mut &'a str) -> &'a str {
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, after) = rest.split_at(length);
    *rest = after;
    digits
}

fn whole_units(digits: &str, unit: u64) -> Option<u64> {
    if digits.is_empty() { Some(0) } else { digits.parse::<u64>().ok()?.checked_mul(unit) }
}

/// The nanoseconds of a decimal fraction, rounded down. More digits than an hour has nanoseconds change nothing.
fn part_of_unit(digits: &str, unit: u64) -> u64 {
    let (mut numerator, mut denominator) = (0_u128, 1_u128);
    for digit in digits.bytes().take(18) {
        numerator = numerator * 10 + u128::from(digit - b'0');
        denominator *= 10;
    }
    u64::try_from(numerator * u128::from(unit) / denominator).unwrap_or(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_go_reads() {
        for (text, nanos) in [
            ("0", 0),
            ("0s", 0),
            ("1ns", 1),
            ("100us", 100_000),
            ("100µs", 100_000),
            ("100μs", 100_000),
            ("1.2s", 1_200_000_000),
            (".5s", 500_000_000),
            ("1.s", 1_000_000_000),
            ("+5m", 300_000_000_000),
            ("1h15m30.918s", 4_530_918_000_000),
            ("0.3333333333333333333h", 1_200_000_000_000 - 1),
            ("0.100000000000000000000h", 360_000_000_000),
            ("9223372036854775807ns", i64::MAX.unsigned_abs()),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_nanos(nanos)), "{text}");
        }
    }

    #[test]
    fn refuses_what_go_refuses_and_what_is_negative() {
        for text in [
            "",
            "+",
            "-1s",
            "1",
            "s",
            ".",
            ".s",
            "1.5",
            "1 s",
            "1d",
            "1S",
            "1s2",
            "--1s",
            "1..s",
            "9223372036854775808ns",
            "99999999999999999999s",
            "3000000h",
            "1sé",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
