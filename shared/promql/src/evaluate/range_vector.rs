//! Range vectors: the samples that range selectors and subqueries have windows of.

use std::borrow::Cow;
use std::sync::Arc;

use firefly_model::selection::{Labels, Point, Samples, SelectedSeries, Times, WindowFunction, is_absent};

use super::{Evaluator, Frame, StepSeries};
use crate::QueryError;
use crate::parser::{Expr, ExprKind, MatrixSelector, Subquery};

/// Series, and the windows that are looked at.
pub(super) struct RangeVector {
    pub source: Source,
    /// When the windows end.
    pub times: Times,
    pub window_ms: i64,
}

/// Where the samples are from.
pub(super) enum Source {
    /// A selector.
    Selected(Arc<Vec<SelectedSeries>>, /** Samples gone with it. */ usize),
    /// A subquery.
    Evaluated(Vec<PointSeries>),
}

/// A series that a subquery has evaluated.
pub(super) struct PointSeries {
    pub labels: Labels,
    pub drops_name: bool,
    pub points: Vec<Point>,
}

/// A series of a range vector.
pub(super) struct RangeSeries<'a> {
    pub labels: &'a Labels,
    pub drops_name: bool,
    pub samples: RangeSamples<'a>,
}

/// What there is of it.
pub(super) enum RangeSamples<'a> {
    /// Points without markers of staleness.
    Points(Cow<'a, [Point]>),
    /// What a database has worked out of each window.
    Results(&'a [f64]),
}

impl RangeVector {
    pub fn series(&self) -> Box<dyn Iterator<Item = RangeSeries<'_>> + '_> {
        match &self.source {
            Source::Selected(series, _) => Box::new(series.iter().map(of_selected)),
            Source::Evaluated(series) => Box::new(series.iter().map(of_evaluated)),
        }
    }
}

fn of_selected(series: &SelectedSeries) -> RangeSeries<'_> {
    let samples = match &series.samples {
        Samples::Points(points) => RangeSamples::Points(without_markers(points)),
        Samples::Results(results) => RangeSamples::Results(results),
    };
    RangeSeries { labels: &series.labels, drops_name: false, samples }
}

fn of_evaluated(series: &PointSeries) -> RangeSeries<'_> {
    let samples = RangeSamples::Points(Cow::Borrowed(&series.points));
    RangeSeries { labels: &series.labels, drops_name: series.drops_name, samples }
}

fn without_markers(points: &[Point]) -> Cow<'_, [Point]> {
    let is_value = |point: &Point| !is_absent(point.value);
    match points.iter().all(is_value) {
        true => Cow::Borrowed(points),
        false => Cow::Owned(points.iter().copied().filter(is_value).collect()),
    }
}

impl Evaluator {
    /// The range vector that an expression is; None if it is none. If all that is wanted of its windows is a function of
    /// them, the results may be there instead of points.
    pub(super) fn range_vector(
        &mut self,
        expr: &Expr,
        frame: Frame,
        function: Option<WindowFunction>,
    ) -> Result<Option<RangeVector>, QueryError> {
        match &expr.unwrapped().kind {
            ExprKind::Matrix(matrix) => Ok(Some(self.selected_windows(matrix, frame, function))),
            ExprKind::Subquery(subquery) => self.subquery(subquery, frame.of(expr)).map(Some),
            _ => Ok(None),
        }
    }

    fn selected_windows(
        &mut self,
        matrix: &MatrixSelector,
        frame: Frame,
        function: Option<WindowFunction>,
    ) -> RangeVector {
        let selection = self.scope.window(matrix, frame, function);
        let taken = self.selected.take(&selection);
        let source = Source::Selected(taken.series, taken.last_samples);
        RangeVector { source, times: selection.times, window_ms: matrix.window_ms }
    }

    /// Evaluates the expression of a subquery in all its steps at once, those between the windows too.
    fn subquery(&mut self, subquery: &Subquery, frame: Frame) -> Result<RangeVector, QueryError> {
        let times = self.scope.subquery_times(subquery, frame);
        let mut series = Vec::new();
        if let Some(within) = self.scope.within(subquery, frame) {
            // The samples of its windows count where they are looked at.
            let looked_at = self.budget.looked_at();
            let values = self.vector(&subquery.expr, within)?;
            self.budget.set_looked_at(looked_at);
            series = values.into_iter().map(|series| points(series, within.times)).collect();
        }
        Ok(RangeVector { source: Source::Evaluated(series), times, window_ms: subquery.window_ms })
    }

    /// Forgets a range vector, now that it has been looked at.
    pub(super) fn forget(&mut self, range_vector: RangeVector) {
        if let Source::Selected(_, last_samples) = range_vector.source {
            self.budget.unload(last_samples);
        }
    }
}

fn points(series: StepSeries, times: Times) -> PointSeries {
    let points = times.iter().zip(series.values).filter(|(_, value)| !is_absent(*value));
    let points = points.map(|(time_ms, value)| Point { time_ms, value }).collect();
    PointSeries { labels: series.labels, drops_name: series.drops_name, points }
}
