//! Texts between quotes, as Go writes and Prometheus reads them.

use firefly_model::selection::{is_go_printable, push_go_escaped};

pub(crate) use firefly_model::selection::quote_go as quoted;

/// How much of a token an error shows, in characters.
const SHOWN_CHARACTERS: usize = 10;

/// The beginning of a text, with dots where it goes on.
pub(super) fn quoted_start(text: &str) -> String {
    match text.len() > SHOWN_CHARACTERS {
        true => format!("{}...", quoted(&text.chars().take(SHOWN_CHARACTERS).collect::<String>())),
        false => quoted(text),
    }
}

/// Between single quotes.
pub(super) fn quoted_char(c: char) -> String {
    let mut quoted = String::from("'");
    push_go_escaped(&mut quoted, c, '\'');
    quoted.push('\'');
    quoted
}

/// Go's `%#U`: `U+0041 'A'`.
pub(super) fn unicode_form(c: char) -> String {
    let form = format!("U+{:04X}", u32::from(c));
    if is_go_printable(c) { format!("{form} '{c}'") } else { form }
}

/// What a literal stands for, its quotes among its text; None if it is none.
///
/// Bytes that are no UTF-8, written with `\x` or in octal, become U+FFFD: no label that is stored holds any.
pub(super) fn unquoted(literal: &str) -> Option<String> {
    let quote = literal.chars().next()?;
    let inner = literal.strip_prefix(quote)?.strip_suffix(quote)?;
    if quote == '`' || !inner.contains('\\') {
        return Some(inner.to_owned());
    }
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((plain, escape)) = rest.split_once('\\') {
        bytes.extend_from_slice(plain.as_bytes());
        rest = unescape(escape, &mut bytes)?;
    }
    bytes.extend_from_slice(rest.as_bytes());
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Adds what an escape sequence without its backslash stands for, and gives what follows it.
fn unescape<'t>(escape: &'t str, bytes: &mut Vec<u8>) -> Option<&'t str> {
    let kind = escape.chars().next()?;
    let rest = &escape[kind.len_utf8()..];
    let (digits, base) = match kind {
        'x' => (rest.get(..2)?, 16),
        'u' => (rest.get(..4)?, 16),
        'U' => (rest.get(..8)?, 16),
        '0'..='7' => (escape.get(..3)?, 8),
        _ => {
            bytes.push(match kind {
                'a' => 7,
                'b' => 8,
                'f' => 12,
                'n' => b'\n',
                'r' => b'\r',
                't' => b'\t',
                'v' => 11,
                '\\' | '\'' | '"' => u8::try_from(kind).ok()?,
                _ => return None,
            });
            return Some(rest);
        }
    };
    let code = u32::from_str_radix(digits, base).ok()?;
    match kind {
        'u' | 'U' => bytes.extend_from_slice(char::from_u32(code)?.encode_utf8(&mut [0; 4]).as_bytes()),
        _ => bytes.push(u8::try_from(code).ok()?),
    }
    let rest = if base == 8 { escape } else { rest };
    Some(&rest[digits.len()..])
}
