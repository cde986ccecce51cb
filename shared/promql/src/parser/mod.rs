//! From text to expression.

mod ast;
mod functions;

pub use ast::{
    Aggregate, AggregateOp, At, Binary, BinaryOp, Call, Cardinality, Expr, ExprKind, Grouping,
    MatrixSelector, Span, Subquery, ValueType, VectorMatching, VectorSelector,
};
pub use functions::{Arity, FUNCTIONS, Signature, signature};

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

/// As Prometheus has it: `1:5: parse error: unexpected end of input`.
impl std::fmt::Display for ParseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: parse error: {}", self.position, self.message)
    }
}

impl std::error::Error for ParseError {}

/// Parses and checks a query.
///
/// # Errors
///
/// If it is none, in Prometheus' words.
pub fn parse(_query: &str) -> Result<Expr, ParseError> {
    todo!()
}
