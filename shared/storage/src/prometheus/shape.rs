//! In which form samples are read: all of them, or what the database or the reader may leave out of them.

use firefly_model::selection::{Look, Selection, Times, WindowFunction};

use super::reading::{Column, back_ms};

/// From where on functions of windows are left to the database, by an estimate of what there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PushDown {
    /// Samples of all series together.
    pub samples: usize,
    /// Samples of each stretch of time that gives one number: a window, or of windows that overlap a step.
    pub of_each: u32,
}

impl Default for PushDown {
    /// Fewer samples are read in a few milliseconds; and of 1,440,000 samples groups of ten took the server 1.7 times as
    /// long as the samples themselves, one group for each series half as long.
    fn default() -> Self {
        Self { samples: 10_000, of_each: 30 }
    }
}

/// From one data point of CloudWatch to the next.
const CLOUDWATCH_PERIOD_MS: i64 = 60_000;
/// From one sample to the next, at the least: what Prometheus' own documents scrape with.
const SAMPLES_PERIOD_MS: i64 = 15_000;

/// What is read of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Every sample.
    All,
    /// The newest sample of each series.
    Newest(Markers),
    /// Of each series the newest sample of each bucket.
    NewestOfBuckets(Buckets, Markers),
    /// What this function is of each bucket.
    Partials(Buckets, WindowFunction),
}

/// What becomes of markers of staleness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Markers {
    /// They count as samples.
    Kept,
    /// They do not.
    LeftOut,
}

/// Stretches of time, one after the other, each open to the left: the last one ends at the last of the times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Buckets {
    /// Where the first one begins.
    pub begin_ms: i64,
    /// Length of each.
    pub width_ms: i64,
    /// How many there are.
    pub count: usize,
    /// How many of them a time looks back on.
    pub of_window: usize,
}

impl Buckets {
    /// As wide as the step, or for one time alone as the window. The windows of several times have to be made of whole
    /// buckets, or of the last part of one.
    fn of(times: Times, back_ms: i64) -> Option<Self> {
        if times.count == 1 {
            let begin_ms = times.first_ms.checked_sub(back_ms)?;
            return Some(Self { begin_ms, width_ms: back_ms, count: 1, of_window: 1 });
        }
        let width_ms = times.step_ms;
        let of_window = match back_ms % width_ms {
            0 => usize::try_from(back_ms / width_ms).ok()?,
            _ if back_ms < width_ms => 1,
            _ => return None,
        };
        let before = i64::try_from(of_window).ok()?.checked_mul(width_ms)?;
        let count = times.count.checked_add(of_window - 1)?;
        Some(Self { begin_ms: times.first_ms.checked_sub(before)?, width_ms, count, of_window })
    }

    /// The bucket that a time lies in; what is before the first one belongs to it.
    pub fn index(self, time_ms: i64) -> usize {
        let behind_ms = time_ms.saturating_sub(self.begin_ms).saturating_sub(1);
        usize::try_from(behind_ms.div_euclid(self.width_ms)).unwrap_or(0)
    }
}

/// The shape in which a selection reads a column of so many series.
pub(super) fn shape(selection: &Selection, column: &Column, series: usize, least: PushDown) -> Shape {
    let times = selection.times;
    if times.count == 0 || (times.count > 1 && times.step_ms <= 0) {
        return Shape::All;
    }
    let back_ms = back_ms(selection, column);
    let period_ms = if column.is_of_cloudwatch() { CLOUDWATCH_PERIOD_MS } else { SAMPLES_PERIOD_MS };
    let newest = |markers| match times.count {
        1 => Shape::Newest(markers),
        _ if times.step_ms > period_ms => {
            // Each step needs the newest sample of its own bucket, or of one before it.
            Buckets::of(times, times.step_ms)
                .map_or(Shape::All, |buckets| Shape::NewestOfBuckets(buckets, markers))
        }
        _ => Shape::All,
    };
    let (function, buckets) = match selection.look {
        Look::Newest { .. } => return newest(Markers::Kept),
        Look::Window { function: None, .. } => return Shape::All,
        Look::Window { function: Some(WindowFunction::Last), .. } => return newest(Markers::LeftOut),
        Look::Window { function: Some(function), .. } => match Buckets::of(times, back_ms) {
            Some(buckets) => (function, buckets),
            None => return Shape::All,
        },
    };
    let span_ms = times.last_ms().saturating_sub(times.first_ms).saturating_add(back_ms);
    let rows = usize::try_from(span_ms / period_ms).unwrap_or(0).saturating_mul(series);
    let of_each = back_ms.min(buckets.width_ms) / period_ms;
    let pays = of_each >= i64::from(least.of_each) && rows >= least.samples;
    if pays && column.is_worked_out_by_the_database() {
        Shape::Partials(buckets, function)
    } else {
        Shape::All
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(first_ms: i64, step_ms: i64, count: usize, back_ms: i64) -> Option<Buckets> {
        Buckets::of(Times { first_ms, step_ms, count }, back_ms)
    }

    #[test]
    fn windows_are_made_of_whole_buckets() {
        let expected = Buckets { begin_ms: 700, width_ms: 100, count: 5, of_window: 3 };
        assert_eq!(buckets(1_000, 100, 3, 300), Some(expected));
        assert_eq!(buckets(1_000, 100, 3, 250), None);
    }

    #[test]
    fn a_window_that_is_shorter_than_the_step_is_a_part_of_a_bucket() {
        let expected = Buckets { begin_ms: 900, width_ms: 100, count: 3, of_window: 1 };
        assert_eq!(buckets(1_000, 100, 3, 30), Some(expected));
        assert_eq!(buckets(1_000, 0, 1, 30).map(|alone| (alone.begin_ms, alone.width_ms)), Some((970, 30)));
    }

    #[test]
    fn buckets_are_open_to_the_left() {
        let buckets = buckets(1_000, 100, 3, 100).unwrap();
        assert_eq!([901, 1_000, 1_001, 1_100, 1_200].map(|time_ms| buckets.index(time_ms)), [0, 0, 1, 1, 2]);
        assert_eq!(buckets.index(i64::MIN), 0);
    }
}
