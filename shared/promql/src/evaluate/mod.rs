//! The values of expressions at all steps at once.
//!
//! [`selections`] walks an expression and says what it needs of the storage; [`Evaluator`] walks it again, with what the
//! storage has given. Both take the same [`Scope`] to the same part of the expression.

mod binary;
mod budget;
mod calls;
mod evaluator;
mod finish;
mod instant;
mod labels_text;
mod merge;
mod range_vector;
mod scope;
mod selected;
mod selections;
mod windows;

use firefly_model::selection::{Labels, METRIC_NAME, is_absent};

pub(crate) use budget::Budget;
pub(crate) use evaluator::Evaluator;
pub(crate) use finish::finish;
pub(crate) use scope::Scope;
pub(crate) use selected::Selected;
pub(crate) use selections::selections;

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

impl Evaluated {
    /// How many numbers it holds.
    fn size(&self) -> usize {
        match self {
            Self::Scalar(values) => values.len(),
            Self::String(_) => 0,
            Self::Vector(series) => series.iter().map(|series| series.values.len()).sum(),
        }
    }

    /// The value of one step as that of so many.
    fn repeated(self, count: usize) -> Self {
        let repeat = |values: Vec<f64>| values.first().map_or_else(Vec::new, |value| vec![*value; count]);
        match self {
            Self::Scalar(values) => Self::Scalar(repeat(values)),
            Self::String(text) => Self::String(text),
            Self::Vector(series) => Self::Vector(
                series
                    .into_iter()
                    .map(|series| StepSeries { values: repeat(series.values), ..series })
                    .collect(),
            ),
        }
    }
}

/// Removes what describes the metric: its name, and the labels that Prometheus knows beside it for type and unit.
fn drop_name(labels: &mut Labels) {
    labels.retain(|name| !matches!(name, METRIC_NAME | "__type__" | "__unit__"));
}
