//! Regular expressions as Prometheus reads them: RE2's syntax, the whole value, and a dot that matches newlines.

use regex::{Regex, RegexBuilder};

use super::MatcherError;

/// The largest automaton of one expression.
const COMPILED_BYTES: usize = 1 << 20;

/// Compiles an expression that has to match a whole value.
pub(super) fn compile(pattern: &str) -> Result<Regex, MatcherError> {
    RegexBuilder::new(&format!("^(?s:{pattern})$"))
        .size_limit(COMPILED_BYTES)
        .build()
        .map_err(|error| MatcherError(error.to_string()))
}
