//! What the selectors of a query need of the storage, and what they got.

use std::collections::HashMap;
use std::sync::Arc;

use firefly_model::selection::{Look, MatchOp, Samples, SelectedSeries, Selection, Times, WindowFunction};

use super::{Budget, Frame, Scope};
use crate::QueryError;
use crate::functions::{Implementation, implementation};
use crate::parser::{Call, Expr, ExprKind, MatrixSelector, Subquery};

/// The selections of a query, each once.
pub(crate) struct Selections<'a> {
    scope: Scope,
    budget: &'a Budget,
    pub list: Vec<Selection>,
    /// Where in the list, and how many selectors need it.
    known: HashMap<Key, (usize, usize)>,
}

/// What makes two selections the same.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    matchers: Vec<(String, MatchOp, String)>,
    times: (i64, i64, usize),
    look: (i64, bool, Option<WindowFunction>),
    is_stepped: bool,
}

impl Key {
    fn of(selection: &Selection) -> Self {
        let matchers = selection.matchers.iter();
        let matchers =
            matchers.map(|matcher| (matcher.name().to_owned(), matcher.op(), matcher.value().to_owned()));
        let Times { first_ms, step_ms, count } = selection.times;
        let look = match selection.look {
            Look::Newest { lookback_ms, .. } => (lookback_ms, true, None),
            Look::Window { window_ms, function } => (window_ms, false, function),
        };
        Self {
            matchers: matchers.collect(),
            times: (first_ms, step_ms, count),
            look,
            is_stepped: selection.is_stepped,
        }
    }
}

/// What a database may compute for a call, if a range selector itself is its argument.
pub(super) fn in_database(call: &Call) -> Option<WindowFunction> {
    match implementation(window_half(call)) {
        Some(Implementation::Window(function)) => function.in_database,
        _ => None,
    }
}

/// The function that a call computes of each window.
pub(super) fn window_half(call: &Call) -> &str {
    match call.function.name {
        // Whether there is anything in any series' window is worked out from whether there is in each.
        "absent_over_time" => "present_over_time",
        name => name,
    }
}

impl<'a> Selections<'a> {
    /// What an expression needs that is evaluated in a frame.
    ///
    /// # Errors
    ///
    /// If a subquery has more steps than may be evaluated.
    pub fn collect(expr: &Expr, frame: Frame, scope: Scope, budget: &'a Budget) -> Result<Self, QueryError> {
        let mut selections = Self { scope, budget, list: Vec::new(), known: HashMap::new() };
        selections.walk(expr, frame)?;
        Ok(selections)
    }

    fn walk(&mut self, expr: &Expr, frame: Frame) -> Result<(), QueryError> {
        let frame = frame.of(expr);
        match &expr.kind {
            ExprKind::Number(..) | ExprKind::String(_) => Ok(()),
            ExprKind::Vector(selector) => {
                self.add(self.scope.newest(selector, frame));
                Ok(())
            }
            ExprKind::Matrix(matrix) => {
                self.add_window(matrix, frame, None);
                Ok(())
            }
            ExprKind::Subquery(subquery) => self.walk_subquery(subquery, frame),
            ExprKind::Call(call) => call.args.iter().try_for_each(|arg| match &arg.unwrapped().kind {
                ExprKind::Matrix(matrix) => {
                    self.add_window(matrix, frame, in_database(call));
                    Ok(())
                }
                _ => self.walk(arg, frame),
            }),
            ExprKind::Aggregate(aggregate) => {
                aggregate.parameter.iter().try_for_each(|parameter| self.walk(parameter, frame))?;
                self.walk(&aggregate.expr, frame)
            }
            ExprKind::Binary(binary) => {
                self.walk(&binary.lhs, frame)?;
                self.walk(&binary.rhs, frame)
            }
            ExprKind::Minus(expr) | ExprKind::Plus(expr) | ExprKind::Paren(expr) => self.walk(expr, frame),
        }
    }

    fn walk_subquery(&mut self, subquery: &Subquery, frame: Frame) -> Result<(), QueryError> {
        let Some(within) = self.scope.within(subquery, frame) else { return Ok(()) };
        self.budget.allow_steps(within.times.count)?;
        self.walk(&subquery.expr, within)
    }

    fn add_window(&mut self, matrix: &MatrixSelector, frame: Frame, function: Option<WindowFunction>) {
        // In a window shorter than a millisecond there is nothing to be had.
        if matrix.window_ms > 0 {
            self.add(self.scope.window(matrix, frame, function));
        }
    }

    fn add(&mut self, selection: Selection) {
        let next = self.list.len();
        let (at, uses) = self.known.entry(Key::of(&selection)).or_insert((next, 0));
        *uses += 1;
        if *at == next {
            self.list.push(selection);
        }
    }

    /// Takes what the storage has, in the order of the list.
    pub fn answered(self, answers: Vec<Vec<SelectedSeries>>) -> Selected {
        let mut answers: Vec<_> = answers.into_iter().map(|series| Arc::new(sorted(series))).collect();
        answers.resize(self.list.len(), Arc::default());
        let entry = |(key, (at, uses)): (Key, (usize, usize))| (key, (answers[at].clone(), uses));
        Selected(self.known.into_iter().map(entry).collect())
    }
}

