//! Answering a query.

use std::time::Instant;

use firefly_model::selection::{Limits, Times};

use crate::{Answer, Expr, QueryError, Storage};

/// A query.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// What is asked.
    pub expr: &'a Expr,
    /// At which times.
    pub times: Times,
    /// Whether it is a range query, whose answer is a matrix, even if of one time.
    pub is_range: bool,
    /// How far back instant selectors look, in milliseconds; None for five minutes.
    pub lookback_ms: Option<i64>,
}

/// Evaluates queries.
#[derive(Clone, Copy, Debug)]
pub struct Engine {
    limits: Limits,
}

impl Engine {
    /// An engine with these limits.
    pub fn new(limits: Limits) -> Self {
        Self { limits }
    }

    /// Answers a query before the deadline.
    ///
    /// # Errors
    ///
    /// If it cannot be evaluated, takes more than the limits allow, or the storage fails.
    pub async fn answer<S: Storage>(
        &self,
        query: &Query<'_>,
        storage: &S,
        deadline: Instant,
    ) -> Result<Answer, QueryError> {
        let _ = (query, storage, deadline, self.limits);
        todo!()
    }
}
