//! What functions say beside their values, in Prometheus' words.

use firefly_model::selection::{GoFloat, format_go_float};

use super::{Context, Notes};
use crate::parser::{Call, ExprKind, Span, quoted};

/// The ends of the names of counters.
const COUNTER_SUFFIXES: [&str; 4] = ["_total", "_sum", "_count", "_bucket"];

const NOT_A_COUNTER: &str =
    "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ";

/// What is said of a number that is no quantile.
pub(crate) fn quantile_warning(q: f64) -> String {
    format!("quantile value should be between 0 and 1, got {}", format_go_float(q, GoFloat::General))
}

impl Notes<'_> {
    /// Where an argument stands, without the parentheses around it.
    pub(super) fn argument_span(&self, at: usize) -> Span {
        argument_span(self.call, self.span, at)
    }

    /// Remarks that a series may be no counter, unless it has a counter's name or none.
    pub(super) fn doubt_counter(&mut self) {
        let name = self.labels.metric_name();
        if name.is_empty() || COUNTER_SUFFIXES.iter().any(|suffix| name.ends_with(suffix)) {
            return;
        }
        // Of subqueries Prometheus has forgotten by then where they stand.
        let is_subquery =
            self.call.args.first().is_some_and(|arg| matches!(arg.unwrapped().kind, ExprKind::Subquery(_)));
        let span = if is_subquery { Span::default() } else { self.argument_span(0) };
        // Asked for each window of each series, so usually it has just been said.
        if !self.annotations.has_just_informed(span, NOT_A_COUNTER, name) {
            self.annotations.inform(span, format!("{NOT_A_COUNTER}{}", quoted(name)));
        }
    }
}

impl Context<'_> {
    /// Where an argument stands, without the parentheses around it.
    pub(super) fn argument_span(&self, at: usize) -> Span {
        argument_span(self.call, self.span, at)
    }
}

fn argument_span(call: &Call, otherwise: Span, at: usize) -> Span {
    call.args.get(at).map_or(otherwise, |arg| arg.unwrapped().span)
}
