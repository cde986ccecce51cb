//! Expressions as Prometheus writes them.

use std::fmt::{Display, Formatter, Result};

use firefly_model::selection::{METRIC_NAME, MatchOp, Matcher};

use super::durations::format_duration;
use super::quote::quoted;
use super::{
    Aggregate, At, Binary, Cardinality, Expr, ExprKind, Grouping, Length, LengthKind, MatrixSelector,
    Notation, Subquery, VectorMatching, VectorSelector,
};

/// On one line, as Prometheus' `/api/v1/format_query` has short ones: `sum by (job) (rate(up{a="b"}[5m] offset 1m))`.
impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.kind {
            ExprKind::Number(value, notation) => f.write_str(&number(*value, *notation)),
            ExprKind::String(text) => f.write_str(&quoted(text)),
            ExprKind::Vector(selector) => {
                write!(f, "{}{}", series(selector), selector_suffix(selector))
            }
            ExprKind::Matrix(MatrixSelector { selector, window_ms, window_length }) => {
                let window = length(*window_ms, window_length.as_deref());
                write!(f, "{}[{window}]{}", series(selector), selector_suffix(selector))
            }
            ExprKind::Subquery(subquery) => write!(f, "{}{}", subquery.expr, subquery_suffix(subquery)),
            ExprKind::Call(call) => {
                write!(f, "{}(", call.function.name)?;
                separated(f, &call.args)?;
                f.write_str(")")
            }
            ExprKind::Aggregate(aggregate) => {
                write!(f, "{}(", aggregate_head(aggregate))?;
                if let Some(parameter) = &aggregate.parameter {
                    write!(f, "{parameter}, ")?;
                }
                write!(f, "{})", aggregate.expr)
            }
            ExprKind::Binary(binary) => write!(f, "{} {} {}", binary.lhs, operator(binary), binary.rhs),
            ExprKind::Minus(expr) => write!(f, "-{expr}"),
            ExprKind::Plus(expr) => write!(f, "+{expr}"),
            ExprKind::Paren(expr) => write!(f, "({expr})"),
        }
    }
}

fn separated(f: &mut Formatter<'_>, args: &[Expr]) -> Result {
    for (nth, arg) in args.iter().enumerate() {
        let separator = if nth == 0 { "" } else { ", " };
        write!(f, "{separator}{arg}")?;
    }
    Ok(())
}

fn number(value: f64, notation: Notation) -> String {
    match notation {
        Notation::Duration => format_duration(super::times::whole_ms(super::times::cut_nanos(value))),
        Notation::Plain => match value {
            f64::INFINITY => "+Inf".to_owned(),
            f64::NEG_INFINITY => "-Inf".to_owned(),
            _ => value.to_string(),
        },
    }
}

/// A selector without what says when.
fn series(selector: &VectorSelector) -> String {
    let is_name = |matcher: &&Matcher| {
        matcher.name() == METRIC_NAME
            && matcher.op() == MatchOp::Equal
            && matcher.value() == selector.name
            && !selector.name.is_empty()
    };
    let mut matchers: Vec<_> =
        selector.matchers.iter().filter(|matcher| !is_name(matcher)).map(matcher).collect();
    if matchers.is_empty() {
        return selector.name.clone();
    }
    matchers.sort();
    format!("{}{{{}}}", selector.name, matchers.join(","))
}

fn matcher(matcher: &Matcher) -> String {
    let (op, value) = (matcher.op().as_str(), quoted(matcher.value()));
    format!("{}{op}{value}", label(matcher.name()))
}

/// A label's name, between quotes if it is none without.
fn label(name: &str) -> String {
    let is_plain = name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
        && name.starts_with(|c: char| !c.is_ascii_digit());
    if is_plain { name.to_owned() } else { quoted(name) }
}

fn labels(names: &[String]) -> String {
    names.iter().map(|name| label(name)).collect::<Vec<_>>().join(", ")
}

/// `@` and `offset`, each with a space before it.
fn when(at: Option<At>, offset_ms: i64, offset: Option<&Length>) -> String {
    let at = match at {
        None => String::new(),
        Some(At::Time(ms)) => format!(" @ {}", super::times::with_milliseconds(ms)),
        Some(At::Start) => " @ start()".to_owned(),
        Some(At::End) => " @ end()".to_owned(),
    };
    match (offset_ms, offset) {
        (0, None) => at,
        _ => format!("{at} offset {}", length(offset_ms, offset)),
    }
}

fn selector_suffix(selector: &VectorSelector) -> String {
    when(selector.at, selector.offset_ms, selector.offset_length.as_deref())
}

/// What makes a subquery of an expression: `[1h:5m] offset 1m`.
pub(super) fn subquery_suffix(subquery: &Subquery) -> String {
    let Subquery { window_ms, step_ms, offset_ms, at, lengths, .. } = subquery;
    let window = length(*window_ms, lengths.window.as_deref());
    let step = match (step_ms, &lengths.step) {
        (None, None) => String::new(),
        (_, step) => length(step_ms.unwrap_or_default(), step.as_deref()),
    };
    format!("[{window}:{step}]{}", when(*at, *offset_ms, lengths.offset.as_deref()))
}

/// A length in milliseconds, or as it is computed.
fn length(ms: i64, computed: Option<&Length>) -> String {
    computed.map_or_else(|| format_duration(ms), ToString::to_string)
}

/// As it is written in brackets and after `offset`.
impl Display for Length {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let (open, close) = if self.is_wrapped { ("(", ")") } else { ("", "") };
        f.write_str(open)?;
        match &self.kind {
            LengthKind::Number(value, notation) => f.write_str(&number(*value, *notation)),
            LengthKind::Step => f.write_str("step()"),
            LengthKind::Range => f.write_str("range()"),
            LengthKind::MinOf(of) => write!(f, "min_of({}, {})", of[0], of[1]),
            LengthKind::MaxOf(of) => write!(f, "max_of({}, {})", of[0], of[1]),
            LengthKind::Minus(of) => write!(f, "-{of}"),
            LengthKind::Plus(of) => write!(f, "{of}"),
            LengthKind::Operation(op, of) => write!(f, "{} {} {}", of[0], op.as_str(), of[1]),
        }?;
        f.write_str(close)
    }
}

/// An aggregation up to its arguments.
pub(super) fn aggregate_head(aggregate: &Aggregate) -> String {
    let op = aggregate.op.as_str();
    match &aggregate.grouping {
        Grouping::By(names) if names.is_empty() => op.to_owned(),
        Grouping::By(names) => format!("{op} by ({}) ", labels(names)),
        Grouping::Without(names) => format!("{op} without ({}) ", labels(names)),
    }
}

/// An operator with its modifiers.
pub(super) fn operator(binary: &Binary) -> String {
    let op = binary.op.as_str();
    let is_bool = if binary.is_bool { " bool" } else { "" };
    format!("{op}{is_bool}{}", binary.matching.as_ref().map(matching).unwrap_or_default())
}

fn matching(matching: &VectorMatching) -> String {
    let VectorMatching { cardinality, is_on, labels: on, include } = matching;
    let group = match cardinality {
        Cardinality::ManyToOne => format!(" group_left ({})", labels(include)),
        Cardinality::OneToMany => format!(" group_right ({})", labels(include)),
        Cardinality::OneToOne | Cardinality::ManyToMany => String::new(),
    };
    if on.is_empty() && !is_on && group.is_empty() {
        return group;
    }
    let kind = if *is_on { "on" } else { "ignoring" };
    format!(" {kind} ({}){group}", labels(on))
}
