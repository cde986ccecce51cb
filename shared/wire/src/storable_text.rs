//! Texts as PostgreSQL can hold them.

use std::borrow::Cow;

/// The text with U+FFFD for U+0000.
pub(crate) fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// As much of a text as fits.
pub(crate) fn cut(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_cut_between_characters_and_only_if_it_is_too_long() {
        assert_eq!((cut("aé", 2), cut("aé", 3), cut("a", 5), cut("é", 1)), ("a", "aé", "a", ""));
        assert_eq!(without_nul("a\0b"), "a\u{fffd}b");
    }
}
