//! What the groups of an expression capture.

use regex::{Captures, Regex};

use super::translate::translate_with_groups;
use super::{MatcherError, build};

/// A regular expression that has to match a whole value, by the rules of matchers, with groups.
#[derive(Clone, Debug)]
pub struct CapturingRegex {
    regex: Regex,
    names: Vec<String>,
}

impl CapturingRegex {
    /// Compiles an expression.
    ///
    /// # Errors
    ///
    /// If it is none, or too large.
    pub fn new(pattern: &str) -> Result<Self, MatcherError> {
        let (translated, names) = translate_with_groups(pattern).map_err(MatcherError)?;
        Ok(Self { regex: build(&translated, pattern)?, names })
    }

    /// What is captured of a value by each group, that of number 0 being the whole; None if it does not match.
    pub fn captures<'v>(&self, value: &'v str) -> Option<Captures<'v>> {
        self.regex.captures(value)
    }

    /// The numbers of the groups of a name, which several may have.
    pub fn groups_named(&self, name: &str) -> impl Iterator<Item = usize> {
        let named = self.names.iter().zip(1..).filter(move |(group, _)| **group == name);
        named.map(|(_, number)| number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captured(pattern: &str, value: &str) -> Vec<String> {
        let regex = CapturingRegex::new(pattern).unwrap();
        let captures = regex.captures(value).unwrap();
        captures.iter().map(|group| group.map_or("-", |group| group.as_str()).to_owned()).collect()
    }

    #[test]
    fn groups_are_numbered_and_preferences_kept() {
        assert_eq!(captured("(a+)(a*)", "aaa"), ["aaa", "aaa", ""]);
        assert_eq!(captured("(a+?)(a*)", "aaa"), ["aaa", "a", "aa"]);
        assert_eq!(captured("(?U)(a+)(a*?)", "aaa"), ["aaa", "a", "aa"]);
        assert_eq!(captured("(a{1,2}?)(?:a)(a*)|(b)", "aaa"), ["aaa", "a", "a", "-"]);
        assert_eq!(captured("(?i:(x))(?s:.)(y)", "X\ny"), ["X\ny", "X", "y"]);
    }

    #[test]
    fn names_may_be_shared() {
        let regex = CapturingRegex::new("(?P<a>x)|(y)|(?<a>z)").unwrap();
        assert_eq!(regex.groups_named("a").collect::<Vec<_>>(), [1, 3]);
        assert_eq!(regex.groups_named("b").count(), 0);
    }

    #[test]
    fn errors_are_those_of_matchers() {
        assert_eq!(
            CapturingRegex::new("(").unwrap_err().to_string(),
            "error parsing regexp: missing closing ): `(`"
        );
        assert!(CapturingRegex::new("a").unwrap().captures("ab").is_none());
    }
}
