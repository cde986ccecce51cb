//! Whether an answer is what is expected.

use anyhow::{Context, Result, bail, ensure};
use firefly_model::selection::{LabelledPoints, Labels, Point, Times};
use firefly_promql::Value;

use super::eval::Expected;
use super::samples::Slot;

/// Relative difference of numbers that count as equal.
const TOLERANCE: f64 = 1e-9;

/// Compares a value with what is expected.
pub fn compare(expected: &Expected, value: &Value, is_ordered: bool) -> Result<()> {
    match (expected, value) {
        (Expected::Scalar(number), Value::Scalar(point)) => {
            ensure!(is_near(*number, point.value), "expected {number}, got {}", point.value);
            Ok(())
        }
        (Expected::String(text), Value::String(_, answered)) => {
            ensure!(text == answered, "expected {text:?}, got {answered:?}");
            Ok(())
        }
        (Expected::Series(times, series), Value::Vector(answered)) => {
            let answered = answered.iter();
            let answered: Vec<_> = answered
                .map(|series| LabelledPoints { labels: series.labels.clone(), points: vec![series.point] })
                .collect();
            compare_series(*times, series, &answered, is_ordered)
        }
        (Expected::Series(times, series) | Expected::RangeVector(times, series), Value::Matrix(answered)) => {
            ensure!(
                answered.is_sorted_by(|one, other| one.labels < other.labels),
                "the series are not sorted: {answered:?}"
            );
            compare_series(*times, series, answered, is_ordered)
        }
        _ => bail!("expected {expected:?}, got {value:?}"),
    }
}

fn compare_series(
    times: Times,
    expected: &[(Labels, Vec<Slot>)],
    answered: &[LabelledPoints],
    is_ordered: bool,
) -> Result<()> {
    for (place, (labels, slots)) in expected.iter().enumerate() {
        let found = answered.iter().position(|series| series.labels == *labels);
        let found = found.with_context(|| format!("there is no {labels:?} in {answered:?}"))?;
        ensure!(!is_ordered || found == place, "{labels:?} is at place {found}, not {place}");
        let points = times.iter().zip(slots);
        let points = points.filter_map(|(time_ms, slot)| slot.map(|value| Point { time_ms, value }));
        compare_points(&points.collect::<Vec<_>>(), &answered[found].points)
            .with_context(|| format!("of {labels:?}"))?;
    }
    let is_expected = |series: &&LabelledPoints| expected.iter().any(|(labels, _)| series.labels == *labels);
    let unexpected: Vec<_> = answered.iter().filter(|series| !is_expected(series)).collect();
    ensure!(unexpected.is_empty(), "unexpected series: {unexpected:?}");
    ensure!(expected.len() == answered.len(), "series are there twice: {answered:?}");
    Ok(())
}

fn compare_points(expected: &[Point], answered: &[Point]) -> Result<()> {
    let is_same =
        |(one, other): (&Point, &Point)| one.time_ms == other.time_ms && is_near(one.value, other.value);
    let are_same = expected.len() == answered.len() && expected.iter().zip(answered).all(is_same);
    ensure!(are_same, "expected {expected:?}, got {answered:?}");
    Ok(())
}

/// Whether two numbers are equal but for rounding. All NaN are.
fn is_near(one: f64, other: f64) -> bool {
    let difference = (one - other).abs();
    one == other
        || (one.is_nan() && other.is_nan())
        || (difference.is_finite() && difference <= TOLERANCE * one.abs().max(other.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_equal_but_for_rounding() {
        assert!(is_near(1.0, 1.0 + 1e-10) && !is_near(1.0, 1.0 + 1e-8));
        assert!(is_near(f64::NAN, f64::NAN) && !is_near(f64::NAN, 1.0));
        assert!(is_near(f64::INFINITY, f64::INFINITY) && !is_near(f64::INFINITY, f64::MAX));
        assert!(!is_near(0.0, 1e-300));
    }
}
