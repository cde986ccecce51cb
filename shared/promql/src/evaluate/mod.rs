//! The values of expressions at all steps at once.

use firefly_model::selection::{Labels, is_absent};

/// The value of an expression, for all steps.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Evaluated {
    /// A number for each step.
    Scalar(Vec<f64>),
    /// A text, the same in all steps.
    String(String),
    /// Series, no two with equal labels and names that are to be dropped alike. In the order in which an instant query
    /// shows them.
    Vector(Vec<StepSeries>),
}

/// A series with a value for each step; [`firefly_model::selection::ABSENT`] where it has none. Native histograms would be
/// a second column beside this one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StepSeries {
    pub labels: Labels,
    /// Whether the name of the metric is to be removed when the query has been evaluated: until then matching and grouping
    /// see it.
    pub drops_name: bool,
    /// One for each step.
    pub values: Vec<f64>,
}

impl StepSeries {
    /// Whether it has a value in any step.
    pub fn has_values(&self) -> bool {
        !self.values.iter().copied().all(is_absent)
    }
}
