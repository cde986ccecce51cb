//! Instant selectors: the newest sample of each series in each step.

use firefly_model::selection::{ABSENT, Look, Point, Samples, Selection, Visibility, is_absent};

use super::StepSeries;
use super::evaluator::Evaluator;
use crate::QueryError;

impl Evaluator<'_> {
    /// The series that have a sample in any step; what is shown of a sample, `shown` says.
    pub(super) fn instant(
        &mut self,
        selection: &Selection,
        shown: impl Fn(&Point) -> f64,
    ) -> Result<Vec<StepSeries>, QueryError> {
        let taken = self.selected.take(selection);
        let mut vector = Vec::with_capacity(taken.series.len());
        for series in taken.series.iter() {
            self.budget.hold(selection.times.count)?;
            let values = match &series.samples {
                Samples::Points(points) => {
                    self.budget.work(points.len().saturating_add(selection.times.count))?;
                    newest(points, selection, lookback_ms(selection, series.visibility), &shown)
                }
                Samples::Results(values) => values.clone(),
            };
            let found = values.iter().filter(|value| !is_absent(**value)).count();
            self.budget.look_at(found)?;
            if found > 0 {
                vector.push(StepSeries { labels: series.labels.clone(), drops_name: false, values });
            }
        }
        self.budget.unload(taken.samples);
        Ok(vector)
    }
}

/// How far back a series is looked at.
fn lookback_ms(selection: &Selection, visibility: Visibility) -> i64 {
    let Look::Newest { lookback_ms, is_explicit } = selection.look else { return 0 };
    match visibility {
        Visibility::Sustained => lookback_ms,
        Visibility::Once { .. } if selection.is_stepped => lookback_ms.min(selection.times.step_ms),
        Visibility::Once { lookback_ms: own_ms } => {
            if is_explicit {
                lookback_ms
            } else {
                own_ms
            }
        }
    }
}

/// For each time the newest point at or before it, unless it is too old or a marker of staleness.
fn newest(
    points: &[Point],
    selection: &Selection,
    lookback_ms: i64,
    shown: impl Fn(&Point) -> f64,
) -> Vec<f64> {
    let mut next = 0;
    let look = |time_ms: i64| {
        while points.get(next).is_some_and(|point| point.time_ms <= time_ms) {
            next += 1;
        }
        let point = next.checked_sub(1).and_then(|at| points.get(at));
        point
            .filter(|point| point.time_ms > time_ms.saturating_sub(lookback_ms) && !is_absent(point.value))
            .map_or(ABSENT, &shown)
    };
    selection.times.iter().map(look).collect()
}
