//! Answering a query.

use std::time::Instant;

use firefly_model::selection::{Limits, SelectedSeries, Selection, Times};

use crate::evaluate::{Budget, Evaluator, Frame, Scope, Selections};
use crate::{Annotations, Answer, Expr, QueryError, Storage};

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

    /// Answers a query before the deadline. What `end()` means in it is its last time.
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
        self.answer_until(query, query.times.last_ms(), storage, deadline).await
    }

    /// Like [`Self::answer`], of a range query that ends between its last step and the next: `end()` is when it ends.
    ///
    /// # Errors
    ///
    /// As [`Self::answer`].
    pub async fn answer_until<S: Storage>(
        &self,
        query: &Query<'_>,
        end_ms: i64,
        storage: &S,
        deadline: Instant,
    ) -> Result<Answer, QueryError> {
        let mut budget = Budget::new(self.limits, deadline);
        budget.allow_steps(query.times.count)?;
        let scope = Scope::new(query, end_ms);
        let frame = Frame { times: query.times, is_stepped: query.is_range };
        let selections = Selections::collect(query.expr, frame, scope, &budget)?;
        let series = self.select(&selections.list, storage, deadline).await?;
        let selected = selections.answered(series);
        budget.load(selected.series(), selected.samples())?;
        let mut evaluator = Evaluator { scope, selected, budget, annotations: Annotations::default() };
        let value = evaluator.answer(query.expr, frame)?;
        let statistics = evaluator.budget.statistics();
        Ok(Answer { value, annotations: evaluator.annotations, statistics })
    }

    async fn select<S: Storage>(
        &self,
        selections: &[Selection],
        storage: &S,
        deadline: Instant,
    ) -> Result<Vec<Vec<SelectedSeries>>, QueryError> {
        if selections.is_empty() {
            return Ok(Vec::new());
        }
        Ok(storage.select(selections, self.limits, deadline).await?)
    }
}
