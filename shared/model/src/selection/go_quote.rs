//! Texts in quotes as Go writes them: `strconv.Quote`, <https://pkg.go.dev/strconv#Quote>, and the verb `%q`.

use std::sync::LazyLock;

use regex::Regex;

/// A text between double quotes, with escapes for what is not printable.
pub fn quote_go(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    text.chars().for_each(|c| push_go_escaped(&mut quoted, c, '"'));
    quoted.push('"');
    quoted
}

/// Appends a character as it stands between quotes of a kind.
pub fn push_go_escaped(text: &mut String, c: char, quote: char) {
    let escaped = match c {
        '\u{7}' => "\\a",
        '\u{8}' => "\\b",
        '\u{c}' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\u{b}' => "\\v",
        '\\' => "\\\\",
        _ if c == quote => {
            text.push('\\');
            return text.push(c);
        }
        _ if is_go_printable(c) => return text.push(c),
        _ => {
            let code = u32::from(c);
            &match code {
                0..0x20 | 0x7f => format!("\\x{code:02x}"),
                0..0x1_0000 => format!("\\u{code:04x}"),
                _ => format!("\\U{code:08x}"),
            }
        }
    };
    text.push_str(escaped);
}

/// As Go's `strconv.IsPrint`: letters, marks, numbers, punctuation, symbols and the space.
pub fn is_go_printable(c: char) -> bool {
    static PRINTABLE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^[\p{L}\p{M}\p{N}\p{P}\p{S}]$").ok());
    match c {
        ' '..='~' => true,
        _ if c.is_ascii() => false,
        _ => PRINTABLE.as_ref().is_none_or(|printable| printable.is_match(c.encode_utf8(&mut [0; 4]))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Go 1.26 quotes them.
    #[test]
    fn texts_are_quoted_as_go_quotes_them() {
        assert_eq!(quote_go("up"), r#""up""#);
        assert_eq!(quote_go("a\"b\\c\nd\te\x07"), r#""a\"b\\c\nd\te\a""#);
        assert_eq!(quote_go("\x01\x7f"), r#""\x01\x7f""#);
        assert_eq!(quote_go("\u{80}\u{a0}\u{feff}\u{10ffff}"), r#""\u0080\u00a0\ufeff\U0010ffff""#);
        assert_eq!(quote_go("grün 日本 😀 e\u{301}"), "\"grün 日本 😀 e\u{301}\"");
    }
}
