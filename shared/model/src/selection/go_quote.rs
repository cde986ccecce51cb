//! Texts in quotes as Go writes them: `strconv.Quote`, <https://pkg.go.dev/strconv#Quote>, and the verb `%q`.
//!
//! Which characters count as printable is taken from the common cases, not from Go's tables: of rare marks one may be
//! escaped here and not there.

use std::fmt::Write as _;

/// A text in double quotes, with escapes for what is not printable.
pub fn quote_go(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        push(&mut quoted, character);
    }
    quoted.push('"');
    quoted
}

fn push(quoted: &mut String, character: char) {
    let escaped = match character {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\x07' => "\\a",
        '\x08' => "\\b",
        '\x0c' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\x0b' => "\\v",
        _ if is_printable(character) => {
            quoted.push(character);
            return;
        }
        _ => "",
    };
    let code = u32::from(character);
    // Writing to a text cannot fail.
    match code {
        _ if !escaped.is_empty() => quoted.push_str(escaped),
        ..0x80 => write!(quoted, "\\x{code:02x}").unwrap_or_default(),
        0x80..0x1_0000 => write!(quoted, "\\u{code:04x}").unwrap_or_default(),
        _ => write!(quoted, "\\U{code:08x}").unwrap_or_default(),
    }
}

/// Whether it is a letter, mark, number, sign or the plain space, and no control, format, private or other space.
fn is_printable(character: char) -> bool {
    let is_space = character.is_whitespace() && character != ' ';
    let is_format = matches!(
        u32::from(character),
        0xad | 0x600..=0x605 | 0x61c | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff
            | 0xfff0..=0xfffb | 0xe000..=0xf8ff | 0xfffe..=0xffff | 0xe_0000..
    );
    !(character.is_control() || is_space || is_format)
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
