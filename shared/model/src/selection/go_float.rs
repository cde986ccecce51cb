//! Floating-point numbers as Go prints them: in answers, in labels of `count_values`, and in messages.
//!
//! Go's `strconv.FormatFloat`, <https://pkg.go.dev/strconv#FormatFloat>, and the choice between notations that Prometheus
//! makes in its JSON. Digits are always the fewest that read back as the same number, which is what Rust prints too.

use std::fmt::Write as _;

/// Which notation is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoFloat {
    /// Never an exponent: Go's `'f'`, of `count_values`.
    Plain,
    /// An exponent below 1e-6 and from 1e21: values in Prometheus' JSON.
    Json,
    /// An exponent below 1e-4 and from 1e6: Go's `%g` and `%v`, of messages.
    General,
}

/// A number as text.
pub fn format_go_float(value: f64, notation: GoFloat) -> String {
    let mut text = String::new();
    append_go_float(&mut text, value, notation);
    text
}

/// Appends a number to a text.
pub fn append_go_float(text: &mut String, value: f64, notation: GoFloat) {
    if value.is_nan() {
        text.push_str("NaN");
    } else if value.is_infinite() {
        text.push_str(if value > 0.0 { "+Inf" } else { "-Inf" });
    } else if has_exponent(value, notation) {
        push_exponential(text, &format!("{value:e}"));
    } else {
        push(text, format_args!("{value}"));
    }
}

/// A number with so many significant digits, zeros at the end left out: Go's `%.2g` for 2. Digits are at least 1.
pub fn format_go_float_rounded(value: f64, digits: usize) -> String {
    if !value.is_finite() || value == 0.0 {
        return format_go_float(value, GoFloat::General);
    }
    let rounded = format!("{value:.*e}", digits.saturating_sub(1));
    let (mantissa, exponent) = rounded.split_once('e').unwrap_or((&rounded, "0"));
    let mantissa = match mantissa.contains('.') {
        true => mantissa.trim_end_matches('0').trim_end_matches('.'),
        false => mantissa,
    };
    let shortest = format!("{mantissa}e{exponent}");
    let exponent: i64 = exponent.parse().unwrap_or(0);
    if exponent < -4 || usize::try_from(exponent).is_ok_and(|exponent| exponent >= digits) {
        let mut text = String::new();
        push_exponential(&mut text, &shortest);
        return text;
    }
    // Read back, the few digits are the shortest ones of the number that they name.
    shortest.parse::<f64>().map_or(shortest, |value| format!("{value}"))
}

fn has_exponent(value: f64, notation: GoFloat) -> bool {
    let magnitude = value.abs();
    match notation {
        GoFloat::Plain => false,
        _ if magnitude == 0.0 => false,
        GoFloat::Json => !(1e-6..1e21).contains(&magnitude),
        GoFloat::General => !(1e-4..1e6).contains(&magnitude),
    }
}

/// Rust writes `1e21` and `1e-7` where Go writes `1e+21` and `1e-07`.
fn push_exponential(text: &mut String, number: &str) {
    let (mantissa, exponent) = number.split_once('e').unwrap_or((number, "0"));
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    push(text, format_args!("{mantissa}e{sign}{digits:0>2}"));
}

fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a text cannot fail.
    text.write_fmt(arguments).unwrap_or_default();
}

/// Reads a number as Go's `strconv.ParseFloat` does: hexadecimal ones too, and with `_` between digits.
pub fn parse_go_float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let Some(hexadecimal) = unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X")) else {
        return without_separators(text, false)?.parse().ok();
    };
    // One may follow the prefix.
    let digits = hexadecimal.strip_prefix('_').unwrap_or(hexadecimal);
    let value = parse_hexadecimal(&without_separators(digits, true)?)?;
    Some(if text.starts_with('-') { -value } else { value })
}

/// A number without its separators, each of which must stand between two digits.
fn without_separators(text: &str, is_hexadecimal: bool) -> Option<String> {
    let is_digit = |byte: Option<&u8>| {
        byte.is_some_and(|byte| if is_hexadecimal { byte.is_ascii_hexdigit() } else { byte.is_ascii_digit() })
    };
    let bytes = text.as_bytes();
    let stands_well = |at: usize| at > 0 && is_digit(bytes.get(at - 1)) && is_digit(bytes.get(at + 1));
    let is_separator = |(_, byte): &(usize, &u8)| **byte == b'_';
    let are_well = bytes.iter().enumerate().filter(is_separator).all(|(at, _)| stands_well(at));
    are_well.then(|| text.replace('_', ""))
}

