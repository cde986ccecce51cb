//! An expression as the tree that Prometheus' UI explains, `parse_query`.
//!
//! What is experimental and so never there is null or false in it: `anchored`, `smoothed`, `fill`.

use firefly_model::selection::{GoFloat, Matcher, format_go_float};
use firefly_promql::Expr;
use firefly_promql::parser::{
    Aggregate, Arity, At, Binary, Call, Cardinality, ExprKind, Grouping, Length, LengthKind, Notation,
    Subquery, VectorMatching, VectorSelector,
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
            tree["rangeExpr"] = of_length(matrix.window_length.as_deref());
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
        "offsetExpr": of_length(selector.offset_length.as_deref()),
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
        "rangeExpr": of_length(subquery.lengths.window.as_deref()),
        "offset": subquery.offset_ms,
        "offsetExpr": of_length(subquery.lengths.offset.as_deref()),
        "step": subquery.step_ms.unwrap_or(0),
        "stepExpr": of_length(subquery.lengths.step.as_deref()),
        "timestamp": timestamp(subquery.at),
        "startOrEnd": start_or_end(subquery.at),
    })
}

/// What a length of time is computed from; null if it is not.
fn of_length(length: Option<&Length>) -> Value {
    let Some(length) = length else { return Value::Null };
    let (op, lhs, rhs) = match &length.kind {
        LengthKind::Number(seconds, notation) => {
            return json!({
                "type": "numberLiteral",
                "val": format_go_float(*seconds, GoFloat::Plain),
                "duration": *notation == Notation::Duration,
            });
        }
        LengthKind::Step => ("step", None, None),
        LengthKind::Range => ("range", None, None),
        LengthKind::MinOf(pair) => ("min_of", Some(&pair[0]), Some(&pair[1])),
        LengthKind::MaxOf(pair) => ("max_of", Some(&pair[0]), Some(&pair[1])),
        LengthKind::Minus(operand) => ("-", None, Some(&**operand)),
        LengthKind::Plus(operand) => ("+", None, Some(&**operand)),
        LengthKind::Operation(op, pair) => (op.as_str(), Some(&pair[0]), Some(&pair[1])),
    };
    json!({
        "type": "durationExpr",
        "op": op,
        "lhs": of_length(lhs),
        "rhs": of_length(rhs),
        "wrapped": length.is_wrapped,
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

#[cfg(test)]
mod tests {
    use firefly_promql::parse;
    use firefly_wire::prometheus::to_go_json;

    use super::*;

    fn tree(query: &str) -> String {
        to_go_json(&syntax_tree(&parse(query).unwrap()))
    }

    const SELECTOR: &str = r#"{"anchored":false,"matchers":[{"name":"__name__","type":"=","value":"a"}],"name":"a","offset":0,"offsetExpr":null,"smoothed":false,"startOrEnd":null,"timestamp":null,"type":"vectorSelector"}"#;

    #[test]
    fn selectors_say_when_they_look() {
        assert_eq!(tree("a"), SELECTOR);
        assert_eq!(
            tree(r#"a{b!~"c>"} @ 1.5 offset -1m"#),
            r#"{"anchored":false,"matchers":[{"name":"b","type":"!~","value":"c\u003e"},{"name":"__name__","type":"=","value":"a"}],"name":"a","offset":-60000,"offsetExpr":null,"smoothed":false,"startOrEnd":null,"timestamp":1500,"type":"vectorSelector"}"#
        );
        assert_eq!(
            tree("rate(a[5m] @ end())"),
            r#"{"args":[{"anchored":false,"matchers":[{"name":"__name__","type":"=","value":"a"}],"name":"a","offset":0,"offsetExpr":null,"range":300000,"rangeExpr":null,"smoothed":false,"startOrEnd":"end","timestamp":null,"type":"matrixSelector"}],"func":{"argTypes":["matrix"],"name":"rate","returnType":"vector","variadic":0},"type":"call"}"#
        );
        assert_eq!(
            tree("max_over_time(a[1h:1m] @ start())"),
            format!(
                r#"{{"args":[{{"expr":{SELECTOR},"offset":0,"offsetExpr":null,"range":3600000,"rangeExpr":null,"startOrEnd":"start","step":60000,"stepExpr":null,"timestamp":null,"type":"subquery"}}],"func":{{"argTypes":["matrix"],"name":"max_over_time","returnType":"vector","variadic":0}},"type":"call"}}"#
            )
        );
    }

    #[test]
    fn operations_have_their_operands() {
        assert_eq!(
            tree("a * on(b) group_left(c) -a"),
            format!(
                r#"{{"bool":false,"lhs":{SELECTOR},"matching":{{"card":"many-to-one","fillValues":{{"lhs":null,"rhs":null}},"include":["c"],"labels":["b"],"on":true}},"op":"*","rhs":{{"expr":{SELECTOR},"op":"-","type":"unaryExpr"}},"type":"binaryExpr"}}"#
            )
        );
        assert_eq!(
            tree("(1 >= bool 5m)"),
            r#"{"expr":{"bool":true,"lhs":{"type":"numberLiteral","val":"1"},"matching":null,"op":"\u003e=","rhs":{"type":"numberLiteral","val":"300"},"type":"binaryExpr"},"type":"parenExpr"}"#
        );
        assert_eq!(
            tree("quantile by (b) (scalar(+a), a)"),
            format!(
                r#"{{"expr":{SELECTOR},"grouping":["b"],"op":"quantile","param":{{"args":[{{"expr":{SELECTOR},"op":"+","type":"unaryExpr"}}],"func":{{"argTypes":["vector"],"name":"scalar","returnType":"scalar","variadic":0}},"type":"call"}},"type":"aggregation","without":false}}"#
            )
        );
        assert_eq!(
            tree("sum without () (a)"),
            format!(
                r#"{{"expr":{SELECTOR},"grouping":[],"op":"sum","param":null,"type":"aggregation","without":true}}"#
            )
        );
        assert_eq!(
            tree(r#"label_join(a, "b", "")"#),
            format!(
                r#"{{"args":[{SELECTOR},{{"type":"stringLiteral","val":"b"}},{{"type":"stringLiteral","val":""}}],"func":{{"argTypes":["vector","string","string","string"],"name":"label_join","returnType":"vector","variadic":-1}},"type":"call"}}"#
            )
        );
    }
}
