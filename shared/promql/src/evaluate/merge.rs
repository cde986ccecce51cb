//! Series that are one and the same in the end.

use std::collections::HashMap;

use firefly_model::selection::{Labels, is_absent};

use super::StepSeries;
use crate::QueryError;

/// What Prometheus says of two series that are one.
pub(super) fn same_labelset() -> QueryError {
    QueryError::Execution("vector cannot contain metrics with the same labelset".to_owned())
}

/// Puts the values of series with equal labels together.
///
/// # Errors
///
/// If two of them have a value in the same step.
pub(super) fn merged(vector: Vec<StepSeries>) -> Result<Vec<StepSeries>, QueryError> {
    let mut places: HashMap<Labels, usize> = HashMap::with_capacity(vector.len());
    let mut merged: Vec<StepSeries> = Vec::with_capacity(vector.len());
    for series in vector {
        match places.get(&series.labels) {
            Some(place) => merge(&mut merged[*place], &series)?,
            None => {
                places.insert(series.labels.clone(), merged.len());
                merged.push(series);
            }
        }
    }
    Ok(merged)
}

/// Whether the name is dropped, the series says that has the first value.
fn merge(series: &mut StepSeries, other: &StepSeries) -> Result<(), QueryError> {
    let first = |series: &StepSeries| series.values.iter().position(|value| !is_absent(*value));
    if first(other).is_some_and(|other| first(series).is_none_or(|own| other < own)) {
        series.drops_name = other.drops_name;
    }
    for (value, other) in series.values.iter_mut().zip(&other.values) {
        match (is_absent(*value), is_absent(*other)) {
            (true, _) => *value = *other,
            (false, true) => {}
            (false, false) => return Err(same_labelset()),
        }
    }
    Ok(())
}
