//! What is selected.

use super::Labels;
use crate::STALE_MARKER;

/// A value at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// Any floating-point number, a marker of staleness too.
    pub value: f64,
}

/// Stands for no value in a column of values: the bits of the marker of staleness, which no computation yields.
pub const ABSENT: f64 = STALE_MARKER;

/// Whether this stands for no value.
pub fn is_absent(value: f64) -> bool {
    value.to_bits() == ABSENT.to_bits()
}

/// A series with what is needed of it.
#[derive(Clone, Debug, PartialEq)]
pub struct SelectedSeries {
    /// Its labels, the name of the metric among them.
    pub labels: Labels,
    /// How long a sample is seen.
    pub visibility: Visibility,
    /// Its samples.
    pub samples: Samples,
}

/// What there is of a series.
#[derive(Clone, Debug, PartialEq)]
pub enum Samples {
    /// Points in the order of their times, each time once; markers of staleness among them.
    Points(Vec<Point>),
    /// The results of the function that was asked for, one for each of the times; [`ABSENT`] where the window is empty.
    Results(Vec<f64>),
}

/// How long an instant selector sees a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// As long as the lookback reaches: Prometheus' rule.
    Sustained,
    /// The rule for CloudWatch's data points, each of which is the amount of one period: among the steps of a range query
    /// or subquery, the first at or after it sees it, within the lookback, and no other, so that nothing counts twice and an
    /// idle minute does not repeat the one before; a single look sees it as long as this lookback reaches, unless another
    /// was asked for explicitly, as points come minutes late.
    Once {
        /// Lookback of a single look, in milliseconds.
        lookback_ms: i64,
    },
}

/// A series with one value.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelledPoint {
    /// Its labels.
    pub labels: Labels,
    /// Its value.
    pub point: Point,
}

/// A series with its values over time.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelledPoints {
    /// Its labels.
    pub labels: Labels,
    /// Its values, in the order of their times.
    pub points: Vec<Point>,
}
