//! The order of series: `sort` and `sort_desc`.

use super::Context;
use crate::evaluate::{Evaluated, StepSeries};
use crate::{Annotations, QueryError};

const INEFFECTIVE: &str = "sort is ineffective for range queries since results are always ordered by labels";

pub(super) fn sort(
    context: &Context<'_>,
    arguments: Vec<Evaluated>,
    annotations: &mut Annotations,
) -> Result<Evaluated, QueryError> {
    Ok(sorted(context, arguments, annotations, false))
}

pub(super) fn sort_desc(
    context: &Context<'_>,
    arguments: Vec<Evaluated>,
    annotations: &mut Annotations,
) -> Result<Evaluated, QueryError> {
    Ok(sorted(context, arguments, annotations, true))
}

/// By the values of the only step; steps of a range have no such order.
fn sorted(
    context: &Context<'_>,
    arguments: Vec<Evaluated>,
    annotations: &mut Annotations,
    is_descending: bool,
) -> Evaluated {
    let mut series = super::arguments::first_vector(arguments);
    if context.is_range {
        annotations.warn(context.span, INEFFECTIVE);
    } else {
        let value = |series: &StepSeries| series.values.first().copied().unwrap_or(f64::NAN);
        sort_as_go(&mut series, value, is_descending);
    }
    Evaluated::Vector(series)
}

/// Sorts by values, NaN last. Equal values keep their order, and NaNs are turned round: that is what Go's sort makes, of
/// a dozen at most, of Prometheus' comparison, which says of each NaN that it is less than the other.
pub(crate) fn sort_as_go<T>(items: &mut [T], value: impl Fn(&T) -> f64, is_descending: bool) {
    items.sort_by(|a, b| {
        let (a, b) = (value(a), value(b));
        let order = if is_descending { b.partial_cmp(&a) } else { a.partial_cmp(&b) };
        order.unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
    });
    let first_nan = items.partition_point(|item| !value(item).is_nan());
    items[first_nan..].reverse();
}
