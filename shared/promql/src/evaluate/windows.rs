//! Functions of windows, which slide over the points of each series.

use firefly_model::selection::{ABSENT, Labels, Point, Times, is_absent};

use super::range_vector::{RangeSamples, RangeSeries, RangeVector};
use super::{Budget, StepSeries};
use crate::functions::{Notes, OfWindow, Window};
use crate::parser::{Call, Span};
use crate::{Annotations, QueryError};

/// A call of a function of windows.
pub(super) struct WindowCall<'a> {
    pub function: OfWindow,
    pub call: &'a Call,
    pub span: Span,
    /// The times of the steps.
    pub times: Times,
    /// The scalar arguments, each with a number for each step.
    pub numbers: &'a [Vec<f64>],
    pub budget: &'a mut Budget,
    pub annotations: &'a mut Annotations,
}

impl WindowCall<'_> {
    /// The value of the function for each series and step.
    ///
    /// # Errors
    ///
    /// If there are too many values, or the deadline has passed.
    pub fn of(&mut self, range_vector: &RangeVector) -> Result<Vec<StepSeries>, QueryError> {
        let mut vector = Vec::new();
        for series in range_vector.series() {
            self.budget.hold(self.times.count)?;
            let values = match &series.samples {
                RangeSamples::Points(points) => self.slide(points, series.labels, range_vector)?,
                RangeSamples::Results(results) => self.computed(results)?,
            };
            let RangeSeries { labels, drops_name, .. } = series;
            let drops_name = drops_name || !self.function.keeps_name;
            let series = StepSeries { labels: labels.clone(), drops_name, values };
            if series.has_values() {
                vector.push(series);
            }
        }
        Ok(vector)
    }

    fn slide(
        &mut self,
        points: &[Point],
        labels: &Labels,
        windows: &RangeVector,
    ) -> Result<Vec<f64>, QueryError> {
        let (mut first, mut after) = (0, 0);
        let mut numbers = Vec::with_capacity(self.numbers.len());
        let mut values = Vec::with_capacity(self.times.count);
        for step in 0..self.times.count {
            // With `@` there is one window for all steps.
            let end_ms = windows.times.at(step.min(windows.times.count.saturating_sub(1)));
            let start_ms = end_ms.saturating_sub(windows.window_ms);
            while points.get(after).is_some_and(|point| point.time_ms <= end_ms) {
                after += 1;
            }
            while first < after && points[first].time_ms <= start_ms {
                first += 1;
            }
            let points = &points[first..after];
            self.budget.look_at(points.len())?;
            let window = Window { points, start_ms, end_ms, step_ms: self.times.at(step) };
            let value =
                if points.is_empty() { None } else { self.compute(&window, step, &mut numbers, labels) };
            values.push(value.unwrap_or(ABSENT));
        }
        Ok(values)
    }

    fn compute(
        &mut self,
        window: &Window<'_>,
        step: usize,
        numbers: &mut Vec<f64>,
        labels: &Labels,
    ) -> Option<f64> {
        numbers.clear();
        numbers.extend(self.numbers.iter().filter_map(|numbers| numbers.get(step)));
        let mut notes = Notes { annotations: self.annotations, call: self.call, span: self.span, labels };
        (self.function.compute)(window, numbers, &mut notes)
    }

    /// The results of a database, which tells not how many samples it has looked at: one for each at least.
    fn computed(&mut self, results: &[f64]) -> Result<Vec<f64>, QueryError> {
        self.budget.look_at(results.iter().filter(|result| !is_absent(**result)).count())?;
        let last = results.len().saturating_sub(1);
        let of_step = |step: usize| results.get(step.min(last)).copied().unwrap_or(ABSENT);
        Ok((0..self.times.count).map(of_step).collect())
    }
}
