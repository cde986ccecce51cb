//! Windows summed up: `sum_over_time` and its kind.

use super::quantile::{is_invalid, quantile};
use super::{Notes, Window, quantile_warning};
use crate::kahan::{KahanMean, KahanSum};

pub(super) fn sum(window: &Window<'_>, _: &[f64], _: &mut Notes<'_>) -> Option<f64> {
    let sum = values(window).fold(KahanSum::default(), KahanSum::plus);
    Some(if sum.sum.is_infinite() { sum.sum } else { sum.value() })
}

pub(super) fn average(window: &Window<'_>, _: &[f64], _: &mut Notes<'_>) -> Option<f64> {
    let mut values = values(window);
    let first = values.next()?;
    Some(values.fold(KahanMean::of(first), KahanMean::plus).value())
}

pub(super) fn count(window: &Window<'_>, _: &[f64], _: &mut Notes<'_>) -> Option<f64> {
    Some(window.points.len() as f64)
}

pub(super) fn minimum(window: &Window<'_>, _: &[f64], _: &mut Notes<'_>) -> Option<f64> {
    values(window).reduce(|least, value| if value < least || least.is_nan() { value } else { least })
}

pub(super) fn maximum(window: &Window<'_>, _: &[f64], _: &mut Notes<'_>) -> Option<f64> {
    values(window).reduce(|greatest, value| match value > greatest || greatest.is_nan() {
        true => value,
        false => greatest,
    })
}

pub(super) fn first(window: &Window<'_>, _: &[f64], _: &mut Notes<'_>) -> Option<f64> {
    window.points.first().map(|point| point.value)
}

pub(super) fn last(window: &Window<'_>, _: &[f64], _: &mut Notes<'_>) -> Option<f64> {
    window.points.last().map(|point| point.value)
}

pub(super) fn present(_: &Window<'_>, _: &[f64], _: &mut Notes<'_>) -> Option<f64> {
    Some(1.0)
}

pub(super) fn of_quantile(window: &Window<'_>, numbers: &[f64], notes: &mut Notes<'_>) -> Option<f64> {
    let q = *numbers.first()?;
    if is_invalid(q) {
        notes.annotations.warn(notes.argument_span(0), quantile_warning(q));
    }
    Some(quantile(q, &mut values(window).collect::<Vec<_>>()))
}

pub(super) fn standard_variance(window: &Window<'_>, _: &[f64], _: &mut Notes<'_>) -> Option<f64> {
    Some(variance(window))
}

pub(super) fn standard_deviation(window: &Window<'_>, _: &[f64], _: &mut Notes<'_>) -> Option<f64> {
    Some(variance(window).sqrt())
}

/// Welford's method, with what its additions lose.
fn variance(window: &Window<'_>) -> f64 {
    let mut count = 0.0;
    let mut mean = KahanSum::default();
    let mut squares = KahanSum::default();
    for value in values(window) {
        count += 1.0;
        let distance = value - mean.value();
        mean = mean.plus(distance / count);
        squares = squares.plus(distance * (value - mean.value()));
    }
    squares.value() / count
}

fn values<'a>(window: &Window<'a>) -> impl Iterator<Item = f64> + use<'a> {
    window.points.iter().map(|point| point.value)
}

/// How often the value changed; from one NaN to another it does not.
pub(super) fn changes(window: &Window<'_>, _: &[f64], _: &mut Notes<'_>) -> Option<f64> {
    Some(count_pairs(window, |before, after| after != before && !(after.is_nan() && before.is_nan())))
}

/// How often a counter fell.
pub(super) fn resets(window: &Window<'_>, _: &[f64], _: &mut Notes<'_>) -> Option<f64> {
    Some(count_pairs(window, |before, after| after < before))
}

fn count_pairs(window: &Window<'_>, counts: impl Fn(f64, f64) -> bool) -> f64 {
    window.points.windows(2).filter(|pair| counts(pair[0].value, pair[1].value)).count() as f64
}