/// Digits, maybe a point among them, and the exponent of 2 that must follow.
fn parse_hexadecimal(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once(['p', 'P'])?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value = 0.0;
    for digit in whole.chars().chain(fraction.chars()) {
        value = value * 16.0 + f64::from(digit.to_digit(16)?);
    }
    let exponent: i32 = exponent.parse().ok()?;
    let shift = i32::try_from(fraction.len()).ok()?.checked_mul(4)?;
    Some(value * 2_f64.powi(exponent.checked_sub(shift)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Go 1.26 prints them: `'f'`, `%g`, `%.2g`.
    #[rustfmt::skip]
    const PRINTED: &[(f64, &str, &str, &str)] = &[
        (0.0, "0", "0", "0"),
        (-0.0, "-0", "-0", "-0"),
        (-1.0, "-1", "-1", "-1"),
        (0.1, "0.1", "0.1", "0.1"),
        (100.0, "100", "100", "1e+02"),
        (99_999.0, "99999", "99999", "1e+05"),
        (100_000.0, "100000", "100000", "1e+05"),
        (1_234_567.0, "1234567", "1.234567e+06", "1.2e+06"),
        (1e20, "100000000000000000000", "1e+20", "1e+20"),
        (1e-4, "0.0001", "0.0001", "0.0001"),
        (0.000_123_45, "0.00012345", "0.00012345", "0.00012"),
        (1e-5, "0.00001", "1e-05", "1e-05"),
        (123_456_789_012_345_678_901_234.0, "123456789012345690000000", "1.2345678901234569e+23", "1.2e+23"),
        (2.5, "2.5", "2.5", "2.5"),
        (1_000_000.5, "1000000.5", "1.0000005e+06", "1e+06"),
        (0.333_333_333_333_333_3, "0.3333333333333333", "0.3333333333333333", "0.33"),
        (f64::INFINITY, "+Inf", "+Inf", "+Inf"),
        (f64::NEG_INFINITY, "-Inf", "-Inf", "-Inf"),
        (f64::NAN, "NaN", "NaN", "NaN"),
    ];

    #[test]
    fn numbers_are_printed_as_go_prints_them() {
        for (value, plain, general, rounded) in PRINTED {
            assert_eq!(format_go_float(*value, GoFloat::Plain), *plain);
            assert_eq!(format_go_float(*value, GoFloat::General), *general);
            assert_eq!(format_go_float_rounded(*value, 2), *rounded);
        }
        assert_eq!(format_go_float(f64::MAX, GoFloat::Plain).len(), 309);
        assert_eq!(format_go_float(5e-324, GoFloat::General), "5e-324");
        assert_eq!(format_go_float_rounded(5e-324, 2), "4.9e-324");
        assert_eq!(format_go_float_rounded(f64::MAX, 2), "1.8e+308");
    }

    #[test]
    fn json_has_exponents_for_the_very_small_and_large() {
        let json = |value| format_go_float(value, GoFloat::Json);
        assert_eq!(json(0.0), "0");
        assert_eq!(json(1e-6), "0.000001");
        assert_eq!(json(-9.9e-7), "-9.9e-07");
        assert_eq!(json(1e20), "100000000000000000000");
        assert_eq!(json(1e21), "1e+21");
        assert_eq!(json(-1.5e-300), "-1.5e-300");
        assert_eq!(json(f64::INFINITY), "+Inf");
    }

    #[test]
    fn numbers_are_read_as_go_reads_them() {
        for (text, value) in [
            ("1_000", 1_000.0),
            ("1_0.2_5", 10.25),
            ("0x1p-2", 0.25),
            ("-0X_1.8p1", -3.0),
            ("0x_fp0", 15.0),
            ("+Inf", f64::INFINITY),
            ("1e3", 1_000.0),
            (".5", 0.5),
        ] {
            assert_eq!(parse_go_float(text), Some(value), "{text}");
        }
        for text in ["", "_1", "1_", "1__0", "1_.5", "0x10", "0xp1", "0x1p", "0x1.gp1", "1e_3", " 1", "0b1"] {
            assert_eq!(parse_go_float(text), None, "{text}");
        }
    }
}
