//! What is expected of an answer beside its values.

use anyhow::{Context, Result, bail, ensure};
use regex::Regex;

/// A kind of thing that is said beside or instead of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An error.
    Fail,
    /// A warning.
    Warn,
    /// A remark.
    Info,
}

/// Which texts are meant.
#[derive(Clone, Debug)]
pub enum Text {
    /// Any.
    Any,
    /// This one.
    Equal(String),
    /// Those in which this is found.
    Matching(Regex),
}

impl Text {
    /// Whether a text is meant.
    pub fn is(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Equal(expected) => expected == text,
            Self::Matching(regex) => regex.is_match(text),
        }
    }
}

/// All that is expected beside values.
#[derive(Clone, Debug, Default)]
pub struct Expectations {
    texts: Vec<(Kind, Text)>,
    /// Kinds of which nothing may be said.
    forbidden: Vec<Kind>,
    /// Whether the series have to come in the order of the script.
    pub is_ordered: bool,
}

impl Expectations {
    /// Takes what follows the word `expect`.
    pub fn add(&mut self, text: &str) -> Result<()> {
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        match word {
            "ordered" => self.is_ordered = true,
            "no_warn" => self.forbidden.push(Kind::Warn),
            "no_info" => self.forbidden.push(Kind::Info),
            "fail" => self.texts.push((Kind::Fail, parse_text(rest)?)),
            "warn" => self.texts.push((Kind::Warn, parse_text(rest)?)),
            "info" => self.texts.push((Kind::Info, parse_text(rest)?)),
            _ => bail!("expected fail, warn, info, no_warn, no_info or ordered, not {word}"),
        }
        Ok(())
    }

    /// What an error has to say, if there has to be one.
    pub fn failure(&self) -> Option<&Text> {
        self.of(Kind::Fail).next()
    }

    /// Checks the warnings or remarks: each expected one is there, and if any is expected, no other.
    pub fn check(&self, kind: Kind, said: &[String]) -> Result<()> {
        if self.forbidden.contains(&kind) {
            ensure!(said.is_empty(), "expected no {kind:?}, got {said:?}");
        }
        for text in self.of(kind) {
            ensure!(said.iter().any(|said| text.is(said)), "expected {kind:?} {text:?}, got {said:?}");
        }
        let is_expected = |said: &&String| self.of(kind).any(|text| text.is(said));
        if self.of(kind).next().is_some() {
            let unexpected: Vec<_> = said.iter().filter(|said| !is_expected(said)).collect();
            ensure!(unexpected.is_empty(), "unexpected {kind:?}: {unexpected:?}");
        }
        Ok(())
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = &Text> {
        self.texts.iter().filter(move |(of, _)| *of == kind).map(|(_, text)| text)
    }
}

fn parse_text(text: &str) -> Result<Text> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Text::Any);
    }
    let (how, text) = text.split_once(':').context("expected msg: or regex:")?;
    match how {
        "msg" => Ok(Text::Equal(text.trim().to_owned())),
        "regex" => Ok(Text::Matching(Regex::new(text.trim())?)),
        _ => bail!("expected msg: or regex:, not {how}:"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[&str], said: &[&str]) -> bool {
        let mut expectations = Expectations::default();
        lines.iter().for_each(|line| expectations.add(line).unwrap());
        expectations.check(Kind::Warn, &said.iter().map(ToString::to_string).collect::<Vec<_>>()).is_ok()
    }

    #[test]
    fn what_is_expected_has_to_be_said_and_nothing_else() {
        assert!(check(&[], &["a"]) && check(&["warn"], &["a"]) && !check(&["warn"], &[]));
        assert!(check(&["warn msg: a", "warn regex: ^b"], &["bc", "a"]));
        assert!(!check(&["warn msg: a"], &["a", "b"]) && !check(&["warn msg: a", "warn msg: b"], &["a"]));
        assert!(check(&["no_warn", "no_info"], &[]) && !check(&["no_warn"], &["a"]));
        assert!(Expectations::default().add("nothing").is_err());
    }
}
