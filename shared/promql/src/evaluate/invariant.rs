//! Which parts of a query have the same value in all steps, whatever the step.
//!
//! Prometheus draws the line by the form of the expression: where selectors carry `@`, and nothing else depends on the time.

use crate::parser::{Call, Expr, ExprKind};

/// Whether an expression that is no constant has the same value in all steps.
pub(super) fn is_step_invariant(expr: &Expr) -> bool {
    match &expr.kind {
        // They are as quickly repeated as evaluated.
        ExprKind::Number(..) | ExprKind::String(_) => false,
        // Functions of windows look at the windows themselves.
        ExprKind::Matrix(_) => false,
        _ => depends_on_no_step(expr),
    }
}

fn depends_on_no_step(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Number(..) | ExprKind::String(_) => true,
        ExprKind::Vector(selector) => selector.at.is_some(),
        ExprKind::Matrix(matrix) => matrix.selector.at.is_some(),
        ExprKind::Subquery(subquery) => subquery.at.is_some(),
        ExprKind::Call(call) => is_invariant_call(call),
        // That its parameter may depend on the step makes no difference to Prometheus.
        ExprKind::Aggregate(aggregate) => depends_on_no_step(&aggregate.expr),
        ExprKind::Binary(binary) => depends_on_no_step(&binary.lhs) && depends_on_no_step(&binary.rhs),
        ExprKind::Minus(expr) | ExprKind::Plus(expr) | ExprKind::Paren(expr) => depends_on_no_step(expr),
    }
}

fn is_invariant_call(call: &Call) -> bool {
    let are_invariant = || call.args.iter().all(depends_on_no_step);
    match call.function.name {
        "days_in_month" | "day_of_month" | "day_of_week" | "day_of_year" | "hour" | "minute" | "month"
        | "year" | "predict_linear" | "time" => false,
        // Of samples it is the time, of all else that of the step.
        "timestamp" => {
            let is_selector = |arg: &Expr| matches!(arg.unwrapped().kind, ExprKind::Vector(_));
            call.args.iter().all(is_selector) && are_invariant()
        }
        _ => are_invariant(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::parse;

    #[test]
    fn what_is_looked_at_with_at_is_the_same_in_all_steps() {
        let invariant = [
            "up @ 1",
            "-(up @ start())",
            "rate(up[5m] @ end())",
            "sum(up @ 1) + 2",
            "sum_over_time(up[5m:] @ 1)",
            "timestamp((up @ 1))",
            "topk(scalar(up), up @ 1)",
            "pi()",
        ];
        let others = [
            "up",
            "1",
            "time()",
            "up @ 1 + up",
            "sum_over_time((up @ 1)[5m:])",
            "timestamp(abs(up @ 1))",
            "predict_linear(up[5m] @ 1, 60)",
            "hour(up @ 1)",
        ];
        for text in invariant {
            assert!(is_step_invariant(&parse(text).unwrap()), "{text}");
        }
        for text in others {
            assert!(!is_step_invariant(&parse(text).unwrap()), "{text}");
        }
    }
}
