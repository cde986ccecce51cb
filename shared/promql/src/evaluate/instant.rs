//! Instant selectors: the newest sample within the lookback.

use firefly_model::selection::{
    ABSENT, Look, Point, Samples, SelectedSeries, Selection, Visibility, is_absent,
};

use super::{Evaluator, Frame, StepSeries};
use crate::QueryError;
use crate::parser::VectorSelector;

impl Evaluator {
    /// The value of the newest sample of each series in each step.
    pub(super) fn newest(
        &mut self,
        selector: &VectorSelector,
        frame: Frame,
    ) -> Result<Vec<StepSeries>, QueryError> {
        self.select(selector, frame, |point| point.value)
    }

    /// Its time in seconds.
    pub(super) fn newest_times(
        &mut self,
        selector: &VectorSelector,
        frame: Frame,
    ) -> Result<Vec<StepSeries>, QueryError> {
        let mut series = self.select(selector, frame, |point| point.time_ms as f64 / 1000.0)?;
        series.iter_mut().for_each(|series| series.drops_name = true);
        Ok(series)
    }

    fn select(
        &mut self,
        selector: &VectorSelector,
        frame: Frame,
        read: fn(&Point) -> f64,
    ) -> Result<Vec<StepSeries>, QueryError> {
        let selection = self.scope.newest(selector, frame);
        let taken = self.selected.take(&selection);
        let mut vector = Vec::with_capacity(taken.series.len());
        for series in taken.series.iter() {
            let Samples::Points(points) = &series.samples else { continue };
            self.budget.hold(selection.times.count)?;
            let (values, seen) = column(points, &selection, lookback_ms(series, &selection), read);
            self.budget.look_at(seen)?;
            self.budget.work(points.len().saturating_add(values.len()))?;
            if seen > 0 {
                vector.push(StepSeries { labels: series.labels.clone(), drops_name: false, values });
            }
        }
        self.budget.unload(taken.last_samples);
        Ok(vector)
    }
}

/// What is read of the newest point in each step, and in how many there is one: a single pass over the points.
fn column(
    points: &[Point],
    selection: &Selection,
    lookback_ms: i64,
    read: fn(&Point) -> f64,
) -> (Vec<f64>, usize) {
    let mut seen = 0;
    let mut after = 0;
    let times = selection.times.iter();
    let values = times.map(|time_ms| {
        while points.get(after).is_some_and(|point| point.time_ms <= time_ms) {
            after += 1;
        }
        let newest = after.checked_sub(1).map(|at| &points[at]);
        let is_seen =
            |point: &&Point| point.time_ms > time_ms.saturating_sub(lookback_ms) && !is_absent(point.value);
        newest.filter(is_seen).map_or(ABSENT, |point| {
            seen += 1;
            read(point)
        })
    });
    let values = values.collect();
    (values, seen)
}

/// How far back this series is looked for.
fn lookback_ms(series: &SelectedSeries, selection: &Selection) -> i64 {
    let Look::Newest { lookback_ms, is_explicit } = selection.look else { return 0 };
    let step_ms = selection.times.step_ms;
    match series.visibility {
        Visibility::Once { .. } if selection.is_stepped && step_ms > 0 => lookback_ms.min(step_ms),
        Visibility::Once { lookback_ms: own } if !selection.is_stepped && !is_explicit => own,
        Visibility::Once { .. } | Visibility::Sustained => lookback_ms,
    }
}
