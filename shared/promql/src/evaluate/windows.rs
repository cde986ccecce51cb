//! Functions of range vectors: a value for each window of each series.

use firefly_model::selection::{ABSENT, Labels, Point, is_absent};

use super::evaluator::Evaluator;
use super::range_vector::{RangeVector, RangedSamples};
use super::{Evaluated, Scope, StepSeries};
use crate::QueryError;
use crate::functions::{Notes, OfWindow, Window};
use crate::parser::{Call, ExprKind, Span};

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
        let mut vector = Vec::new();
        for series in ranged.series() {
            self.budget.hold(scope.times.count)?;
            let values = match &series.samples {
                RangedSamples::Points(points) => {
                    self.windows(&window_call, points, series.labels, &ranged)?
                }
                RangedSamples::Results(results) => self.results(results, scope.times.count)?,
            };
            let drops_name = !function.keeps_name || series.drops_name;
            let result = StepSeries { labels: series.labels.clone(), drops_name, values };
            if result.has_values() {
                vector.push(result);
            }
        }
        self.forget(ranged);
        Ok(vector)
    }

    /// The value of a function in all windows of one series, which slide over its points.
    fn windows(
        &mut self,
        window_call: &WindowCall<'_>,
        points: &[Point],
        labels: &Labels,
        ranged: &RangeVector,
    ) -> Result<Vec<f64>, QueryError> {
        let WindowCall { function, call, span, scope, scalars } = window_call;
        let (mut first, mut behind) = (0, 0);
        let mut numbers = Vec::with_capacity(scalars.len());
        let mut values = Vec::with_capacity(scope.times.count);
        for step in 0..scope.times.count {
            let end_ms = ranged.ends.at(step.min(ranged.ends.count.saturating_sub(1)));
            let start_ms = end_ms.saturating_sub(ranged.window_ms);
            behind += points[behind..].iter().take_while(|point| point.time_ms <= end_ms).count();
            first += points[first..behind].iter().take_while(|point| point.time_ms <= start_ms).count();
            self.budget.look_at(behind - first)?;
            if first == behind {
                values.push(ABSENT);
                continue;
            }
            numbers.clear();
            numbers.extend(scalars.iter().filter_map(|column| column.get(step)));
            let window =
                Window { points: &points[first..behind], start_ms, end_ms, step_ms: scope.times.at(step) };
            let mut notes = Notes { annotations: &mut self.annotations, call, span: *span, labels };
            values.push((function.compute)(&window, &numbers, &mut notes).unwrap_or(ABSENT));
        }
        Ok(values)
    }

    /// A value for each step, from as many or from one for all of them. How many samples the database has looked at it does
    /// not tell: one for each at least.
    fn results(&mut self, results: &[f64], steps: usize) -> Result<Vec<f64>, QueryError> {
        self.budget.look_at(results.iter().filter(|result| !is_absent(**result)).count())?;
        Ok(match results {
            [result] => vec![*result; steps],
            results => results.to_vec(),
        })
    }
}
