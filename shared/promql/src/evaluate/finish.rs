//! From the values of all steps to an answer: names are dropped, and series that are equal then become one.

use std::collections::HashMap;

use firefly_model::selection::{LabelledPoint, LabelledPoints, Labels, Point, Times, is_absent};

use super::range_vector::{RangeSamples, RangeVector};
use super::{Evaluated, StepSeries, drop_name};
use crate::{QueryError, Value};

/// The answer of an instant query.
///
/// # Errors
///
/// If two series have the same labels.
pub(crate) fn of_one_time(value: Evaluated, time_ms: i64) -> Result<Value, QueryError> {
    let series = match value {
        Evaluated::String(text) => return Ok(Value::String(time_ms, text)),
        Evaluated::Scalar(values) => {
            let value = values.first().copied().unwrap_or(f64::NAN);
            return Ok(Value::Scalar(Point { time_ms, value }));
        }
        Evaluated::Vector(series) => series,
    };
    let matrix = merged(series.into_iter().map(|series| named_points(series, Times::once(time_ms))))?;
    let vector = matrix.into_iter().filter_map(|LabelledPoints { labels, points }| {
        let point = points.first().copied()?;
        Some(LabelledPoint { labels, point })
    });
    Ok(Value::Vector(vector.collect()))
}

/// The answer of a range query. A number is a series without labels.
///
/// # Errors
///
/// If two series have the same labels and values in the same step.
pub(crate) fn of_range(value: Evaluated, times: Times) -> Result<Value, QueryError> {
    let series = match value {
        Evaluated::Scalar(values) => {
            vec![StepSeries { labels: Labels::default(), drops_name: false, values }]
        }
        Evaluated::Vector(series) => series,
        Evaluated::String(_) => {
            let message =
                "invalid expression type \"string\" for range query, must be Scalar or instant Vector";
            return Err(QueryError::Execution(message.to_owned()));
        }
    };
    let matrix = merged(series.into_iter().map(|series| named_points(series, times)))?;
    Ok(Value::Matrix(sorted(matrix)))
}

/// The answer of an instant query that is a range vector, and how many samples it has.
///
/// # Errors
///
/// If two series have the same labels and samples at the same time.
pub(crate) fn of_range_vector(range_vector: &RangeVector) -> Result<(Value, usize), QueryError> {
    let end_ms = range_vector.times.last_ms();
    let start_ms = end_ms.saturating_sub(range_vector.window_ms);
    let is_within = |point: &&Point| point.time_ms > start_ms && point.time_ms <= end_ms;
    let series = range_vector.series().map(|series| {
        let points = match &series.samples {
            RangeSamples::Points(points) => points.iter().filter(is_within).copied().collect(),
            RangeSamples::Results(_) => Vec::new(),
        };
        LabelledPoints { labels: named(series.labels.clone(), series.drops_name), points }
    });
    let matrix = merged(series)?;
    let samples = matrix.iter().map(|series| series.points.len()).sum();
    Ok((Value::Matrix(sorted(matrix)), samples))
}

fn named(mut labels: Labels, drops_name: bool) -> Labels {
    if drops_name {
        drop_name(&mut labels);
    }
    labels
}

fn named_points(series: StepSeries, times: Times) -> LabelledPoints {
    let points = times.iter().zip(series.values).filter(|(_, value)| !is_absent(*value));
    let points = points.map(|(time_ms, value)| Point { time_ms, value }).collect();
    LabelledPoints { labels: named(series.labels, series.drops_name), points }
}

/// Series of equal labels become one. Those without points are left out.
fn merged(series: impl Iterator<Item = LabelledPoints>) -> Result<Vec<LabelledPoints>, QueryError> {
    let mut merged: Vec<LabelledPoints> = Vec::new();
    let mut known: HashMap<Labels, usize> = HashMap::new();
    let mut is_several = Vec::new();
    for series in series.filter(|series| !series.points.is_empty()) {
        if let Some(at) = known.get(&series.labels) {
            merged[*at].points.extend(series.points);
            is_several.push(*at);
        } else {
            known.insert(series.labels.clone(), merged.len());
            merged.push(series);
        }
    }
    for at in is_several {
        let points = &mut merged[at].points;
        points.sort_by_key(|point| point.time_ms);
        if points.windows(2).any(|pair| pair[0].time_ms == pair[1].time_ms) {
            let message = "vector cannot contain metrics with the same labelset";
            return Err(QueryError::Execution(message.to_owned()));
        }
    }
    Ok(merged)
}

fn sorted(mut matrix: Vec<LabelledPoints>) -> Vec<LabelledPoints> {
    matrix.sort_by(|one, other| one.labels.cmp(&other.labels));
    matrix
}
