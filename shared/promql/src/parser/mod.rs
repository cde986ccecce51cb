//! From text to expression.
//!
//! Equal to Prometheus 3.14 in what is accepted, in what is said of the rest and of which place, and in where expressions
//! stand. Prometheus shows the first error only, so the parser stops there; the order in which errors come up follows from
//! when its LALR(1) parser reduces, and whether it has looked one token ahead by then.
//!
//! Left out are the description of series for tests, and what Prometheus has behind feature flags, which is refused in its
//! words. Lengths of time that are computed, `[5m * 2]`, are stable there. Beyond it, the length and the depth of a query have caps; see [`MAX_BYTES`],
//! [`MAX_NESTING`] and [`MAX_DEPTH`].

mod ast;
mod braces;
mod calls;
mod check;
mod compute;
mod cursor;
mod durations;
mod error;
mod expressions;
mod functions;
mod grouping;
mod lengths;
mod lexer;
mod numbers;
mod pretty;
mod print;
mod quote;
mod ranges;
mod times;
mod token;

#[cfg(test)]
mod compute_tests;
#[cfg(test)]
mod golden_tests;
#[cfg(test)]
mod tests;

use firefly_model::selection::Matcher;

pub use ast::{
    Aggregate, AggregateOp, At, Binary, BinaryOp, Call, Cardinality, Expr, ExprKind, Grouping,
    MatrixSelector, Notation, Span, Subquery, SubqueryLengths, ValueType, VectorMatching, VectorSelector,
};
pub use compute::with_lengths;
pub use error::ParseError;
pub use functions::{Arity, FUNCTIONS, Signature, signature};
pub use lengths::{Length, LengthKind};
pub use pretty::pretty;
pub(crate) use quote::quoted;

use cursor::Parser;

/// The longest query, in bytes: far above any that a person or dashboard writes, and small enough that even the worst is
/// parsed in milliseconds.
pub const MAX_BYTES: usize = 64 << 10;

/// How deep expressions may nest in one another, as in `sum(abs((a)))`, so that parsing fits the stack of a thread, 2 MiB,
/// even in a debug build and with a regular expression to compile in the innermost. Queries of dashboards stay below 15.
pub const MAX_NESTING: usize = 80;

/// How deep the tree of an expression may be. Chains such as `a + b + c`, which nest to the left and are parsed in a loop, make
/// it deeper than [`MAX_NESTING`]; whatever walks the tree has to fit the stack.
pub const MAX_DEPTH: usize = 250;

/// Parses and checks a query.
///
/// # Errors
///
/// If it is none, in Prometheus' words.
pub fn parse(query: &str) -> Result<Expr, ParseError> {
    let mut expr = Parser::new(query)?.whole_expression()?;
    check::check(query, &mut expr)?;
    Ok(expr)
}

/// Parses a selector of series alone, such as those of `match[]`: `up{job="shop"}`. One that selects everything is one too.
///
/// # Errors
///
/// If it is none, in Prometheus' words.
pub fn parse_selector(text: &str) -> Result<Vec<Matcher>, ParseError> {
    Ok(Parser::new(text)?.whole_selector()?.matchers)
}
