//! The functions: what each computes.

mod absent;
mod arguments;
mod buckets;
mod catalogue;
mod dates;
mod histograms;
mod labels;
mod maths;
mod notes;
mod over_time;
mod quantile;
mod rate;
mod regression;
mod scalars;
mod sort;
mod template;

#[cfg(test)]
mod tests;

use firefly_model::selection::{Labels, Point, Times, WindowFunction};

use crate::evaluate::Evaluated;
use crate::parser::{Call, Span};
use crate::{Annotations, QueryError};

pub(crate) use catalogue::implementation;
pub(crate) use maths::{go_max, go_min};
pub(crate) use notes::quantile_warning;
pub(crate) use quantile::{is_invalid, quantile};
pub(crate) use sort::sort_as_go;

/// How a function is computed.
#[derive(Clone, Copy)]
pub(crate) enum Implementation {
    /// From the points of each window of a range vector, series by series and step by step.
    Window(OfWindow),
    /// From its arguments for all steps at once.
    Whole(OfWhole),
}

/// A function of a range vector.
#[derive(Clone, Copy)]
pub(crate) struct OfWindow {
    /// The value of one window, None if it has none. The numbers are the scalar arguments in this step, in their order.
    pub compute: fn(&Window<'_>, &[f64], &mut Notes<'_>) -> Option<f64>,
    /// Whether the series keeps its name (`last_over_time`).
    pub keeps_name: bool,
    /// What a database may compute instead.
    pub in_database: Option<WindowFunction>,
}

/// The points of a window, never empty, without markers of staleness.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window<'a> {
    pub points: &'a [Point],
    /// Where the window begins (not part of it) and ends (part of it), after `offset` and `@`.
    pub start_ms: i64,
    pub end_ms: i64,
    /// The time of the step, before `offset` and `@`.
    pub step_ms: i64,
}

/// Where a function of windows leaves what the user should know.
pub(crate) struct Notes<'a> {
    pub annotations: &'a mut Annotations,
    pub call: &'a Call,
    /// Where the call stands.
    pub span: Span,
    /// Labels of the series, its name among them.
    pub labels: &'a Labels,
}

/// A function of whole arguments.
pub(crate) type OfWhole = fn(&Context<'_>, Vec<Evaluated>, &mut Annotations) -> Result<Evaluated, QueryError>;

/// What is known about a call beside its arguments' values.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub call: &'a Call,
    /// Where the call stands.
    pub span: Span,
    /// The times of the steps.
    pub times: Times,
    /// Whether they are steps of a range, even if there is only one.
    pub is_range: bool,
}
