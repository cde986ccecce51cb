//! The parameters of aggregations.

use firefly_model::selection::{GoFloat, format_go_float};

use crate::evaluate::Evaluated;
use crate::functions::quantile_warning;
use crate::parser::{Aggregate, Span};
use crate::{Annotations, QueryError};

/// The greatest number that Prometheus takes for one below 2^63, and the least.
const GREATEST: f64 = 9_223_372_036_854_774_784.0;
const LEAST: f64 = -9_223_372_036_854_775_808.0;

/// A number for each step.
pub(super) fn numbers(parameter: Option<Evaluated>) -> Vec<f64> {
    match parameter {
        Some(Evaluated::Scalar(numbers)) => numbers,
        _ => Vec::new(),
    }
}

/// Warns of ranks that are none: of NaN, of the greatest and of the least.
pub(super) fn check_ranks(node: &Aggregate, span: Span, ranks: &[f64], annotations: &mut Annotations) {
    let span = node.parameter.as_ref().map_or(span, |parameter| parameter.unwrapped().span);
    if ranks.iter().any(|rank| rank.is_nan()) {
        annotations.warn(span, quantile_warning(f64::NAN));
    }
    let (least, greatest) = extremes(ranks);
    // That of NaNs only is itself none of these.
    if greatest > 1.0 {
        annotations.warn(span, quantile_warning(greatest));
    }
    if least < 0.0 {
        annotations.warn(span, quantile_warning(least));
    }
}

/// How many series of each group are wanted, for each step; None if it is none in any.
///
/// # Errors
///
/// If that is NaN, or no whole number of 64 bits.
pub(super) fn counts(numbers: &[f64]) -> Result<Option<Vec<usize>>, QueryError> {
    let (least, greatest) = extremes(numbers);
    if greatest < 1.0 || numbers.is_empty() {
        return Ok(None);
    }
    if numbers.iter().any(|number| number.is_nan()) {
        return Err(QueryError::Execution("Parameter value is NaN".to_owned()));
    }
    if least <= LEAST {
        return Err(out_of_range(least, "underflows"));
    }
    if greatest >= GREATEST {
        return Err(out_of_range(greatest, "overflows"));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "less than 0 is 0")]
    let whole = |number: &f64| *number as usize;
    Ok(Some(numbers.iter().map(whole).collect()))
}

fn out_of_range(number: f64, how: &str) -> QueryError {
    let number = format_go_float(number, GoFloat::General);
    QueryError::Execution(format!("Scalar value {number} {how} int64"))
}

/// The least and the greatest, NaN if there is one; but an infinite greatest or least prevails.
fn extremes(numbers: &[f64]) -> (f64, f64) {
    let least = numbers.iter().copied().reduce(crate::functions::go_min).unwrap_or(0.0);
    let greatest = numbers.iter().copied().reduce(crate::functions::go_max).unwrap_or(0.0);
    (least, greatest)
}
