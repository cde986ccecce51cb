//! Functions of range vectors: a value for each window of each series.

use firefly_model::selection::{ABSENT, Labels, Point, Samples, Times, is_absent};

use super::evaluator::Evaluator;
use super::{Evaluated, Scope, StepSeries, selections};
use crate::QueryError;
use crate::functions::{Notes, OfWindow, Window};
use crate::parser::{Call, Expr, ExprKind, Span, Subquery};

/// A series whose windows are looked at.
pub(super) struct Ranged {
    pub labels: Labels,
    pub drops_name: bool,
    pub samples: Samples,
}

/// Series, and where their windows end.
pub(super) struct RangeVector {
    pub series: Vec<Ranged>,
    /// A time for each step, or one for all of them.
    pub ends: Times,
    pub window_ms: i64,
}

/// A call of a function of a range vector.
struct WindowCall<'a> {
    function: OfWindow,
    call: &'a Call,
    span: Span,
    scope: Scope,
    /// The scalar arguments, a number for each step.
    scalars: Vec<Vec<f64>>,
}

impl Evaluator<'_> {
    /// The value of a function of a range vector.
    pub(super) fn of_windows(
        &mut self,
        function: OfWindow,
        call: &Call,
        span: Span,
        scope: Scope,
    ) -> Result<Vec<StepSeries>, QueryError> {
        let (mut scalars, mut ranged) = (Vec::new(), None);
        for arg in &call.args {
            let inner = arg.unwrapped();
            if matches!(inner.kind, ExprKind::Matrix(_) | ExprKind::Subquery(_)) {
                ranged = Some(self.range_vector(inner, Some(call), scope)?);
            } else if let Evaluated::Scalar(numbers) = self.evaluate(arg, scope)? {
                scalars.push(numbers);
            }
        }
        let Some(ranged) = ranged else { return Ok(Vec::new()) };
        let window_call = WindowCall { function, call, span, scope, scalars };
        let mut vector = Vec::with_capacity(ranged.series.len());
        for series in &ranged.series {
            self.budget.reserve(1, scope.times.count)?;
            let values = match &series.samples {
                Samples::Points(points) => {
                    self.windows(&window_call, points, &series.labels, ranged.ends, ranged.window_ms)?
                }
                Samples::Results(values) => spread(values, scope.times.count),
            };
            let drops_name = !function.keeps_name || series.drops_name;
            let result = StepSeries { labels: series.labels.clone(), drops_name, values };
            if result.has_values() {
                vector.push(result);
            }
        }
        Ok(vector)
    }

    /// The value of a function in all windows of one series.
    fn windows(
        &mut self,
        window_call: &WindowCall<'_>,
        points: &[Point],
        labels: &Labels,
        ends: Times,
        window_ms: i64,
    ) -> Result<Vec<f64>, QueryError> {
        let WindowCall { function, call, span, scope, scalars } = window_call;
        let (mut first, mut behind) = (0, 0);
        let mut numbers = Vec::with_capacity(scalars.len());
        let mut values = Vec::with_capacity(scope.times.count);
        for step in 0..scope.times.count {
            self.budget.work()?;
            let end_ms = ends.at(step.min(ends.count - 1));
            let start_ms = end_ms.saturating_sub(window_ms);
            behind += points[behind..].iter().take_while(|point| point.time_ms <= end_ms).count();
            first += points[first..behind].iter().take_while(|point| point.time_ms <= start_ms).count();
            if first == behind {
                values.push(ABSENT);
                continue;
            }
            self.budget.looked_at(behind - first);
            numbers.clear();
            numbers.extend(scalars.iter().filter_map(|column| column.get(step)));
            let window =
                Window { points: &points[first..behind], start_ms, end_ms, step_ms: scope.times.at(step) };
            let mut notes = Notes { annotations: &mut self.annotations, call, span: *span, labels };
            values.push((function.compute)(&window, &numbers, &mut notes).unwrap_or(ABSENT));
        }
        Ok(values)
    }

    /// The series of a range selector or subquery, without markers of staleness.
    pub(super) fn range_vector(
        &mut self,
        expr: &Expr,
        call: Option<&Call>,
        scope: Scope,
    ) -> Result<RangeVector, QueryError> {
        match &expr.kind {
            ExprKind::Subquery(subquery) => self.subquery(subquery, scope),
            ExprKind::Matrix(matrix) => {
                let function = call.and_then(selections::window_function);
                let selection = selections::of_matrix(matrix, function, scope);
                let series = self.selected(&selection);
                let series = series.iter().map(|series| Ranged {
                    labels: series.labels.clone(),
                    drops_name: false,
                    samples: without_markers(&series.samples),
                });
                let series = series.collect();
                Ok(RangeVector { series, ends: selection.times, window_ms: matrix.window_ms })
            }
            _ => Err(QueryError::Execution("expected a range vector".to_owned())),
        }
    }

    fn subquery(&mut self, subquery: &Subquery, scope: Scope) -> Result<RangeVector, QueryError> {
        let ends = scope.looks(subquery.offset_ms, subquery.at);
        let mut series = Vec::new();
        if let Some(inner) = scope.within(subquery) {
            series = match self.evaluate(&subquery.expr, inner)? {
                Evaluated::Vector(vector) => {
                    vector.into_iter().map(|series| Ranged::of(series, inner.times)).collect()
                }
                Evaluated::Scalar(values) => {
                    let series = StepSeries { labels: Labels::default(), drops_name: false, values };
                    vec![Ranged::of(series, inner.times)]
                }
                Evaluated::String(_) => Vec::new(),
            };
        }
        Ok(RangeVector { series, ends, window_ms: subquery.window_ms })
    }
}

impl Ranged {
    /// The values of steps as points.
    fn of(series: StepSeries, times: Times) -> Self {
        let points = times.iter().zip(series.values).map(|(time_ms, value)| Point { time_ms, value });
        let points = points.filter(|point| !is_absent(point.value)).collect();
        Self { labels: series.labels, drops_name: series.drops_name, samples: Samples::Points(points) }
    }
}

fn without_markers(samples: &Samples) -> Samples {
    match samples {
        Samples::Points(points) => {
            Samples::Points(points.iter().filter(|point| !is_absent(point.value)).copied().collect())
        }
        results @ Samples::Results(_) => results.clone(),
    }
}

/// A value for each step, from as many or from one for all of them.
fn spread(values: &[f64], steps: usize) -> Vec<f64> {
    match values {
        [value] => vec![*value; steps],
        values => values.to_vec(),
    }
}
