//! From the value of the whole expression to the answer.

use firefly_model::selection::{LabelledPoint, LabelledPoints, Labels, Point, Times, is_absent};

use super::evaluator::Evaluator;
use super::merge::{merged, same_labelset};
use super::range_vector::RangedSamples;
use super::{Evaluated, Scope, StepSeries, drop_name};
use crate::parser::{Expr, ValueType};
use crate::{Query, QueryError, Value};

/// Evaluates the whole of a query, and drops the names that are to be dropped.
///
/// # Errors
///
/// As for any part of it; and if two series differ in nothing but such a name.
pub(crate) fn finish(
    query: &Query<'_>,
    evaluator: &mut Evaluator<'_>,
    scope: Scope,
) -> Result<Value, QueryError> {
    if query.expr.value_type() == ValueType::Matrix {
        return range_vector(query.expr, evaluator, scope).map(Value::Matrix);
    }
    let value = evaluator.evaluate(query.expr, scope)?;
    let (at_ms, times) = (query.times.first_ms, query.times);
    Ok(match value {
        Evaluated::Scalar(values) if query.is_range => Value::Matrix(vec![points(
            StepSeries { labels: Labels::default(), drops_name: false, values },
            times,
        )]),
        Evaluated::Scalar(values) => {
            let value = values.first().copied().unwrap_or(f64::NAN);
            Value::Scalar(Point { time_ms: at_ms, value })
        }
        Evaluated::String(text) => Value::String(at_ms, text),
        Evaluated::Vector(vector) => {
            let vector = merged(vector.into_iter().map(without_name).collect())?;
            if query.is_range {
                Value::Matrix(sorted(vector.into_iter().map(|series| points(series, times)).collect()))
            } else {
                Value::Vector(vector.into_iter().filter_map(|series| point(series, at_ms)).collect())
            }
        }
    })
}

/// The windows of an instant query, sample by sample.
fn range_vector(
    expr: &Expr,
    evaluator: &mut Evaluator<'_>,
    scope: Scope,
) -> Result<Vec<LabelledPoints>, QueryError> {
    let vector = evaluator.range_vector(expr.unwrapped(), None, scope)?;
    let end_ms = vector.ends.first_ms;
    let start_ms = end_ms.saturating_sub(vector.window_ms);
    let mut found = Vec::new();
    for series in vector.series() {
        let RangedSamples::Points(points) = &series.samples else { continue };
        let is_within = |point: &&Point| point.time_ms > start_ms && point.time_ms <= end_ms;
        let points: Vec<Point> = points.iter().filter(is_within).copied().collect();
        evaluator.budget.look_at(points.len())?;
        let mut labels = series.labels.clone();
        if series.drops_name {
            drop_name(&mut labels);
        }
        if !points.is_empty() {
            found.push(LabelledPoints { labels, points });
        }
    }
    together(sorted(found))
}

/// Puts the points of series with equal labels together, which stand side by side.
fn together(series: Vec<LabelledPoints>) -> Result<Vec<LabelledPoints>, QueryError> {
    let mut all: Vec<LabelledPoints> = Vec::with_capacity(series.len());
    for series in series {
        match all.last_mut().filter(|last| last.labels == series.labels) {
            None => all.push(series),
            Some(last) => {
                last.points.extend(series.points);
                last.points.sort_by_key(|point| point.time_ms);
                if last.points.windows(2).any(|pair| pair[0].time_ms == pair[1].time_ms) {
                    return Err(same_labelset());
                }
            }
        }
    }
    Ok(all)
}

fn without_name(mut series: StepSeries) -> StepSeries {
    if series.drops_name {
        drop_name(&mut series.labels);
    }
    series
}

fn sorted(mut series: Vec<LabelledPoints>) -> Vec<LabelledPoints> {
    series.sort_by(|one, other| one.labels.cmp(&other.labels));
    series
}

fn points(series: StepSeries, times: Times) -> LabelledPoints {
    let points = times.iter().zip(series.values).map(|(time_ms, value)| Point { time_ms, value });
    LabelledPoints { labels: series.labels, points: points.filter(|point| !is_absent(point.value)).collect() }
}

fn point(series: StepSeries, time_ms: i64) -> Option<LabelledPoint> {
    let value = series.values.first().copied().filter(|value| !is_absent(*value))?;
    Some(LabelledPoint { labels: series.labels, point: Point { time_ms, value } })
}
