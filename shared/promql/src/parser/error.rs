//! What is wrong with a query.

use super::Span;

/// What is wrong with a query, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Where, in bytes of the query.
    pub span: Span,
    /// `line:column` of it, both from 1.
    pub position: String,
    /// What, in Prometheus' words.
    pub message: String,
}

impl ParseError {
    pub(super) fn new(query: &str, span: Span, message: impl Into<String>) -> Self {
        let position = match query.is_empty() {
            true => "unknown position".to_owned(),
            false => span.position_in(query),
        };
        Self { span, position, message: message.into() }
    }
}

/// As Prometheus has it: `1:5: parse error: unexpected end of input`.
impl std::fmt::Display for ParseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: parse error: {}", self.position, self.message)
    }
}

impl std::error::Error for ParseError {}
