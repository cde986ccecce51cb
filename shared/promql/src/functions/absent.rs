//! Whether there is nothing: `absent` and `absent_over_time`.

use std::collections::HashSet;

use firefly_model::selection::{ABSENT, Labels, METRIC_NAME, MatchOp, Matcher, is_absent};

use super::{Context, arguments};
use crate::evaluate::{Evaluated, StepSeries};
use crate::parser::{Expr, ExprKind};
use crate::{Annotations, QueryError};

/// 1 in the steps in which no series has a value, with the labels that the selector names.
pub(super) fn absent(
    context: &Context<'_>,
    arguments: Vec<Evaluated>,
    _: &mut Annotations,
) -> Result<Evaluated, QueryError> {
    let mut values = vec![1.0; context.times.count];
    for series in arguments::first_vector(arguments) {
        for (result, value) in values.iter_mut().zip(series.values) {
            if !is_absent(value) {
                *result = ABSENT;
            }
        }
    }
    let labels = context.call.args.first().map_or_else(Labels::default, selected_labels);
    let series = StepSeries { labels, drops_name: false, values };
    Ok(Evaluated::Vector(if series.has_values() { vec![series] } else { Vec::new() }))
}

/// The labels that a selector wants to be equal to something; one of which it says more is left out.
fn selected_labels(argument: &Expr) -> Labels {
    let matchers: &[Matcher] = match &argument.unwrapped().kind {
        ExprKind::Vector(selector) => &selector.matchers,
        ExprKind::Matrix(matrix) => &matrix.selector.matchers,
        _ => &[],
    };
    let mut labels = Labels::default();
    let mut seen = HashSet::new();
    for matcher in matchers.iter().filter(|matcher| matcher.name() != METRIC_NAME) {
        if matcher.op() == MatchOp::Equal && seen.insert(matcher.name()) {
            labels.set(matcher.name().into(), matcher.value().into());
        } else {
            labels.remove(matcher.name());
        }
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::{Span, VectorSelector};

    #[test]
    fn only_what_is_said_once_and_exactly_becomes_a_label() {
        let matchers = [
            Matcher::equal(METRIC_NAME, "up"),
            Matcher::equal("a", "1"),
            Matcher::equal("b", "2"),
            Matcher::equal("b", "2"),
            Matcher::new("c", MatchOp::Regex, "3").unwrap(),
            Matcher::equal("c", "4"),
            Matcher::equal("d", "5"),
            Matcher::new("d", MatchOp::NotEqual, "6").unwrap(),
        ];
        let selector = VectorSelector {
            name: "up".into(),
            matchers: matchers.into(),
            offset_ms: 0,
            at: None,
            offset_length: None,
        };
        let selector = Expr { kind: ExprKind::Vector(selector), span: Span::default() };
        let expr = Expr { kind: ExprKind::Paren(Box::new(selector)), span: Span::default() };
        assert_eq!(selected_labels(&expr), Labels::new([("a", "1"), ("c", "4")]));
    }
}
