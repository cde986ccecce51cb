//! What replaces a match: Go's templates of `Regexp.Expand`, <https://pkg.go.dev/regexp#Regexp.Expand>.

use firefly_model::selection::CapturingRegex;
use regex::Captures;

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part<'a> {
    Text(&'a str),
    /// `$1`
    Number(usize),
    /// `${name}`
    Name(&'a str),
}

/// A template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template<'a>(Vec<Part<'a>>);

impl<'a> Template<'a> {
    /// Reads a template. A dollar sign that begins nothing stands for itself.
    pub fn new(mut text: &'a str) -> Self {
        let mut parts = Vec::new();
        while let Some((before, after)) = text.split_once('$') {
            parts.push(Part::Text(before));
            if let Some(rest) = after.strip_prefix('$') {
                parts.push(Part::Text("$"));
                text = rest;
            } else if let Some((name, rest)) = reference(after) {
                parts.push(number(name).map_or(Part::Name(name), Part::Number));
                text = rest;
            } else {
                parts.push(Part::Text("$"));
                text = after;
            }
        }
        parts.push(Part::Text(text));
        Self(parts)
    }

    /// The template with what has been captured. A group that is not there or has captured nothing leaves nothing; of
    /// groups with the same name the first that has captured something counts.
    pub fn expand(&self, regex: &CapturingRegex, captures: &Captures<'_>) -> String {
        let mut text = String::new();
        for part in &self.0 {
            let captured = match part {
                Part::Text(plain) => Some(*plain),
                Part::Number(at) => captures.get(*at).map(|group| group.as_str()),
                Part::Name(name) => {
                    regex.groups_named(name).find_map(|group| captures.get(group).map(|group| group.as_str()))
                }
            };
            text.push_str(captured.unwrap_or_default());
        }
        text
    }
}

/// The name that follows a dollar sign, with or without braces, and what comes after.
fn reference(text: &str) -> Option<(&str, &str)> {
    let (in_braces, text) = match text.strip_prefix('{') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let is_word = |character: char| character.is_alphabetic() || is_digit(character) || character == '_';
    let end = text.find(|character| !is_word(character)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return None;
    }
    Some((name, if in_braces { rest.strip_prefix('}')? } else { rest }))
}

/// Decimal digits; of other scripts the most common are known, unlike Go, which knows them all.
fn is_digit(character: char) -> bool {
    character.is_ascii_digit()
        || matches!(u32::from(character), 0x660..=0x669 | 0x6f0..=0x6f9 | 0x966..=0x96f | 0xff10..=0xff19)
}

/// A name of digits, without zeros in front, up to a little above 10^8.
fn number(name: &str) -> Option<usize> {
    let is_number = name.bytes().all(|byte| byte.is_ascii_digit())
        && (name == "0" || !name.starts_with('0'))
        && name.len() <= 9;
    is_number.then(|| name.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(pattern: &str, value: &str, template: &str) -> String {
        let regex = CapturingRegex::new(pattern).unwrap();
        Template::new(template).expand(&regex, &regex.captures(value).unwrap())
    }

    #[test]
    fn groups_are_named_by_number_and_name() {
        assert_eq!(expand("(.)(?P<b>.)", "xy", "$2-$1-${b}-$b-$0"), "y-x-y-y-xy");
        assert_eq!(expand("(.)(.)?", "x", "<$2$3${c}>"), "<>");
    }

    #[test]
    fn a_name_is_as_long_as_it_can_be() {
        assert_eq!(expand("(.)", "x", "$1x|${1}x|$1_|$1-"), "|xx||x-");
    }

    #[test]
    fn dollars_that_begin_nothing_are_dollars() {
        assert_eq!(expand("(.)", "x", "$$1 $ $- ${1 ${} $"), "$1 $ $- ${1 ${} $");
        assert_eq!(expand("(.)", "x", "$01$1"), "x");
    }
}
