//! Conditions on labels.

use super::re2::Pattern;

/// How a matcher compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MatchOp {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`
    Regex,
    /// `!~`
    NotRegex,
}

impl MatchOp {
    /// As it is written in PromQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Regex => "=~",
            Self::NotRegex => "!~",
        }
    }
}

/// A condition on one label. A label that is not there counts as one with an empty value.
#[derive(Clone, Debug)]
pub struct Matcher {
    name: String,
    op: MatchOp,
    value: String,
    /// Of the regular operators.
    pattern: Option<Pattern>,
}

/// Matchers are equal by what they say.
impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, self.op, &self.value) == (&other.name, other.op, &other.value)
    }
}

/// Why a regular expression is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MatcherError(pub(super) String);

impl Matcher {
    /// A matcher; a regular expression has to match the whole value, by the rules of RE2.
    ///
    /// # Errors
    ///
    /// If the regular expression is none.
    pub fn new(name: &str, op: MatchOp, value: &str) -> Result<Self, MatcherError> {
        let pattern = match op {
            MatchOp::Equal | MatchOp::NotEqual => None,
            MatchOp::Regex | MatchOp::NotRegex => Some(Pattern::new(value)?),
        };
        Ok(Self { name: name.to_owned(), op, value: value.to_owned(), pattern })
    }

    /// The matcher `name="value"`.
    pub fn equal(name: &str, value: &str) -> Self {
        Self { name: name.to_owned(), op: MatchOp::Equal, value: value.to_owned(), pattern: None }
    }

    /// Name of the label.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it compares.
    pub fn op(&self) -> MatchOp {
        self.op
    }

    /// What the label is compared with.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The values, sorted, that a regular expression names one by one, as in `a|b|c`: the only ones that match it. None if it
    /// names none so, or the matcher is not of a regular expression.
    pub fn alternatives(&self) -> Option<&[String]> {
        self.pattern.as_ref()?.values()
    }

    /// Whether a value of the label meets the condition.
    pub fn matches(&self, value: &str) -> bool {
        let is_regex_match = || self.pattern.as_ref().is_some_and(|pattern| pattern.matches(value));
        match self.op {
            MatchOp::Equal => self.value == value,
            MatchOp::NotEqual => self.value != value,
            MatchOp::Regex => is_regex_match(),
            MatchOp::NotRegex => !is_regex_match(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(op: MatchOp, pattern: &str, value: &str) -> bool {
        Matcher::new("a", op, pattern).unwrap().matches(value)
    }

    #[test]
    fn regular_expressions_match_the_whole_value_and_newlines() {
        assert!(matches(MatchOp::Regex, "a.*|b", "a\nc"));
        assert!(!matches(MatchOp::Regex, "a|b", "ab"));
        assert!(matches(MatchOp::NotRegex, "a|b", "ab"));
        assert!(matches(MatchOp::Regex, "", ""));
        assert!(Matcher::new("a", MatchOp::Regex, "(").is_err());
    }

    #[test]
    fn texts_are_compared_as_they_are() {
        assert!(matches(MatchOp::Equal, "a.c", "a.c") && !matches(MatchOp::Equal, "a.c", "abc"));
        assert!(matches(MatchOp::NotEqual, "a", "") && !matches(MatchOp::NotEqual, "", ""));
    }
}
