//! Configuration from environment variables, through a lookup that tests replace.

use std::fmt::Display;

/// Looks up variables. In a function: `Environment::new(&|name| std::env::var(name).ok())`.
#[derive(Clone, Copy)]
pub struct Environment<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
}

/// A variable that is missing or malformed. The value is never part of it: it may be a secret.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A variable without which nothing works.
    #[error("the environment variable {name} is not set; expected {form}")]
    Missing {
        /// Its name.
        name: &'static str,
        /// What it should hold.
        form: &'static str,
    },
    /// A variable whose value cannot be read.
    #[error("the environment variable {name} is malformed: {problem}; expected {form}")]
    Malformed {
        /// Its name.
        name: &'static str,
        /// What is wrong, without the value.
        problem: String,
        /// What it should hold.
        form: &'static str,
    },
}

impl<'a> Environment<'a> {
    /// Looks variables up by this function.
    pub fn new(lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { lookup }
    }

    /// A variable's value, unless it is unset or empty.
    pub fn text(&self, name: &str) -> Option<String> {
        (self.lookup)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// A variable that may be left out.
    ///
    /// # Errors
    ///
    /// If it is set and `parse` refuses it. `form` says what is accepted.
    pub fn optional<T, E: Display>(
        &self,
        name: &'static str,
        form: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, ConfigError> {
        let malformed = |problem: E| ConfigError::Malformed { name, problem: problem.to_string(), form };
        self.text(name).map(|value| parse(&value).map_err(malformed)).transpose()
    }

    /// A variable that must be there.
    ///
    /// # Errors
    ///
    /// If it is not set, or `parse` refuses it. `form` says what is accepted.
    pub fn required<T, E: Display>(
        &self,
        name: &'static str,
        form: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, ConfigError> {
        self.optional(name, form, parse)?.ok_or(ConfigError::Missing { name, form })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_variable_and_the_accepted_form() {
        let lookup = |name: &str| match name {
            "DAYS" => Some("many".to_owned()),
            "EMPTY" => Some(" ".to_owned()),
            _ => None,
        };
        let environment = Environment::new(&lookup);
        let parse = str::parse::<u32>;
        assert_eq!(
            environment.required("DAYS", "a number of days", parse).unwrap_err().to_string(),
            "the environment variable DAYS is malformed: invalid digit found in string; expected a number of days"
        );
        for unset in ["EMPTY", "ABSENT"] {
            assert_eq!(environment.optional(unset, "a number", parse), Ok(None));
            assert!(environment.required(unset, "a number", parse).unwrap_err().to_string().contains(unset));
        }
    }
}
