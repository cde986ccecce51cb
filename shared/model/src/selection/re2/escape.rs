//! What follows a backslash.

use super::class::Class;
use super::{refusal, unicode};

/// What an escape sequence stands for.
#[derive(Debug)]
pub(super) enum Escape {
    Char(char),
    /// Half of a character, which is in no value.
    Surrogate,
    /// `\d`, `\p{Greek}`
    Class(Class),
    /// A place, as Rust writes it.
    Assertion(&'static str),
}

/// The escape sequence at the beginning of this, outside of brackets, and what follows it.
pub(super) fn escape(text: &str) -> Result<(Escape, &str), String> {
    let assertion = match text.as_bytes().get(1) {
        Some(b'A') => r"\A",
        Some(b'z') => r"\z",
        // Of ASCII words.
        Some(b'b') => r"(?-u:\b)",
        Some(b'B') => r"(?-u:\B)",
        Some(b'C') => return Err(invalid(&text[..2])),
        _ => return in_class(text),
    };
    Ok((Escape::Assertion(assertion), &text[2..]))
}

/// The escape sequence at the beginning of this, of those that brackets may hold, and what follows it.
pub(super) fn in_class(text: &str) -> Result<(Escape, &str), String> {
    if let Some((class, after)) = unicode::class(text)? {
        return Ok((Escape::Class(class), after));
    }
    if let Some((class, after)) = Class::perl(text) {
        return Ok((Escape::Class(class), after));
    }
    let (code, after) = code(text)?;
    Ok((char::from_u32(code).map_or(Escape::Surrogate, Escape::Char), after))
}

/// The code point that an escape sequence stands for, which is none of a class, and what follows it.
pub(super) fn code(text: &str) -> Result<(u32, &str), String> {
    let mut rest = text.chars();
    rest.next();
    let Some(kind) = rest.next() else {
        return Err(refusal("trailing backslash at end of expression", ""));
    };
    let simple = match kind {
        'a' => 7,
        'f' => 12,
        'n' => 10,
        'r' => 13,
        't' => 9,
        'v' => 11,
        '1'..='7' if !rest.as_str().starts_with(is_octal) => return Err(invalid_up_to(text, rest.as_str())),
        '0'..='7' => return Ok(octal(kind, rest.as_str())),
        'x' => return hexadecimal(text, rest.as_str()),
        _ if kind.is_ascii() && !kind.is_ascii_alphanumeric() => u32::from(kind),
        _ => return Err(invalid_up_to(text, rest.as_str())),
    };
    Ok((simple, rest.as_str()))
}

fn is_octal(c: char) -> bool {
    matches!(c, '0'..='7')
}

/// Up to three digits, the first of which has been read.
fn octal(first: char, rest: &str) -> (u32, &str) {
    let more = rest.chars().take(2).take_while(|c| is_octal(*c)).count();
    let digits = std::iter::once(first).chain(rest[..more].chars());
    (digits.filter_map(|c| c.to_digit(8)).fold(0, |code, digit| code * 8 + digit), &rest[more..])
}

/// Two digits, or any number of them in braces, after `\x`.
fn hexadecimal<'t>(text: &'t str, after_x: &'t str) -> Result<(u32, &'t str), String> {
    let mut rest = after_x.chars();
    let Some('{') = rest.next() else {
        let mut digits = after_x.chars();
        let (first, second) = (digits.next(), digits.next());
        let digit = |c: Option<char>| c.and_then(|c| c.to_digit(16));
        return match digit(first).zip(digit(second)) {
            Some((first, second)) => Ok((first * 16 + second, digits.as_str())),
            None => Err(invalid_up_to(text, digits.as_str())),
        };
    };
    let (mut code, mut count) = (0_u32, 0);
    for c in rest.by_ref() {
        let digit = match c.to_digit(16) {
            Some(digit) => digit,
            None if c == '}' && count > 0 => return Ok((code, rest.as_str())),
            None => break,
        };
        code = code * 16 + digit;
        if code > u32::from(char::MAX) {
            break;
        }
        count += 1;
    }
    Err(invalid_up_to(text, rest.as_str()))
}

fn invalid_up_to(text: &str, rest: &str) -> String {
    invalid(&text[..text.len() - rest.len()])
}

fn invalid(part: &str) -> String {
    refusal("invalid escape sequence", part)
}
