//! Answering a query.

use std::time::Instant;

use firefly_model::selection::{Limits, Times};

use crate::evaluate::{Evaluator, Scope, finish, selections};
use crate::parser::ValueType;
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
        let scope = Scope::of(query);
        let selections = selections(query, scope, self.limits)?;
        let mut selected = Vec::new();
        if !selections.is_empty() {
            selected = storage.select(&selections, self.limits, deadline).await?;
        }
        for series in &mut selected {
            series.sort_by(|one, other| one.labels.cmp(&other.labels));
        }
        let loaded = selections.into_iter().zip(selected).collect();
        let mut evaluator = Evaluator::new(query, loaded, self.limits, deadline);
        let value = finish(query, &mut evaluator, scope)?;
        Ok(evaluator.into_answer(value))
    }
}
