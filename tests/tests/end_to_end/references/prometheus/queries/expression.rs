//! A generated expression: a text with expressions in it.

use std::fmt;

/// What an expression's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Scalar,
    Vector,
    Matrix,
}

/// An expression, as pieces of text and the expressions between them.
#[derive(Clone, Debug)]
pub struct Expression {
    pub is: Type,
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Expression(Expression),
}

impl Expression {
    pub fn new(is: Type) -> Self {
        Self { is, parts: Vec::new() }
    }

    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.parts.push(Part::Text(text.into()));
        self
    }

    pub fn with(mut self, inner: Self) -> Self {
        self.parts.push(Part::Expression(inner));
        self
    }

    /// A call of a function.
    pub fn call(is: Type, function: &str, arguments: impl IntoIterator<Item = Self>) -> Self {
        let mut call = Self::new(is).text(format!("{function}("));
        for (index, argument) in arguments.into_iter().enumerate() {
            call = if index > 0 { call.text(", ") } else { call }.with(argument);
        }
        call.text(")")
    }

    pub fn in_parentheses(self) -> Self {
        Self::new(self.is).text("(").with(self).text(")")
    }

    /// The expressions in it, the deepest first.
    pub fn inner(&self) -> Vec<&Self> {
        let own = self.parts.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Expression(inner) => Some(inner),
        });
        own.flat_map(|inner| inner.inner().into_iter().chain([inner])).collect()
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Text(text) => out.write_str(text),
            Part::Expression(inner) => inner.fmt(out),
        })
    }
}
