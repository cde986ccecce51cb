//! Numbers, as Go reads them.

use super::quote::quoted;

/// The value of a number: an integer in Go's syntax, or else a floating-point number.
pub(super) fn parse_number(text: &str) -> Result<f64, String> {
    if let Some(integer) = parse_integer(text) {
        return Ok(integer);
    }
    let fail =
        |why| Err(format!("error parsing number: strconv.ParseFloat: parsing {}: {why}", quoted(text)));
    if text.contains('_') && !separates_digits(text) {
        return fail("invalid syntax");
    }
    match text.replace('_', "").parse::<f64>() {
        Ok(value) if value.is_infinite() && text.contains(|c: char| c.is_ascii_digit()) => {
            fail("value out of range")
        }
        Ok(value) => Ok(value),
        Err(_) => fail("invalid syntax"),
    }
}

/// An integer: hexadecimal after `0x`, octal after `0`; None if it is none or too large for 64 bits.
#[expect(clippy::cast_precision_loss, reason = "the nearest floating-point number is what is wanted")]
fn parse_integer(text: &str) -> Option<f64> {
    if !separates_digits(text) {
        return None;
    }
    let digits = text.replace('_', "");
    let lower = digits.to_ascii_lowercase();
    let value = match (lower.strip_prefix("0x"), lower.strip_prefix('0')) {
        (Some(hexadecimal), _) => i64::from_str_radix(hexadecimal, 16),
        (None, Some(octal)) if !octal.is_empty() => i64::from_str_radix(octal, 8),
        _ => lower.parse(),
    };
    value.ok().map(|value| value as f64)
}

/// Whether each underscore stands between digits, or between a base's prefix and a digit.
fn separates_digits(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let number = lower.strip_prefix("0x").unwrap_or(&lower);
    let is_hexadecimal = number.len() < lower.len();
    let is_digit = |c: char| if is_hexadecimal { c.is_ascii_hexdigit() } else { c.is_ascii_digit() };
    let mut previous = if is_hexadecimal { '0' } else { '!' };
    for c in number.chars() {
        match c {
            '_' if previous != '0' => return false,
            '_' => previous = '_',
            _ if is_digit(c) => previous = '0',
            _ if previous == '_' => return false,
            _ => previous = '!',
        }
    }
    previous != '_'
}
