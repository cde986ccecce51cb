//! Expressions over several lines, as Prometheus' `/api/v1/format_query` lays them out.

use super::print::{aggregate_head, operator, subquery_suffix};
use super::{Aggregate, Expr, ExprKind};

/// What fits on a line is not split, in bytes and without its indentation.
const LINE_BYTES: usize = 100;

/// An expression over as many lines as it takes.
pub fn pretty(expr: &Expr) -> String {
    laid_out(expr, 0)
}

fn laid_out(expr: &Expr, level: usize) -> String {
    let indent = "  ".repeat(level);
    let line = expr.to_string();
    if let ExprKind::Minus(inner) | ExprKind::Plus(inner) = &expr.kind {
        let sign = if matches!(expr.kind, ExprKind::Minus(_)) { '-' } else { '+' };
        return format!("{indent}{sign}{}", laid_out(inner, level).trim());
    }
    if line.len() <= LINE_BYTES {
        // Prometheus does not indent subqueries that it does not split.
        return if matches!(expr.kind, ExprKind::Subquery(_)) { line } else { format!("{indent}{line}") };
    }
    match &expr.kind {
        ExprKind::Aggregate(aggregate) => {
            let Aggregate { expr, parameter, .. } = aggregate;
            let parameter = parameter.as_ref().map(|parameter| laid_out(parameter, level + 1) + ",\n");
            let (head, parameter) = (aggregate_head(aggregate), parameter.unwrap_or_default());
            format!("{indent}{head}(\n{parameter}{}\n{indent})", laid_out(expr, level + 1))
        }
        ExprKind::Binary(binary) => {
            let (lhs, rhs) = (laid_out(&binary.lhs, level + 1), laid_out(&binary.rhs, level + 1));
            format!("{lhs}\n{indent}{}\n{rhs}", operator(binary))
        }
        ExprKind::Call(call) => {
            let args: Vec<_> = call.args.iter().map(|arg| laid_out(arg, level + 1)).collect();
            format!("{indent}{}(\n{}\n{indent})", call.function.name, args.join(",\n"))
        }
        ExprKind::Paren(inner) => format!("{indent}(\n{}\n{indent})", laid_out(inner, level + 1)),
        ExprKind::Subquery(subquery) => laid_out(&subquery.expr, level) + &subquery_suffix(subquery),
        _ => indent + &line,
    }
}
