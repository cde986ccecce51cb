//! A straight line through a window: `deriv` and `predict_linear`.

use firefly_model::selection::Point;

use super::{Notes, Window};
use crate::kahan::KahanSum;

/// Per second. The times are counted from the first point, to lose nothing of them.
pub(super) fn deriv(window: &Window<'_>, _: &[f64], _: &mut Notes<'_>) -> Option<f64> {
    let [first, _, ..] = window.points else { return None };
    Some(line(window.points, first.time_ms).0)
}

/// So many seconds after the step.
pub(super) fn predict_linear(window: &Window<'_>, numbers: &[f64], _: &mut Notes<'_>) -> Option<f64> {
    let (seconds, [_, _, ..]) = (*numbers.first()?, window.points) else { return None };
    let (slope, intercept) = line(window.points, window.step_ms);
    Some(slope * seconds + intercept)
}

/// The line of the least squares: what it rises in a second, and where it stands at a time.
fn line(points: &[Point], origin_ms: i64) -> (f64, f64) {
    let first = points.first().map_or(f64::NAN, |point| point.value);
    if points.iter().skip(1).all(|point| point.value == first) {
        return if first.is_infinite() { (f64::NAN, f64::NAN) } else { (0.0, first) };
    }
    let (mut x_sum, mut y_sum) = (KahanSum::default(), KahanSum::default());
    let (mut xy_sum, mut xx_sum) = (KahanSum::default(), KahanSum::default());
    for point in points {
        let x = point.time_ms.saturating_sub(origin_ms) as f64 / 1e3;
        x_sum = x_sum.plus(x);
        y_sum = y_sum.plus(point.value);
        xy_sum = xy_sum.plus(x * point.value);
        xx_sum = xx_sum.plus(x * x);
    }
    let count = points.len() as f64;
    let (x, y) = (x_sum.value(), y_sum.value());
    let slope = (xy_sum.value() - x * y / count) / (xx_sum.value() - x * x / count);
    (slope, y / count - slope * x / count)
}
