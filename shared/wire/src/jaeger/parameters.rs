//! The parameters of a query string, `application/x-www-form-urlencoded`.

use std::borrow::Cow;

use firefly_model::UnixNanos;

use crate::limits;

/// Decoded names and values, in the order in which they came.
#[derive(Debug)]
pub struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

/// Why a request is not answered: its parameters.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// A parameter without which nothing can be answered.
    #[error("parameter '{0}' is required")]
    Missing(&'static str),
    /// A parameter whose value cannot be read.
    #[error("unable to parse param '{name}': {problem}")]
    Malformed {
        /// Its name.
        name: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// Bounds of durations that no span lies between.
    #[error("'{longest}' should be greater than '{shortest}'")]
    NoDuration {
        /// Name of the upper bound.
        longest: &'static str,
        /// Name of the lower bound.
        shortest: &'static str,
    },
    /// More values than are looked for at once.
    #[error("more than {cap} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there may be.
        cap: usize,
    },
}

impl ParameterError {
    /// An id in a path that is none, and what is expected.
    pub fn trace_id(problem: &'static str) -> Self {
        Self::malformed("traceID", problem)
    }

    /// A parameter whose value cannot be read.
    pub(super) fn malformed(name: &'static str, problem: impl ToString) -> Self {
        Self::Malformed { name, problem: problem.to_string() }
    }
}

impl<'a> Parameters<'a> {
    /// Reads a query string, still encoded. What is not UTF-8 becomes U+FFFD; nothing is refused.
    pub fn parse(query: &'a str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).take(limits::PARAMETERS).collect())
    }

    /// The first value of a name, unless it is empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next().filter(|value| !value.is_empty())
    }

    /// The first value that is not empty, of any of these names, and under which name.
    pub(super) fn any(&self, names: &[&'static str]) -> Option<(&'static str, &str)> {
        names.iter().find_map(|name| Some((*name, self.get(name)?)))
    }

    /// All values of a name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(present, _)| present == name).map(|(_, value)| &**value)
    }

    /// A whole number.
    pub(super) fn number(&self, name: &'static str) -> Result<Option<i64>, ParameterError> {
        let parse = |text: &str| {
            text.parse::<i64>().map_err(|_| ParameterError::malformed(name, "expected a whole number"))
        };
        self.get(name).map(parse).transpose()
    }

    /// Checks that a parameter is true or false, in one of Go's spellings, if it is there.
    pub(super) fn check_bool(&self, names: &[&'static str]) -> Result<(), ParameterError> {
        const SPELLINGS: [&str; 12] =
            ["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"];
        match self.any(names) {
            Some((name, value)) if !SPELLINGS.contains(&value) => {
                Err(ParameterError::malformed(name, "expected true or false"))
            }
            _ => Ok(()),
        }
    }
}

/// A part of a path, decoded.
pub fn path_segment(encoded: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(encoded).decode_utf8_lossy()
}

/// A point in time from a count of some unit since 1970; times before it become 1970.
pub(super) fn since_epoch(count: i64, unit_nanos: u64) -> UnixNanos {
    UnixNanos(u64::try_from(count).unwrap_or(0).saturating_mul(unit_nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_decoded_and_repeated_ones_kept() {
        let parameters = Parameters::parse("tag=a%3Ab&tag=c+d%2B&empty=&bad=%zz%ff");
        assert_eq!(parameters.all("tag").collect::<Vec<_>>(), ["a:b", "c d+"]);
        assert_eq!(parameters.get("empty"), None);
        assert_eq!(parameters.get("bad"), Some("%zz\u{fffd}"));
        assert_eq!(parameters.get("absent"), None);
        assert_eq!(path_segment("a%2Fb+c%"), "a/b+c%");
    }

    #[test]
    fn numbers_and_booleans_are_checked() {
        let parameters = Parameters::parse("a=-7&b=1.5&c=T&d=yes");
        assert_eq!(parameters.number("a"), Ok(Some(-7)));
        assert_eq!(parameters.number("x"), Ok(None));
        assert_eq!(
            parameters.number("b").unwrap_err().to_string(),
            "unable to parse param 'b': expected a whole number"
        );
        assert_eq!(parameters.check_bool(&["c"]), Ok(()));
        assert!(parameters.check_bool(&["x", "d"]).is_err());
    }

    #[test]
    fn there_is_no_end_of_time() {
        assert_eq!(since_epoch(-1, 1_000), UnixNanos(0));
        assert_eq!(since_epoch(i64::MAX, 1_000_000), UnixNanos(u64::MAX));
    }
}
