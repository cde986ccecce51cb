//! Classes of characters: `[a-z]`, `\d`, `[[:alpha:]]`.

use super::escape::code;
use super::translate::Flags;
use super::{refusal, unicode};

/// A class that nothing is in, as Rust writes it.
pub(super) const NOTHING: &str = r"[^\x{0}-\x{10ffff}]";

/// Classes of POSIX, as Rust writes their insides.
const POSIX: [(&str, &str); 14] = [
    ("alnum", "0-9A-Za-z"),
    ("alpha", "A-Za-z"),
    ("ascii", r"\x00-\x7f"),
    ("blank", r"\t\x20"),
    ("cntrl", r"\x00-\x1f\x7f"),
    ("digit", "0-9"),
    ("graph", "!-~"),
    ("lower", "a-z"),
    ("print", r"\x20-~"),
    ("punct", r"!-/:-@\[-`\{-~"),
    ("space", r"\t-\r\x20"),
    ("upper", "A-Z"),
    ("word", "0-9A-Za-z_"),
    ("xdigit", "0-9A-Fa-f"),
];

/// A class of characters.
#[derive(Debug)]
pub(super) struct Class {
    is_negated: bool,
    /// What is in it, as Rust writes it.
    items: String,
}

impl Class {
    /// Of these items.
    pub(super) fn new(is_negated: bool, items: impl Into<String>) -> Self {
        Self { is_negated, items: items.into() }
    }

    /// `\d`, `\s`, `\w` or their negations, which are of ASCII, and what follows.
    pub(super) fn perl(text: &str) -> Option<(Self, &str)> {
        let kind = text.strip_prefix('\\')?.chars().next()?;
        let items = match kind.to_ascii_lowercase() {
            'd' => "0-9",
            's' => r"\t\n\x0c\r\x20",
            'w' => "0-9A-Za-z_",
            _ => return None,
        };
        Some((Self::new(kind.is_ascii_uppercase(), items), &text[2..]))
    }

    /// As Rust writes it.
    pub(super) fn written(&self, flags: Flags) -> String {
        match flags.folds_case {
            true => format!("(?i:{})", self.bracketed()),
            false => self.bracketed(),
        }
    }

    fn bracketed(&self) -> String {
        match (self.is_negated, self.items.is_empty()) {
            (false, true) => NOTHING.to_owned(),
            (true, true) => r"[\x{0}-\x{10ffff}]".to_owned(),
            (false, false) => format!("[{}]", self.items),
            (true, false) => format!("[^{}]", self.items),
        }
    }
}

/// The class in brackets at the beginning of this, and what follows it.
pub(super) fn brackets(whole: &str) -> Result<(Class, &str), String> {
    let inside = &whole[1..];
    let (is_negated, mut rest) = match inside.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, inside),
    };
    let mut items = String::new();
    let mut is_first = true;
    // A bracket that comes first is one of the class.
    while is_first || !rest.starts_with(']') {
        is_first = false;
        rest = match group(rest)? {
            Some((class, after)) => {
                items += &class.bracketed();
                after
            }
            None => range(whole, rest, &mut items)?,
        };
    }
    Ok((Class::new(is_negated, items), &rest[1..]))
}

/// A class within brackets.
fn group(text: &str) -> Result<Option<(Class, &str)>, String> {
    if let Some((name, after)) = text.strip_prefix("[:").and_then(|name| name.split_once(":]")) {
        let plain = name.strip_prefix('^').unwrap_or(name);
        let Some((_, items)) = POSIX.iter().find(|(posix, _)| *posix == plain) else {
            return Err(refusal("invalid character class range", &text[..text.len() - after.len()]));
        };
        return Ok(Some((Class::new(plain.len() < name.len(), *items), after)));
    }
    match unicode::class(text)? {
        Some(class) => Ok(Some(class)),
        None => Ok(Class::perl(text)),
    }
}

/// Adds a character or a range of them, and gives what follows.
fn range<'t>(whole: &str, text: &'t str, items: &mut String) -> Result<&'t str, String> {
    let (first, mut rest) = one(whole, text)?;
    let mut last = first;
    if rest.len() >= 2 && rest.starts_with('-') && !rest.starts_with("-]") {
        (last, rest) = one(whole, &rest[1..])?;
        if last < first {
            let part = &text[..text.len() - rest.len()];
            return Err(refusal("invalid character class range", part));
        }
    }
    // No value has surrogates in it, and Rust's syntax has none.
    let first = if is_surrogate(first) { 0xe000 } else { first };
    let last = if is_surrogate(last) { 0xd7ff } else { last };
    if first <= last {
        *items += &format!(r"\x{{{first:x}}}-\x{{{last:x}}}");
    }
    Ok(rest)
}

fn one<'t>(whole: &str, text: &'t str) -> Result<(u32, &'t str), String> {
    match text.chars().next() {
        None => Err(refusal("missing closing ]", whole)),
        Some('\\') => code(text),
        Some(c) => Ok((u32::from(c), &text[c.len_utf8()..])),
    }
}

fn is_surrogate(code: u32) -> bool {
    (0xd800..0xe000).contains(&code)
}
