//! Numbers and vectors made of each other: `scalar`, `vector`, `time`, `pi`, `timestamp`.

use std::f64::consts::PI;

use firefly_model::selection::{Labels, is_absent};

use super::{Context, arguments};
use crate::evaluate::{Evaluated, StepSeries};
use crate::{Annotations, QueryError};

pub(super) fn time(
    context: &Context<'_>,
    _: Vec<Evaluated>,
    _: &mut Annotations,
) -> Result<Evaluated, QueryError> {
    Ok(Evaluated::Scalar(context.times.iter().map(seconds).collect()))
}

pub(super) fn pi(
    context: &Context<'_>,
    _: Vec<Evaluated>,
    _: &mut Annotations,
) -> Result<Evaluated, QueryError> {
    Ok(Evaluated::Scalar(vec![PI; context.times.count]))
}

/// A series without labels.
pub(super) fn vector(
    _: &Context<'_>,
    arguments: Vec<Evaluated>,
    _: &mut Annotations,
) -> Result<Evaluated, QueryError> {
    let values = arguments::numbers(arguments.into_iter().next());
    Ok(Evaluated::Vector(vec![StepSeries { labels: Labels::default(), drops_name: false, values }]))
}

/// The value of the only series in a step; NaN where there are none or several.
pub(super) fn scalar(
    context: &Context<'_>,
    arguments: Vec<Evaluated>,
    _: &mut Annotations,
) -> Result<Evaluated, QueryError> {
    let mut numbers = vec![f64::NAN; context.times.count];
    let mut counts = vec![0_usize; context.times.count];
    for series in arguments::first_vector(arguments) {
        for ((number, count), value) in numbers.iter_mut().zip(&mut counts).zip(series.values) {
            if !is_absent(value) {
                *count += 1;
                *number = if *count == 1 { value } else { f64::NAN };
            }
        }
    }
    Ok(Evaluated::Scalar(numbers))
}

/// Of anything but a selector: the time of the step.
pub(super) fn timestamp(
    context: &Context<'_>,
    arguments: Vec<Evaluated>,
    _: &mut Annotations,
) -> Result<Evaluated, QueryError> {
    let mut series = arguments::first_vector(arguments);
    for series in &mut series {
        series.drops_name = true;
        for (value, time_ms) in series.values.iter_mut().zip(context.times.iter()) {
            if !is_absent(*value) {
                *value = seconds(time_ms);
            }
        }
    }
    Ok(Evaluated::Vector(series))
}

fn seconds(time_ms: i64) -> f64 {
    time_ms as f64 / 1000.0
}
