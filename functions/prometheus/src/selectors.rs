//! Selectors: those of `match[]`, and those within a query.

use firefly_model::selection::Matcher;
use firefly_promql::Expr;
use firefly_promql::parser::{Call, ExprKind, parse_selector};
use firefly_wire::prometheus::Form;

/// The matchers of each `match[]`, of which one at least has to ask for something.
pub(crate) fn matcher_sets(form: &Form<'_>) -> Result<Vec<Vec<Matcher>>, String> {
    let sets = form.all("match[]").map(parse_selector).collect::<Result<Vec<_>, _>>();
    let sets = sets.map_err(|error| error.to_string())?;
    if sets.iter().any(|set| set.iter().all(|matcher| matcher.matches(""))) {
        return Err("match[] must contain at least one non-empty matcher".into());
    }
    Ok(sets)
}

/// The matchers of each selector within an expression.
pub(crate) fn selectors_of(expr: &Expr) -> Vec<Vec<Matcher>> {
    let mut sets = Vec::new();
    collect(expr, &mut sets);
    sets
}

/// As deep as the parser allows.
fn collect(expr: &Expr, sets: &mut Vec<Vec<Matcher>>) {
    match &expr.kind {
        ExprKind::Number(..) | ExprKind::String(_) => {}
        ExprKind::Vector(selector) => sets.push(selector.matchers.clone()),
        ExprKind::Matrix(matrix) => sets.push(matrix.selector.matchers.clone()),
        ExprKind::Subquery(subquery) => collect(&subquery.expr, sets),
        ExprKind::Call(Call { args, .. }) => args.iter().for_each(|arg| collect(arg, sets)),
        ExprKind::Aggregate(aggregate) => {
            collect(&aggregate.expr, sets);
            if let Some(parameter) = &aggregate.parameter {
                collect(parameter, sets);
            }
        }
        ExprKind::Binary(binary) => {
            collect(&binary.lhs, sets);
            collect(&binary.rhs, sets);
        }
        ExprKind::Minus(expr) | ExprKind::Plus(expr) | ExprKind::Paren(expr) => collect(expr, sets),
    }
}
