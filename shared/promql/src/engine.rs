//! Answering a query.

use std::time::Instant;

use firefly_model::selection::{Limits, Selection, Times};

use crate::evaluate::{Budget, Evaluator, Scope, Selected, finish, selections};
use crate::parser::{ValueType, with_lengths};
use crate::{Answer, Expr, QueryError, Storage};

/// How far back instant selectors look if nothing else is said: Prometheus' default.
const LOOKBACK_MS: i64 = 5 * 60_000;

/// A query.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// What is asked.
    pub expr: &'a Expr,
    /// At which times.
    pub times: Times,
    /// The end that was asked for, which `@ end()` means: not before the last of the times, and less than a step behind it.
    pub end_ms: i64,
    /// Whether it is a range query, whose answer is a matrix, even if of one time.
    pub is_range: bool,
    /// How far back instant selectors look, in milliseconds; None for five minutes.
    pub lookback_ms: Option<i64>,
}

impl<'a> Query<'a> {
    /// An instant query.
    pub fn instant(expr: &'a Expr, at_ms: i64) -> Self {
        Self { expr, times: Times::once(at_ms), end_ms: at_ms, is_range: false, lookback_ms: None }
    }

    /// A range query, of steps greater than 0 from the start up to the end, which is not before it.
    pub fn range(expr: &'a Expr, start_ms: i64, end_ms: i64, step_ms: i64) -> Self {
        let steps = end_ms.saturating_sub(start_ms).checked_div(step_ms).unwrap_or_default();
        let count = usize::try_from(steps).unwrap_or_default().saturating_add(1);
        Self {
            expr,
            times: Times { first_ms: start_ms, step_ms, count },
            end_ms,
            is_range: true,
            lookback_ms: None,
        }
    }

    pub(crate) fn lookback_or_default_ms(&self) -> i64 {
        self.lookback_ms.unwrap_or(LOOKBACK_MS)
    }
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
        let value_type = query.expr.value_type();
        if query.is_range && !matches!(value_type, ValueType::Scalar | ValueType::Vector) {
            return Err(QueryError::RangeOf(value_type));
        }
        let step_ms = if query.is_range { query.times.step_ms } else { 0 };
        let range_ms = query.end_ms.saturating_sub(query.times.first_ms);
        let expr = with_lengths(query.expr, step_ms, range_ms).map_err(QueryError::Length)?;
        let query = &Query { expr: &expr, ..*query };
        let mut budget = Budget::new(self.limits, deadline);
        budget.allow_steps(query.times.count)?;
        let scope = Scope::of(query);
        let needed = selections(query, scope, &budget)?;
        let mut answers = Vec::new();
        if !needed.is_empty() {
            let selections: Vec<Selection> = needed.iter().map(|(selection, _)| selection.clone()).collect();
            answers = storage.select(&selections, self.limits, deadline).await?;
        }
        let selected = Selected::new(needed, answers, &mut budget)?;
        let mut evaluator = Evaluator::new(query, selected, budget);
        let value = finish(query, &mut evaluator, scope)?;
        Ok(evaluator.into_answer(value))
    }
}
