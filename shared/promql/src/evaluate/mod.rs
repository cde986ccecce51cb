//! The values of expressions at all steps at once.
//!
//! An expression is walked twice, both times with the [`frame::Frame`] in which each part is evaluated: first to collect what
//! its selectors need ([`selections`]), then to evaluate it with what the storage has ([`evaluator`]). A part that does not
//! depend on the step is evaluated once and its value repeated.

mod binary;
mod budget;
mod calls;
mod evaluator;
mod finish;
mod frame;
mod instant;
mod invariant;
mod negate;
mod range_vector;
mod selections;
mod windows;

use firefly_model::selection::{Labels, METRIC_NAME, is_absent};

pub(crate) use budget::Budget;
pub(crate) use evaluator::Evaluator;
pub(crate) use frame::{Frame, Scope};
pub(crate) use selections::{Selected, Selections};

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

impl Evaluated {
    /// How many values it holds.
    fn size(&self) -> usize {
        match self {
            Self::Scalar(values) => values.len(),
            Self::String(_) => 0,
            Self::Vector(series) => series.iter().map(|series| series.values.len()).sum(),
        }
    }
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

/// Removes what describes the metric: its name, and the labels that Prometheus keeps beside it for its type and unit.
fn drop_name(labels: &mut Labels) {
    labels.retain(|name| !matches!(name, METRIC_NAME | "__type__" | "__unit__"));
}
