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

#[cfg(test)]
mod tests {
    use firefly_promql::parse;

    use super::*;

    fn shown(sets: &[Vec<Matcher>]) -> Vec<String> {
        let show =
            |matcher: &Matcher| format!("{}{}{}", matcher.name(), matcher.op().as_str(), matcher.value());
        sets.iter().map(|set| set.iter().map(show).collect::<Vec<_>>().join(",")).collect()
    }

    fn sets(query: &str) -> Result<Vec<String>, String> {
        matcher_sets(&Form::parse(b"", query)).map(|sets| shown(&sets))
    }

    #[test]
    fn each_match_has_to_ask_for_something() {
        assert_eq!(sets(""), Ok(vec![]));
        assert_eq!(sets("match[]=up&match[]={a!~%22b%22,c=%22d%22}").unwrap(), ["__name__=up", "a!~b,c=d"]);
        assert_eq!(sets("match[]={__name__!=%22%22}").unwrap(), ["__name__!="]);
        for (query, error) in [
            ("match[]=up&match[]={}", "match[] must contain at least one non-empty matcher"),
            ("match[]={a=~%22.*%22}", "match[] must contain at least one non-empty matcher"),
            ("match[]=", "unknown position: parse error: unexpected end of input"),
            ("match[]=up%20offset%205m", "1:4: parse error: unexpected <offset>"),
            ("match[]=(up)", "1:1: parse error: unexpected \"(\""),
        ] {
            assert_eq!(sets(query), Err(error.to_owned()), "{query}");
        }
    }

    #[test]
    fn selectors_are_found_wherever_they_stand() {
        let query = "-topk(scalar(a), rate(b[5m])) + (max_over_time(c[1h:1m]) or quantile(0.5, +d)) * 2";
        assert_eq!(
            shown(&selectors_of(&parse(query).unwrap())),
            ["__name__=b", "__name__=a", "__name__=c", "__name__=d"]
        );
        assert!(selectors_of(&parse("time() + 1").unwrap()).is_empty());
    }
}
