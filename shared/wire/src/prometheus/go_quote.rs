//! Text in quotes as Go writes it in messages: `strconv.Quote`, <https://pkg.go.dev/strconv#Quote>.
//!
//! Which characters beyond ASCII are printable is left to Rust, whose tables are of about the same age.

use std::fmt::Write;

/// A text in double quotes, with everything escaped that would not be seen.
pub fn go_quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{b}' => quoted.push_str("\\v"),
            ' '..='~' => quoted.push(char),
            _ if is_printable(char) => quoted.push(char),
            _ => push_escape(&mut quoted, u32::from(char)),
        }
    }
    quoted.push('"');
    quoted
}

fn is_printable(char: char) -> bool {
    // The replacement character stands for bytes that were no text, and marks are seen on what they follow.
    char.escape_debug().len() == 1 || (!char.is_ascii() && !char.is_control() && char.is_alphanumeric())
}

fn push_escape(quoted: &mut String, code: u32) {
    // Writing to a String cannot fail.
    let _infallible = match code {
        0..0x80 => write!(quoted, "\\x{code:02x}"),
        0x80..0x1_0000 => write!(quoted, "\\u{code:04x}"),
        _ => write!(quoted, "\\U{code:08x}"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_escaped() {
        for (text, quoted) in [
            ("", r#""""#),
            ("a\"b\\c", r#""a\"b\\c""#),
            ("\u{7}\u{8}\u{c}\n\r\t\u{b}", r#""\a\b\f\n\r\t\v""#),
            ("\0\u{1f}\u{7f}", r#""\x00\x1f\x7f""#),
            ("é日😀", r#""é日😀""#),
            ("\u{85}\u{2028}\u{e0001}", r#""\u0085\u2028\U000e0001""#),
        ] {
            assert_eq!(go_quote(text), quoted);
        }
    }
}
