//! An expression as the tree that Prometheus' UI explains, `parse_query`.
//!
//! What is experimental and so never there is null or false in it: arithmetic in durations, `anchored`, `smoothed`, `fill`.

use firefly_model::selection::{GoFloat, Matcher, format_go_float};
use firefly_promql::Expr;
use firefly_promql::parser::{
    Aggregate, Arity, At, Binary, Call, Cardinality, ExprKind, Grouping, Subquery, VectorMatching,
    VectorSelector,
};
use serde_json::{Value, json};

/// The tree of an expression, as deep as the parser allows.
pub(crate) fn syntax_tree(expr: &Expr) -> Value {
    match &expr.kind {
        ExprKind::Number(value, ..) => {
            json!({"type": "numberLiteral", "val": format_go_float(*value, GoFloat::Plain)})
        }
        ExprKind::String(text) => json!({"type": "stringLiteral", "val": text}),
        ExprKind::Vector(selector) => of_selector("vectorSelector", selector),
        ExprKind::Matrix(matrix) => {
            let mut tree = of_selector("matrixSelector", &matrix.selector);
            tree["range"] = matrix.window_ms.into();
            tree["rangeExpr"] = Value::Null;
            tree
        }
        ExprKind::Subquery(subquery) => of_subquery(subquery),
        ExprKind::Call(call) => of_call(call),
        ExprKind::Aggregate(aggregate) => of_aggregate(aggregate),
        ExprKind::Binary(binary) => of_binary(binary),
        ExprKind::Minus(expr) => json!({"type": "unaryExpr", "op": "-", "expr": syntax_tree(expr)}),
        ExprKind::Plus(expr) => json!({"type": "unaryExpr", "op": "+", "expr": syntax_tree(expr)}),
        ExprKind::Paren(expr) => json!({"type": "parenExpr", "expr": syntax_tree(expr)}),
    }
}

fn of_selector(kind: &str, selector: &VectorSelector) -> Value {
    json!({
        "type": kind,
        "name": selector.name,
        "offset": selector.offset_ms,
        "offsetExpr": null,
        "matchers": selector.matchers.iter().map(of_matcher).collect::<Vec<_>>(),
        "timestamp": timestamp(selector.at),
        "startOrEnd": start_or_end(selector.at),
        "anchored": false,
        "smoothed": false,
    })
}

fn of_matcher(matcher: &Matcher) -> Value {
    json!({"name": matcher.name(), "value": matcher.value(), "type": matcher.op().as_str()})
}

fn of_subquery(subquery: &Subquery) -> Value {
    json!({
        "type": "subquery",
        "expr": syntax_tree(&subquery.expr),
        "range": subquery.window_ms,
        "rangeExpr": null,
        "offset": subquery.offset_ms,
        "offsetExpr": null,
        "step": subquery.step_ms.unwrap_or(0),
        "stepExpr": null,
        "timestamp": timestamp(subquery.at),
        "startOrEnd": start_or_end(subquery.at),
    })
}

fn timestamp(at: Option<At>) -> Option<i64> {
    match at {
        Some(At::Time(time_ms)) => Some(time_ms),
        _ => None,
    }
}

fn start_or_end(at: Option<At>) -> Option<&'static str> {
    match at {
        Some(At::Start) => Some("start"),
        Some(At::End) => Some("end"),
        _ => None,
    }
}

fn of_call(call: &Call) -> Value {
    let function = call.function;
    let variadic = match function.arity {
        Arity::Exact => 0,
        Arity::UpTo(more) => i64::from(more),
        Arity::Any => -1,
    };
    json!({
        "type": "call",
        "func": {
            "name": function.name,
            "argTypes": function.args.iter().map(|arg| arg.as_str()).collect::<Vec<_>>(),
            "variadic": variadic,
            "returnType": function.returns.as_str(),
        },
        "args": call.args.iter().map(syntax_tree).collect::<Vec<_>>(),
    })
}

fn of_aggregate(aggregate: &Aggregate) -> Value {
    let (is_without, labels) = match &aggregate.grouping {
        Grouping::By(labels) => (false, labels),
        Grouping::Without(labels) => (true, labels),
    };
    json!({
        "type": "aggregation",
        "op": aggregate.op.as_str(),
        "expr": syntax_tree(&aggregate.expr),
        "param": aggregate.parameter.as_deref().map(syntax_tree),
        "grouping": labels,
        "without": is_without,
    })
}

fn of_binary(binary: &Binary) -> Value {
    json!({
        "type": "binaryExpr",
        "op": binary.op.as_str(),
        "lhs": syntax_tree(&binary.lhs),
        "rhs": syntax_tree(&binary.rhs),
        "matching": binary.matching.as_ref().map(of_matching),
        "bool": binary.is_bool,
    })
}

fn of_matching(matching: &VectorMatching) -> Value {
    let cardinality = match matching.cardinality {
        Cardinality::OneToOne => "one-to-one",
        Cardinality::ManyToOne => "many-to-one",
        Cardinality::OneToMany => "one-to-many",
        Cardinality::ManyToMany => "many-to-many",
    };
    json!({
        "card": cardinality,
        "labels": matching.labels,
        "on": matching.is_on,
        "include": matching.include,
        "fillValues": {"lhs": null, "rhs": null},
    })
}
