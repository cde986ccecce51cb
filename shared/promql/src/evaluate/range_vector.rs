//! Range vectors: the samples that range selectors and subqueries have windows of.

use std::borrow::Cow;

use firefly_model::selection::{Labels, Point, Samples, SelectedSeries, Times, is_absent};

use super::evaluator::Evaluator;
use super::selected::Taken;
use super::{Evaluated, Scope, StepSeries, selections};
use crate::QueryError;
use crate::parser::{Call, Expr, ExprKind, Subquery};

/// Series, and where their windows end.
pub(super) struct RangeVector {
    source: Source,
    /// A time for each step, or one for all of them.
    pub ends: Times,
    pub window_ms: i64,
}

/// Where the samples are from.
enum Source {
    Selector(Taken),
    Subquery(Vec<PointSeries>),
}

/// A series that a subquery has evaluated.
struct PointSeries {
    labels: Labels,
    drops_name: bool,
    points: Vec<Point>,
}

/// A series whose windows are looked at.
pub(super) struct Ranged<'a> {
    pub labels: &'a Labels,
    pub drops_name: bool,
    pub samples: RangedSamples<'a>,
}

/// What there is of it.
pub(super) enum RangedSamples<'a> {
    /// Points without markers of staleness.
    Points(Cow<'a, [Point]>),
    /// What a database has worked out of each window.
    Results(&'a [f64]),
}

impl RangeVector {
    /// The series.
    pub fn series(&self) -> Box<dyn Iterator<Item = Ranged<'_>> + '_> {
        match &self.source {
            Source::Selector(taken) => Box::new(taken.series.iter().map(of_selected)),
            Source::Subquery(series) => Box::new(series.iter().map(of_evaluated)),
        }
    }
}

fn of_selected(series: &SelectedSeries) -> Ranged<'_> {
    let samples = match &series.samples {
        Samples::Points(points) => RangedSamples::Points(without_markers(points)),
        Samples::Results(results) => RangedSamples::Results(results),
    };
    Ranged { labels: &series.labels, drops_name: false, samples }
}

fn of_evaluated(series: &PointSeries) -> Ranged<'_> {
    let samples = RangedSamples::Points(Cow::Borrowed(&series.points));
    Ranged { labels: &series.labels, drops_name: series.drops_name, samples }
}

fn without_markers(points: &[Point]) -> Cow<'_, [Point]> {
    let is_sample = |point: &Point| !is_absent(point.value);
    match points.iter().all(is_sample) {
        true => Cow::Borrowed(points),
        false => Cow::Owned(points.iter().copied().filter(is_sample).collect()),
    }
}

impl Evaluator<'_> {
    /// The series of a range selector or subquery. If it is the argument of a call, there may be results of the function
    /// instead of samples.
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
                let source = Source::Selector(self.selected.take(&selection));
                Ok(RangeVector { source, ends: selection.times, window_ms: matrix.window_ms })
            }
            _ => Err(QueryError::Execution("expected a range vector".to_owned())),
        }
    }

    /// Evaluates the expression of a subquery in all its steps at once, those between the windows too.
    fn subquery(&mut self, subquery: &Subquery, scope: Scope) -> Result<RangeVector, QueryError> {
        let ends = scope.looks(subquery.offset_ms, subquery.at);
        let mut series = Vec::new();
        if let Some(inner) = scope.within(subquery) {
            // Samples count where windows of them are looked at, as in Prometheus.
            let looked_at = self.budget.looked_at();
            series = match self.evaluate(&subquery.expr, inner)? {
                Evaluated::Vector(vector) => {
                    vector.into_iter().map(|series| points(series, inner.times)).collect()
                }
                // The parser lets it be nothing but a vector.
                Evaluated::Scalar(_) | Evaluated::String(_) => Vec::new(),
            };
            self.budget.set_looked_at(looked_at);
        }
        Ok(RangeVector { source: Source::Subquery(series), ends, window_ms: subquery.window_ms })
    }

    /// Forgets a range vector that has been looked at.
    pub(super) fn forget(&mut self, range_vector: RangeVector) {
        if let Source::Selector(taken) = range_vector.source {
            self.budget.unload(taken.samples);
        }
    }
}

/// The values of steps as points.
fn points(series: StepSeries, times: Times) -> PointSeries {
    let points = times.iter().zip(series.values).map(|(time_ms, value)| Point { time_ms, value });
    let points = points.filter(|point| !is_absent(point.value)).collect();
    PointSeries { labels: series.labels, drops_name: series.drops_name, points }
}
