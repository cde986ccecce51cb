//! Why a query has no answer.

use std::error::Error;

use crate::parser::ValueType;

/// Why a query that was parsed has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// What Prometheus refuses while it evaluates, in its words, such as `found duplicate series for the match group …`.
    #[error("{0}")]
    Execution(String),
    /// A range query of something that has no value for each step.
    #[error(
        "invalid expression type \"{}\" for range query, must be Scalar or instant Vector",
        .0.documented()
    )]
    RangeOf(ValueType),
    /// A length of time, computed from the query's step or range, that is none.
    #[error("{0}")]
    Length(String),
    /// More samples than a query may load or hold at once.
    #[error(
        "query processing would load too many samples into memory in query execution: over {limit}; ask for a shorter \
        range, a longer step or fewer series"
    )]
    TooManySamples {
        /// How many it may.
        limit: usize,
    },
    /// More series than a query may load.
    #[error("the selectors of the query name more than {limit} series; narrow them with more matchers")]
    TooManySeries {
        /// How many it may.
        limit: usize,
    },
    /// The deadline has passed.
    #[error("query timed out in {phase}; ask for a shorter range, a longer step or fewer series")]
    TimedOut {
        /// What was being done.
        phase: &'static str,
    },
    /// The storage failed.
    #[error("the samples could not be read")]
    Storage(#[source] Box<dyn Error + Send + Sync>),
}
