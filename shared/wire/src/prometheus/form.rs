//! The parameters of a request: its form and its query string, `application/x-www-form-urlencoded`.

use std::borrow::Cow;

use crate::limits;
use firefly_model::selection::quote_go;

/// Decoded names and values: those of the form, then those of the query string.
#[derive(Debug, Default)]
pub struct Form<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

/// Why a request is not answered: its parameters, in Prometheus' words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// A parameter whose value cannot be used.
    #[error("invalid parameter {}: {problem}", quote_go(.name))]
    Invalid {
        /// Its name.
        name: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl ParameterError {
    /// A parameter whose value cannot be used.
    pub fn invalid(name: &'static str, problem: impl ToString) -> Self {
        Self::Invalid { name, problem: problem.to_string() }
    }
}

impl<'a> Form<'a> {
    /// Reads a form and a query string, still encoded. What is not UTF-8 becomes U+FFFD; nothing is refused.
    pub fn parse(form: &'a [u8], query: &'a str) -> Self {
        let pairs = form_urlencoded::parse(form).chain(form_urlencoded::parse(query.as_bytes()));
        Self(pairs.take(limits::PARAMETERS).collect())
    }

    /// The first value of a name; empty without one.
    pub fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// All values of a name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(present, _)| present == name).map(|(_, value)| &**value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_comes_before_the_query_string() {
        let form = Form::parse(b"query=1%2B1&match[]=a&match%5B%5D=b", "query=2&match[]=c+d&time=4");
        assert_eq!((form.get("query"), form.get("time"), form.get("step")), ("1+1", "4", ""));
        assert_eq!(form.all("match[]").collect::<Vec<_>>(), ["a", "b", "c d"]);
    }

    #[test]
    fn errors_name_the_parameter() {
        assert_eq!(ParameterError::invalid("end", "no").to_string(), r#"invalid parameter "end": no"#);
        assert_eq!(ParameterError::Other("no".into()).to_string(), "no");
    }
}
