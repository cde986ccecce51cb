//! What a query yields.

use firefly_model::selection::{LabelledPoint, LabelledPoints, Point};

use crate::Annotations;

/// The answer to a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The value.
    pub value: Value,
    /// What should be known about it.
    pub annotations: Annotations,
    /// What it took.
    pub statistics: Statistics,
}

/// The value of a query.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Scalar(Point),
    /// A text, and the time of the query.
    String(i64, String),
    /// Series with one value each, in the order that the query asks for.
    Vector(Vec<LabelledPoint>),
    /// Series with their values over time, sorted by labels: of a range query, or of an instant query of a range vector.
    Matrix(Vec<LabelledPoints>),
}

/// What a query took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Samples that the selectors looked at: for each step those in its window.
    pub total_queryable_samples: u64,
    /// The most samples held at once.
    pub peak_samples: u64,
}