/// Series are sorted by their labels, so that answers do not depend on the order in which a storage finds them.
fn sorted(mut series: Vec<SelectedSeries>) -> Vec<SelectedSeries> {
    series.sort_by(|one, other| one.labels.cmp(&other.labels));
    series
}

/// The series of each selection, and how many selectors still need them.
pub(crate) struct Selected(HashMap<Key, (Arc<Vec<SelectedSeries>>, usize)>);

impl Selected {
    /// How many series there are.
    pub fn series(&self) -> usize {
        self.0.values().map(|(series, _)| series.len()).sum()
    }

    /// How many samples there are of them.
    pub fn samples(&self) -> usize {
        self.0.values().flat_map(|(series, _)| series.iter()).map(size).sum()
    }

    /// The series that a selector needs; forgotten once the last has got them.
    pub fn take(&mut self, selection: &Selection) -> Taken {
        let key = Key::of(selection);
        let Some((series, uses)) = self.0.get_mut(&key) else { return Taken::default() };
        if *uses > 1 {
            *uses -= 1;
            return Taken { series: series.clone(), last_samples: 0 };
        }
        let series = std::mem::take(series);
        self.0.remove(&key);
        let last_samples = series.iter().map(size).sum();
        Taken { series, last_samples }
    }
}

/// The series that a selector needs.
#[derive(Default)]
pub(crate) struct Taken {
    pub series: Arc<Vec<SelectedSeries>>,
    /// How many samples are gone when the selector has been evaluated.
    pub last_samples: usize,
}

/// How many samples there are of a series.
fn size(series: &SelectedSeries) -> usize {
    match &series.samples {
        Samples::Points(points) => points.len(),
        Samples::Results(results) => results.len(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use firefly_model::selection::{Labels, Limits, Visibility};

    use super::*;
    use crate::engine::Query;
    use crate::parser::parse;

    fn selected<T>(text: &str, look_at: impl FnOnce(Selections<'_>) -> T) -> Result<T, QueryError> {
        let expr = parse(text).unwrap();
        let times = Times { first_ms: 600_000, step_ms: 15_000, count: 3 };
        let query = Query { expr: &expr, times, is_range: true, lookback_ms: None };
        let budget = Budget::new(Limits { samples: 100, series: 10 }, Instant::now());
        let frame = Frame { times, is_stepped: true };
        Selections::collect(&expr, frame, Scope::new(&query, times.last_ms()), &budget).map(look_at)
    }

    fn list(text: &str) -> Vec<(Times, Look, bool)> {
        let shown = |selection: &Selection| (selection.times, selection.look, selection.is_stepped);
        selected(text, |selections| selections.list.iter().map(shown).collect()).unwrap()
    }

    #[test]
    fn each_selector_says_when_and_at_what_it_looks() {
        let steps = |first_ms| Times { first_ms, step_ms: 15_000, count: 3 };
        let newest = Look::Newest { lookback_ms: 300_000, is_explicit: false };
        let window = |window_ms, function| Look::Window { window_ms, function };
        assert_eq!(list("a offset 1m"), [(steps(540_000), newest, true)]);
        assert_eq!(list("a @ end() offset 1m"), [(Times::once(570_000), newest, false)]);
        assert_eq!(list("rate(a[5m])"), [(steps(600_000), window(300_000, None), true)]);
        assert_eq!(
            list("sum_over_time((a[1m]))"),
            [(steps(600_000), window(60_000, Some(WindowFunction::Sum)), true)]
        );
        assert_eq!(
            list("absent_over_time(a[1m] @ 5)"),
            [(Times::once(5000), window(60_000, Some(WindowFunction::Present)), false)]
        );
        let inner = Times { first_ms: 580_000, step_ms: 20_000, count: 3 };
        assert_eq!(list("max_over_time(a[30s:20s])"), [(inner, newest, true)]);
    }

    #[test]
    fn the_same_is_asked_for_once_and_forgotten_when_all_have_it() {
        let series = SelectedSeries {
            labels: Labels::default(),
            visibility: Visibility::Sustained,
            samples: Samples::Results(vec![0.0; 4]),
        };
        let taken = selected("a + a * (a offset 0s)", |selections| {
            let list = selections.list.clone();
            assert_eq!(list.len(), 1);
            let mut selected = selections.answered(vec![vec![series]]);
            [(); 4].map(|()| selected.take(&list[0])).map(|taken| (taken.series.len(), taken.last_samples))
        });
        assert_eq!(taken.unwrap(), [(1, 0), (1, 0), (1, 4), (0, 0)]);
    }

    #[test]
    fn a_subquery_may_not_have_endless_steps() {
        assert!(matches!(
            selected("sum_over_time(a[1h:1s])", |_| ()),
            Err(QueryError::TooManySamples { limit: 100 })
        ));
    }
}
