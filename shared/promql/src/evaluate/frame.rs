//! At which times a part of a query is evaluated, and at which its selectors look.

use firefly_model::selection::{Look, Selection, Times, WindowFunction};

use super::invariant::is_step_invariant;
use crate::engine::Query;
use crate::parser::{At, Expr, MatrixSelector, Subquery, VectorSelector};

/// How far back instant selectors look if nothing else is said: five minutes.
const DEFAULT_LOOKBACK_MS: i64 = 5 * 60 * 1000;

/// The step of a subquery that names none: Prometheus' default evaluation interval, a minute.
const DEFAULT_SUBQUERY_STEP_MS: i64 = 60 * 1000;

/// The steps in which a part of a query is evaluated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Frame {
    /// Their times.
    pub times: Times,
    /// Whether they are steps of a range query or subquery.
    pub is_stepped: bool,
}

impl Frame {
    /// The frame in which an expression is really evaluated: of one step if its value is the same in all.
    pub fn of(self, expr: &Expr) -> Self {
        let is_once = self.times.count <= 1 && !self.is_stepped;
        if is_once || !is_step_invariant(expr) {
            return self;
        }
        Self { times: Times::once(self.times.first_ms), is_stepped: false }
    }
}

/// What a query says of all its selectors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope {
    /// `start()`
    start_ms: i64,
    /// `end()`
    end_ms: i64,
    lookback_ms: i64,
    is_lookback_explicit: bool,
}

impl Scope {
    /// Of a query, and the time that is `end()` in it.
    pub fn new(query: &Query<'_>, end_ms: i64) -> Self {
        Self {
            start_ms: query.times.first_ms,
            end_ms,
            lookback_ms: query.lookback_ms.unwrap_or(DEFAULT_LOOKBACK_MS),
            is_lookback_explicit: query.lookback_ms.is_some(),
        }
    }

    /// The times that a selector or subquery looks at; only one if `@` sets it.
    fn looked_at(&self, frame: Frame, offset_ms: i64, at: Option<At>) -> Times {
        let shift = |time_ms: i64| time_ms.saturating_sub(offset_ms);
        match at {
            None => Times { first_ms: shift(frame.times.first_ms), ..frame.times },
            Some(At::Time(time_ms)) => Times::once(shift(time_ms)),
            Some(At::Start) => Times::once(shift(self.start_ms)),
            Some(At::End) => Times::once(shift(self.end_ms)),
        }
    }

    /// What an instant selector needs.
    pub fn newest(&self, selector: &VectorSelector, frame: Frame) -> Selection {
        Selection {
            matchers: selector.matchers.clone(),
            times: self.looked_at(frame, selector.offset_ms, selector.at),
            look: Look::Newest { lookback_ms: self.lookback_ms, is_explicit: self.is_lookback_explicit },
            is_stepped: frame.is_stepped,
        }
    }

    /// What a range selector needs.
    pub fn window(
        &self,
        matrix: &MatrixSelector,
        frame: Frame,
        function: Option<WindowFunction>,
    ) -> Selection {
        Selection {
            matchers: matrix.selector.matchers.clone(),
            times: self.looked_at(frame, matrix.selector.offset_ms, matrix.selector.at),
            look: Look::Window { window_ms: matrix.window_ms, function },
            is_stepped: frame.is_stepped,
        }
    }

    /// The times at which the windows of a subquery end.
    pub fn subquery_times(&self, subquery: &Subquery, frame: Frame) -> Times {
        self.looked_at(frame, subquery.offset_ms, subquery.at)
    }

    /// The frame in which the expression of a subquery is evaluated: at all multiples of its step in the windows and between
    /// them. None if there are none.
    pub fn within(&self, subquery: &Subquery, frame: Frame) -> Option<Frame> {
        let times = self.subquery_times(subquery, frame);
        let step_ms = subquery.step_ms.unwrap_or(DEFAULT_SUBQUERY_STEP_MS).max(1);
        let start_ms = times.first_ms.saturating_sub(subquery.window_ms);
        // The windows are open on the left: the first multiple after their start.
        let first_ms = start_ms.div_euclid(step_ms).saturating_add(1).saturating_mul(step_ms);
        let length_ms = times.last_ms().checked_sub(first_ms).filter(|length_ms| *length_ms >= 0)?;
        let count = usize::try_from(length_ms / step_ms).unwrap_or(usize::MAX).saturating_add(1);
        Some(Frame { times: Times { first_ms, step_ms, count }, is_stepped: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::{ExprKind, parse};

    fn within(text: &str, times: Times) -> Option<Times> {
        let expr = parse(text).unwrap();
        let query = Query { expr: &expr, times, is_range: false, lookback_ms: None };
        let ExprKind::Subquery(subquery) = &expr.kind else { panic!("{text} is no subquery") };
        let frame = Frame { times, is_stepped: false };
        Scope::new(&query, times.last_ms()).within(subquery, frame).map(|frame| frame.times)
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
        assert_eq!(within("up[100y:1s]", Times::once(i64::MIN + 5)), None);
        assert!(within("up[100y:1ms]", Times::once(i64::MAX)).is_some());
    }
}
