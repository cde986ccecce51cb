//! Types of operands and arguments, and what else Prometheus checks of an expression once it is parsed, in its order.

use firefly_model::selection::METRIC_NAME;

use super::lexer::is_space;
use super::quote::quoted;
use super::{
    Aggregate, AggregateOp, Arity, Binary, Call, Cardinality, Expr, ExprKind, ParseError, Span, ValueType,
    VectorMatching, VectorSelector,
};

type Checked = Result<(), ParseError>;

/// Checks an expression, and decides how the operands of its operations are matched.
pub(super) fn check(query: &str, expr: &mut Expr) -> Checked {
    Checker { query }.check(expr)
}

struct Checker<'q> {
    query: &'q str,
}

impl Checker<'_> {
    fn check(&self, expr: &mut Expr) -> Checked {
        let span = expr.span;
        match &mut expr.kind {
            ExprKind::Number(..) | ExprKind::String(_) => Ok(()),
            ExprKind::Vector(selector) => self.selector(selector, span),
            ExprKind::Matrix(matrix) => self.selector(&matrix.selector, span),
            ExprKind::Paren(inner) => self.check(inner),
            ExprKind::Minus(inner) | ExprKind::Plus(inner) => {
                self.check(inner)?;
                match inner.value_type() {
                    ValueType::Scalar | ValueType::Vector => Ok(()),
                    other => self.fail(
                        span,
                        format!(
                            "unary expression only allowed on expressions of type scalar or instant vector, got {}",
                            quoted(other.documented())
                        ),
                    ),
                }
            }
            ExprKind::Subquery(subquery) => {
                self.check(&mut subquery.expr)?;
                match subquery.expr.value_type() {
                    ValueType::Vector => Ok(()),
                    other => {
                        let got = other.as_str();
                        self.fail(
                            span,
                            format!("subquery is only allowed on instant vector, got {got} instead"),
                        )
                    }
                }
            }
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate),
            ExprKind::Call(call) => self.call(call, span),
            ExprKind::Binary(binary) => self.binary(binary, span),
        }
    }

    fn selector(&self, selector: &VectorSelector, span: Span) -> Checked {
        let VectorSelector { name, matchers, .. } = selector;
        if name.is_empty() {
            return match matchers.iter().all(|matcher| matcher.matches("")) {
                true => self.fail(span, "vector selector must contain at least one non-empty matcher"),
                false => Ok(()),
            };
        }
        // The last is that of the name.
        let others = matchers.split_last().map_or(&[][..], |(_, others)| others);
        match others.iter().find(|matcher| matcher.name() == METRIC_NAME) {
            Some(twice) => {
                let names = format!("{} or {}", quoted(name), quoted(twice.value()));
                self.fail(span, format!("metric name must not be set twice: {names}"))
            }
            None => Ok(()),
        }
    }

    fn aggregate(&self, aggregate: &mut Aggregate) -> Checked {
        self.expect(&mut aggregate.expr, ValueType::Vector, "aggregation expression")?;
        let wanted = match aggregate.op {
            AggregateOp::CountValues => ValueType::String,
            _ => ValueType::Scalar,
        };
        match &mut aggregate.parameter {
            Some(parameter) => self.expect(parameter, wanted, "aggregation parameter"),
            None => Ok(()),
        }
    }

    fn expect(&self, expr: &mut Expr, wanted: ValueType, place: &str) -> Checked {
        self.check(expr)?;
        let (wanted, got) = (wanted.documented(), expr.value_type().documented());
        match wanted == got {
            true => Ok(()),
            false => self.fail(expr.span, format!("expected type {wanted} in {place}, got {got}")),
        }
    }

    fn call(&self, call: &mut Call, span: Span) -> Checked {
        let function = call.function;
        let (types, given) = (function.args.len(), call.args.len());
        let (least, most) = match function.arity {
            Arity::Exact => (types, Some(types)),
            Arity::UpTo(times) => (types - 1, Some(types - 1 + usize::from(times))),
            Arity::Any => (types - 1, None),
        };
        let (word, wanted) = match (function.arity, most) {
            (Arity::Exact, _) if given != types => ("", types),
            (_, _) if given < least => ("at least ", least),
            (_, Some(most)) if given > most => ("at most ", most),
            _ => return self.arguments(call),
        };
        let name = quoted(function.name);
        self.fail(span, format!("expected {word}{wanted} argument(s) in call to {name}, got {given}"))
    }

    fn arguments(&self, call: &mut Call) -> Checked {
        let place = format!("call to function {}", quoted(call.function.name));
        let types = call.function.args;
        let last = types.last().copied().unwrap_or(ValueType::Vector);
        let types = types.iter().copied().chain(std::iter::repeat(last));
        call.args.iter_mut().zip(types).try_for_each(|(arg, wanted)| self.expect(arg, wanted, &place))
    }

    fn binary(&self, binary: &mut Binary, span: Span) -> Checked {
        self.check(&mut binary.lhs)?;
        self.check(&mut binary.rhs)?;
        let (op, types) = (binary.op, [binary.lhs.value_type(), binary.rhs.value_type()]);
        if binary.is_bool && !op.is_comparison() {
            return self.fail(self.between(binary), "bool modifier can only be used on comparison operators");
        }
        if op.is_comparison() && !binary.is_bool && types == [ValueType::Scalar; 2] {
            return self.fail(self.between(binary), "comparisons between scalars must use BOOL modifier");
        }
        if let Some(twice) = binary.matching.as_ref().and_then(label_of_both_clauses) {
            let message = format!("label {} must not occur in ON and GROUP clause at once", quoted(twice));
            return self.fail(self.between(binary), message);
        }
        for operand in [&binary.lhs, &binary.rhs] {
            if !matches!(operand.value_type(), ValueType::Scalar | ValueType::Vector) {
                let message = "binary expression must contain only scalar and instant vector types";
                return self.fail(operand.span, message);
            }
        }
        if types != [ValueType::Vector; 2] {
            return self.scalar_operation(binary, span);
        }
        let Some(matching) = binary.matching.as_mut().filter(|_| op.is_set()) else {
            return Ok(());
        };
        if matching.cardinality == Cardinality::OneToOne {
            matching.cardinality = Cardinality::ManyToMany;
            return Ok(());
        }
        self.fail(span, format!("no grouping allowed for {} operation", quoted(op.as_str())))
    }

    /// An operation of which at least one side is a scalar.
    fn scalar_operation(&self, binary: &mut Binary, span: Span) -> Checked {
        let matching = binary.matching.take();
        if matching.is_some_and(|matching| !matching.labels.is_empty()) {
            return self.fail(span, "vector matching only allowed between instant vectors");
        }
        if binary.op.is_set() {
            let op = quoted(binary.op.as_str());
            return self.fail(span, format!("set operator {op} not allowed in binary scalar expression"));
        }
        Ok(())
    }

    /// Where an operator and its modifiers stand.
    fn between(&self, binary: &Binary) -> Span {
        let Span { end: start, .. } = binary.lhs.span;
        let Span { start: end, .. } = binary.rhs.span;
        let rest = self.query.get(start..).unwrap_or_default();
        Span { start: start + rest.len() - rest.trim_start_matches(is_space).len(), end }
    }

    fn fail(&self, span: Span, message: impl Into<String>) -> Checked {
        Err(ParseError::new(self.query, span, message))
    }
}

fn label_of_both_clauses(matching: &VectorMatching) -> Option<&String> {
    let is_included = |label: &&String| matching.include.contains(label);
    matching.labels.iter().find(is_included).filter(|_| matching.is_on)
}
