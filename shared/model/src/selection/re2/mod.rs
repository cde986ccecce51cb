//! Regular expressions as Prometheus reads them: Go's syntax, which is RE2's, the whole value, and a dot that matches
//! newlines (<https://pkg.go.dev/regexp/syntax>).
//!
//! Rust's syntax is close to it, but not the same: its `\d` knows all of Unicode, it subtracts and intersects classes, `{` has
//! to be escaped. So an expression is read by Go's rules, with Go's errors, and written anew for Rust. Where only whether a
//! value matches is of interest, what says which match is preferred is dropped.
//!
//! Beyond Go, the size of the automaton and the depth of groups have caps.

mod captures;
mod class;
mod escape;
mod shortcut;
mod translate;
mod unicode;

#[cfg(test)]
mod tests;

use regex::{Regex, RegexBuilder};

use super::MatcherError;
pub use captures::CapturingRegex;
use shortcut::Shortcut;

/// The largest automaton of one expression, in bytes: a query may have hundreds.
const COMPILED_BYTES: usize = 1 << 20;

/// How deep groups, repetitions, alternatives and sequences may nest for Rust, which are four for each of our groups.
const NEST_LIMIT: u32 = 4 * (translate::MAX_GROUPS + 2);

/// An expression that has to match a whole value.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    /// One that needs no automaton. Most of those that dashboards send are such.
    Shortcut(Shortcut),
    /// Any other.
    Automaton(Regex),
}

impl Pattern {
    /// Compiles an expression.
    pub(super) fn new(pattern: &str) -> Result<Self, MatcherError> {
        if let Some(shortcut) = Shortcut::new(pattern) {
            return Ok(Self::Shortcut(shortcut));
        }
        let translated = translate::translate(pattern).map_err(MatcherError)?;
        build(&translated, pattern).map(Self::Automaton)
    }

    /// Whether it matches this value.
    pub(super) fn matches(&self, value: &str) -> bool {
        match self {
            Self::Shortcut(shortcut) => shortcut.matches(value),
            Self::Automaton(regex) => regex.is_match(value),
        }
    }

    /// The only values that it matches, sorted, if it is written as a choice of texts.
    pub(super) fn values(&self) -> Option<&[String]> {
        match self {
            Self::Shortcut(Shortcut::Values(values)) => Some(values),
            _ => None,
        }
    }
}

/// Compiles what has been written anew.
fn build(translated: &str, pattern: &str) -> Result<Regex, MatcherError> {
    RegexBuilder::new(&format!(r"\A(?:{translated})\z"))
        .size_limit(COMPILED_BYTES)
        .nest_limit(NEST_LIMIT)
        .build()
        .map_err(|_| MatcherError(refusal(TOO_LARGE, pattern)))
}

const TOO_LARGE: &str = "expression too large";

/// An error as Go words it.
fn refusal(what: &str, part: &str) -> String {
    format!("error parsing regexp: {what}: `{part}`")
}
