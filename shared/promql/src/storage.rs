//! Where series come from.

use std::error::Error;
use std::time::Instant;

use firefly_model::selection::{Limits, SelectedSeries, Selection};

use crate::QueryError;

/// Answers the selectors of queries.
pub trait Storage {
    /// The series of each selection, in any order, with what is needed of their samples, before the deadline.
    ///
    /// # Errors
    ///
    /// If there are more of them than the limits allow, or they cannot be read.
    fn select(
        &self,
        selections: &[Selection],
        limits: Limits,
        deadline: Instant,
    ) -> impl Future<Output = Result<Vec<Vec<SelectedSeries>>, SelectError>> + Send;
}

/// Why series are not there.
#[derive(Debug, thiserror::Error)]
pub enum SelectError {
    /// More samples than a query may load.
    #[error("the selectors of the query have more than {limit} samples")]
    TooManySamples {
        /// How many it may.
        limit: usize,
    },
    /// More series than a query may load.
    #[error("the selectors of the query have more than {limit} series")]
    TooManySeries {
        /// How many it may.
        limit: usize,
    },
    /// The deadline has passed.
    #[error("the samples could not be read in time")]
    TimedOut,
    /// Whatever else the storage says.
    #[error(transparent)]
    Failed(Box<dyn Error + Send + Sync>),
}

impl From<SelectError> for QueryError {
    fn from(error: SelectError) -> Self {
        match error {
            SelectError::TooManySamples { limit } => Self::TooManySamples { limit },
            SelectError::TooManySeries { limit } => Self::TooManySeries { limit },
            SelectError::TimedOut => Self::TimedOut { phase: "loading samples" },
            SelectError::Failed(source) => Self::Storage(source),
        }
    }
}
