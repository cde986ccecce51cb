//! Lengths of time as Grafana writes, reads and rounds them.

use anyhow::{Context, Result};

const UNITS: [(&str, i64); 8] = [
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
    ("w", 604_800_000),
    ("M", 2_592_000_000),
    ("y", 31_536_000_000),
];

/// Upper bound of what is rounded, exclusive, and what it is rounded to, in milliseconds.
const ROUNDED: [(i64, i64); 24] = [
    (10, 1),
    (15, 10),
    (35, 20),
    (75, 50),
    (150, 100),
    (350, 200),
    (750, 500),
    (1_500, 1_000),
    (3_500, 2_000),
    (7_500, 5_000),
    (12_500, 10_000),
    (17_500, 15_000),
    (25_000, 20_000),
    (45_000, 30_000),
    (90_000, 60_000),
    (210_000, 120_000),
    (450_000, 300_000),
    (750_000, 600_000),
    (1_050_000, 900_000),
    (1_500_000, 1_200_000),
    (2_700_000, 1_800_000),
    (5_400_000, 3_600_000),
    (9_000_000, 7_200_000),
    (16_200_000, 10_800_000),
];
const ROUNDED_LONG: [(i64, i64); 5] = [
    (32_400_000, 21_600_000),
    (86_400_000, 43_200_000),
    (604_800_000, 86_400_000),
    (1_814_400_000, 604_800_000),
    (3_628_800_000, 2_592_000_000),
];
const YEAR_MS: i64 = 31_536_000_000;

/// The step that a panel asks for: `$__interval`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// In milliseconds.
    pub ms: i64,
}

impl Interval {
    /// The step for so many points over a range, and no shorter than `minimum_ms`.
    pub fn calculate(length_ms: i64, most_points: i64, minimum_ms: i64) -> Self {
        let exact_ms = length_ms / most_points.max(1);
        Self { ms: round_ms(exact_ms).max(minimum_ms) }
    }
}

/// A length rounded to one that people like.
pub(super) fn round_ms(exact_ms: i64) -> i64 {
    let table = ROUNDED.iter().chain(&ROUNDED_LONG);
    table.copied().find(|(below, _)| exact_ms < *below).map_or(YEAR_MS, |(_, rounded)| rounded)
}

/// A length in its largest whole unit, what is left over dropped: 90 s are `1m`.
pub fn format_interval(ms: i64) -> String {
    let units = [("y", YEAR_MS), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
    let fits = units.into_iter().find(|(_, unit_ms)| ms >= *unit_ms);
    fits.map_or_else(|| "1ms".to_owned(), |(unit, unit_ms)| format!("{}{unit}", ms / unit_ms))
}

/// Reads a length such as `1m`, `90s` or `1h30m`, into milliseconds; a sign for "at least" before it is left out.
///
/// # Errors
///
/// If it is none.
pub fn parse_interval(text: &str) -> Result<i64> {
    let mut rest = text.trim().trim_start_matches('>').trim();
    anyhow::ensure!(!rest.is_empty(), "an interval is empty");
    let mut total = 0;
    while !rest.is_empty() {
        let digits = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
        let (number, tail) = rest.split_at(digits);
        let letters = tail.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        let number: i64 = number.parse().with_context(|| format!("no interval: {text}"))?;
        let unit_ms = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, ms)| *ms);
        total += number * unit_ms.with_context(|| format!("no unit of an interval: {text}"))?;
        rest = tail;
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_written() {
        for (text, ms) in
            [("1m", 60_000), ("90s", 90_000), ("1h30m", 5_400_000), (">5m", 300_000), ("2d", 172_800_000)]
        {
            assert_eq!(parse_interval(text).unwrap(), ms, "{text}");
        }
        for text in ["", "m", "5", "5x", "1m "] {
            assert_eq!(parse_interval(text).is_ok(), text == "1m ", "{text}");
        }
        for (ms, text) in
            [(60_000, "1m"), (90_000, "1m"), (500, "500ms"), (86_400_000, "1d"), (604_800_000, "7d")]
        {
            assert_eq!(format_interval(ms), text);
        }
    }

    #[test]
    fn steps_fit_the_width_and_the_minimum() {
        let hours = |hours: i64| hours * 3_600_000;
        assert_eq!(Interval::calculate(hours(6), 1_000, 0).ms, 20_000);
        assert_eq!(Interval::calculate(hours(6), 1_000, 60_000).ms, 60_000);
        assert_eq!(Interval::calculate(hours(24 * 7), 700, 60_000).ms, 900_000);
        assert_eq!(Interval::calculate(hours(24 * 30), 100, 60_000).ms, 21_600_000);
    }
}
