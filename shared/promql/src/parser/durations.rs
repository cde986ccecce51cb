//! Durations such as `1h30m`.

use super::quote::quoted;

/// Units, from long to short, in nanoseconds.
const UNITS: [(&str, u64); 7] = [
    ("y", 365 * 24 * 3_600_000_000_000),
    ("w", 7 * 24 * 3_600_000_000_000),
    ("d", 24 * 3_600_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
];

const OUT_OF_RANGE: &str = "duration out of range";

/// Nanoseconds of a duration, whose units have to come from long to short, each once.
pub(super) fn parse_duration(text: &str) -> Result<i64, String> {
    let invalid = || format!("not a valid duration string: {}", quoted(text));
    let mut rest = text;
    let mut units = &UNITS[..];
    let mut nanos = 0_u64;
    while !rest.is_empty() {
        let (digits, after) = split(rest, |c| c.is_ascii_digit());
        let count: u64 = digits.parse().map_err(|_| invalid())?;
        let (unit, after) = split(after, |c| !c.is_ascii_digit());
        if unit.is_empty() {
            return Err(invalid());
        }
        if !UNITS.iter().any(|(name, _)| *name == unit) {
            return Err(format!("unknown unit {} in duration {}", quoted(unit), quoted(text)));
        }
        let at = units.iter().position(|(name, _)| *name == unit).ok_or_else(invalid)?;
        let added = count.checked_mul(units[at].1);
        let sum = added.and_then(|added| nanos.checked_add(added));
        nanos = sum.filter(|sum| *sum <= i64::MAX.unsigned_abs()).ok_or(OUT_OF_RANGE)?;
        units = &units[at + 1..];
        rest = after;
    }
    i64::try_from(nanos).map_err(|_| OUT_OF_RANGE.to_owned())
}

fn split(text: &str, is_first: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !is_first(c)).unwrap_or(text.len()))
}

/// A duration in milliseconds as Prometheus writes it: `90d`, `1h30m`, `-5m`.
pub(super) fn format_duration(ms: i64) -> String {
    if ms == 0 {
        return "0s".to_owned();
    }
    let mut text = String::from(if ms < 0 { "-" } else { "" });
    let mut rest = ms.unsigned_abs();
    for (unit, nanos) in UNITS {
        let length = nanos / 1_000_000;
        // Years and weeks only where nothing remains: 90d is easier to read than 12w6d.
        if matches!(unit, "y" | "w") && !rest.is_multiple_of(length) {
            continue;
        }
        let count = rest / length;
        if count > 0 {
            text += &format!("{count}{unit}");
            rest -= count * length;
        }
    }
    text
}
