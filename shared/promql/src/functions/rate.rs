//! How fast the values of a window change: `rate`, `increase`, `delta`, `irate`, `idelta`.

use firefly_model::selection::Point;

use super::{Notes, Window};

/// How much more than the mean distance of the points may lie between the outermost ones and the ends of the window, for
/// the series to be taken to reach beyond them.
const REACH: f64 = 1.1;

pub(super) fn rate(window: &Window<'_>, _: &[f64], notes: &mut Notes<'_>) -> Option<f64> {
    let per_second = extrapolated(window, true, seconds(window))?;
    notes.doubt_counter();
    Some(per_second)
}

pub(super) fn increase(window: &Window<'_>, _: &[f64], notes: &mut Notes<'_>) -> Option<f64> {
    let increase = extrapolated(window, true, 1.0)?;
    notes.doubt_counter();
    Some(increase)
}

pub(super) fn delta(window: &Window<'_>, _: &[f64], _: &mut Notes<'_>) -> Option<f64> {
    extrapolated(window, false, 1.0)
}

pub(super) fn irate(window: &Window<'_>, _: &[f64], _: &mut Notes<'_>) -> Option<f64> {
    let (before, last) = last_two(window)?;
    let seconds = milliseconds(before.time_ms, last.time_ms) / 1000.0;
    // A counter that fell began at 0 again.
    let rise = if last.value < before.value { last.value } else { last.value - before.value };
    Some(rise / seconds)
}

pub(super) fn idelta(window: &Window<'_>, _: &[f64], _: &mut Notes<'_>) -> Option<f64> {
    last_two(window).map(|(before, last)| last.value - before.value)
}

fn last_two<'a>(window: &Window<'a>) -> Option<(&'a Point, &'a Point)> {
    let [.., before, last] = window.points else { return None };
    (before.time_ms != last.time_ms).then_some((before, last))
}

/// The difference between the outermost points, resets of a counter added, extended to the ends of the window or to where
/// the series seems to begin and end, and divided.
fn extrapolated(window: &Window<'_>, is_counter: bool, divisor: f64) -> Option<f64> {
    let [first, .., last] = window.points else { return None };
    let mut rise = last.value - first.value;
    if is_counter {
        for pair in window.points.windows(2) {
            if pair[1].value < pair[0].value {
                rise += pair[0].value;
            }
        }
    }
    let mut to_start = milliseconds(window.start_ms, first.time_ms) / 1000.0;
    let mut to_end = milliseconds(last.time_ms, window.end_ms) / 1000.0;
    let sampled = milliseconds(first.time_ms, last.time_ms) / 1000.0;
    let mean_distance = sampled / (window.points.len() - 1) as f64;
    let threshold = mean_distance * REACH;
    if to_start >= threshold {
        to_start = mean_distance / 2.0;
    }
    if is_counter && rise > 0.0 && first.value >= 0.0 {
        // It cannot have been below 0, so the series began no earlier than where its slope meets 0.
        let to_zero = sampled * (first.value / rise);
        if to_zero < to_start {
            to_start = to_zero;
        }
    }
    if to_end >= threshold {
        to_end = mean_distance / 2.0;
    }
    let extension = if sampled == 0.0 { 1.0 } else { (sampled + to_start + to_end) / sampled };
    Some(rise * (extension / divisor))
}

/// The length of the window. Whole seconds and the rest are added up as Go does, to round alike.
fn seconds(window: &Window<'_>) -> f64 {
    let length_ms = window.end_ms.saturating_sub(window.start_ms);
    (length_ms / 1000) as f64 + (length_ms % 1000 * 1_000_000) as f64 / 1e9
}

fn milliseconds(from_ms: i64, to_ms: i64) -> f64 {
    to_ms.saturating_sub(from_ms) as f64
}
