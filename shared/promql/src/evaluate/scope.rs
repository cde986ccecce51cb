//! At which times a part of an expression is evaluated.

use firefly_model::selection::Times;

use crate::Query;
use crate::parser::{At, Call, Expr, ExprKind, Subquery, ValueType};

/// From one step of a subquery to the next if nothing else is said: Prometheus' default, its evaluation interval.
const SUBQUERY_STEP_MS: i64 = 60_000;

/// Functions whose value depends on the time of the step, not on their arguments alone.
const OF_THE_STEP: [&str; 11] = [
    "day_of_month",
    "day_of_week",
    "day_of_year",
    "days_in_month",
    "hour",
    "minute",
    "month",
    "predict_linear",
    "time",
    "timestamp",
    "year",
];

/// The times at which a part of an expression is evaluated, and what `@` means there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    pub times: Times,
    /// Whether the times are steps, even if there is only one.
    pub is_stepped: bool,
    /// What `start()` and `end()` mean.
    query_start_ms: i64,
    query_end_ms: i64,
}

impl Scope {
    /// The whole of a query.
    pub fn of(query: &Query<'_>) -> Self {
        Self {
            times: query.times,
            is_stepped: query.is_range,
            query_start_ms: query.times.first_ms,
            query_end_ms: query.end_ms,
        }
    }

    /// Whether the times are those of a range: one that ends with its first step is none.
    pub fn is_range(self) -> bool {
        self.times.count > 1 || self.is_stepped && self.query_end_ms > self.query_start_ms
    }

    /// Where an expression is evaluated: only once if its value is the same in every step.
    pub fn for_expr(self, expr: &Expr) -> Self {
        if self.is_stepped && is_repeatable(expr) {
            Self { times: Times::once(self.times.first_ms), is_stepped: false, ..self }
        } else {
            self
        }
    }

    /// The times at which a selector or subquery with this offset and modifier is looked at from here.
    pub fn looks(self, offset_ms: i64, at: Option<At>) -> Times {
        let at_ms = match at {
            None => {
                let first_ms = self.times.first_ms.saturating_sub(offset_ms);
                return Times { first_ms, ..self.times };
            }
            Some(At::Time(time_ms)) => time_ms,
            Some(At::Start) => self.query_start_ms,
            Some(At::End) => self.query_end_ms,
        };
        Times::once(at_ms.saturating_sub(offset_ms))
    }

    /// Where the expression of a subquery is evaluated: at the multiples of its step in all its windows, and between them.
    /// None if there is no such time.
    pub fn within(self, subquery: &Subquery) -> Option<Self> {
        let windows = self.looks(subquery.offset_ms, subquery.at);
        let step_ms = subquery.step_ms.unwrap_or(SUBQUERY_STEP_MS).max(1);
        let before_ms = windows.first_ms.saturating_sub(subquery.window_ms);
        // Rounded towards zero, as Prometheus does.
        let mut first_ms = (before_ms / step_ms).saturating_mul(step_ms);
        if first_ms <= before_ms {
            first_ms = first_ms.saturating_add(step_ms);
        }
        let steps = windows.last_ms().checked_sub(first_ms).filter(|length| *length >= 0)? / step_ms;
        let count = usize::try_from(steps).unwrap_or(usize::MAX).saturating_add(1);
        Some(Self { times: Times { first_ms, step_ms, count }, is_stepped: true, ..self })
    }
}

/// Whether a value is the same in every step, and can be repeated.
fn is_repeatable(expr: &Expr) -> bool {
    let can_be_repeated = matches!(expr.value_type(), ValueType::Scalar | ValueType::Vector);
    can_be_repeated && !matches!(expr.kind, ExprKind::Number(..)) && is_invariant(expr)
}

/// Whether nothing in it depends on the time of the step, by Prometheus' rules.
fn is_invariant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Number(..) | ExprKind::String(_) => true,
        ExprKind::Vector(selector) => selector.at.is_some(),
        ExprKind::Matrix(matrix) => matrix.selector.at.is_some(),
        ExprKind::Subquery(subquery) => subquery.at.is_some(),
        ExprKind::Call(call) => is_invariant_call(call),
        ExprKind::Aggregate(aggregate) => is_invariant(&aggregate.expr),
        ExprKind::Binary(binary) => is_invariant(&binary.lhs) && is_invariant(&binary.rhs),
        ExprKind::Minus(expr) | ExprKind::Plus(expr) | ExprKind::Paren(expr) => is_invariant(expr),
    }
}

fn is_invariant_call(call: &Call) -> bool {
    let is_selector = |expr: &Expr| matches!(expr.unwrapped().kind, ExprKind::Vector(_));
    // The time of a sample is that of the step only if something has been computed of it.
    let is_safe = !OF_THE_STEP.contains(&call.function.name)
        || (call.function.name == "timestamp" && call.args.iter().all(is_selector));
    is_safe && call.args.iter().all(is_invariant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::parse;

    fn within(text: &str, times: Times) -> Option<Times> {
        let expr = parse(text).unwrap();
        let query = Query { expr: &expr, times, end_ms: times.last_ms(), is_range: false, lookback_ms: None };
        let ExprKind::Subquery(subquery) = &expr.kind else { panic!("{text} is no subquery") };
        Scope::of(&query).within(subquery).map(|scope| scope.times)
    }

    #[test]
    fn a_subquery_is_evaluated_at_multiples_of_its_step_after_the_start_of_the_window() {
        let times = |first_ms, step_ms, count| Some(Times { first_ms, step_ms, count });
        assert_eq!(within("up[1m:20s]", Times::once(60_000)), times(20_000, 20_000, 3));
        assert_eq!(within("up[1m:20s]", Times::once(59_999)), times(0, 20_000, 3));
        assert_eq!(within("up[1m:20s] offset 1m", Times::once(59_999)), times(-60_000, 20_000, 3));
        assert_eq!(within("up[3m:] @ 120", Times::once(0)), times(0, 60_000, 3));
        assert_eq!(within("up[10s:1m]", Times::once(59_000)), None);
        let steps = Times { first_ms: 60_000, step_ms: 60_000, count: 3 };
        assert_eq!(within("up[1m:20s]", steps), times(20_000, 20_000, 9));
        assert_eq!(within("up[1m:20s] @ end()", steps), times(140_000, 20_000, 3));
    }

    #[test]
    fn times_beyond_all_bounds_do_no_harm() {
        assert!(within("up[100y:1s]", Times::once(i64::MIN + 5)).is_none());
        assert!(within("up[100y:1ms]", Times::once(i64::MAX)).is_some());
    }

    #[test]
    fn what_is_looked_at_with_at_is_the_same_in_all_steps() {
        let invariant = [
            "up @ 1",
            "-(up @ start())",
            "rate(up[5m] @ end())",
            "sum(up @ 1) + 2",
            "sum_over_time(up[5m:] @ 1)",
            "timestamp((up @ 1))",
            "topk(scalar(up), up @ 1)",
        ];
        let others = [
            "up",
            "1",
            "time()",
            "up @ 1 + up",
            "sum_over_time((up @ 1)[5m:])",
            "timestamp(abs(up @ 1))",
            "predict_linear(up[5m] @ 1, 60)",
            "hour(up @ 1)",
        ];
        for text in invariant {
            assert!(is_repeatable(&parse(text).unwrap()), "{text}");
        }
        for text in others {
            assert!(!is_repeatable(&parse(text).unwrap()), "{text}");
        }
    }
}
