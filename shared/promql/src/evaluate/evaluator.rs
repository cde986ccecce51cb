//! Evaluating an expression, part by part.

use firefly_model::selection::Times;

use super::negate::negate;
use super::{Budget, Evaluated, Frame, Scope, Selected, StepSeries, binary, finish};
use crate::parser::{Aggregate, Binary, Expr, ExprKind, Span, ValueType};
use crate::{Annotations, QueryError, Value, aggregate};

/// Evaluates the expression of a query.
pub(crate) struct Evaluator {
    pub scope: Scope,
    pub selected: Selected,
    pub budget: Budget,
    pub annotations: Annotations,
}

impl Evaluator {
    /// The answer to a query that is this expression.
    ///
    /// # Errors
    ///
    /// If it has none, or takes too much.
    pub fn answer(&mut self, expr: &Expr, frame: Frame) -> Result<Value, QueryError> {
        if expr.value_type() == ValueType::Matrix
            && let Some(range_vector) = self.range_vector(expr, frame, None)?
        {
            let (value, samples) = finish::of_range_vector(&range_vector)?;
            self.budget.look_at(samples)?;
            return Ok(value);
        }
        let value = self.evaluate(expr, frame)?;
        match frame.is_stepped {
            true => finish::of_range(value, frame.times),
            false => finish::of_one_time(value, frame.times.first_ms),
        }
    }

    /// The value of an expression in all steps of a frame.
    ///
    /// # Errors
    ///
    /// If it has none, or takes too much.
    pub fn evaluate(&mut self, expr: &Expr, frame: Frame) -> Result<Evaluated, QueryError> {
        self.budget.look_at_clock()?;
        let before = self.budget.held();
        let once = frame.of(expr);
        let value =
            if once == frame { self.step_by_step(expr, frame) } else { self.repeated(expr, once, frame) }?;
        self.budget.settle(before.saturating_add(value.size()))?;
        Ok(value)
    }

    fn step_by_step(&mut self, expr: &Expr, frame: Frame) -> Result<Evaluated, QueryError> {
        match &expr.kind {
            ExprKind::Number(number, _) => self.number(*number, frame.times),
            ExprKind::String(text) => Ok(Evaluated::String(text.clone())),
            ExprKind::Vector(selector) => self.newest(selector, frame).map(Evaluated::Vector),
            ExprKind::Call(call) => self.call(call, expr.span, frame),
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate, expr.span, frame),
            ExprKind::Binary(binary) => self.binary(binary, expr.span, frame),
            ExprKind::Minus(expr) => self.evaluate(expr, frame).map(negate),
            ExprKind::Plus(expr) | ExprKind::Paren(expr) => self.evaluate(expr, frame),
            // The parser lets range vectors stand only where functions take them, or alone.
            ExprKind::Matrix(_) | ExprKind::Subquery(_) => {
                Err(QueryError::Execution("a range vector has no value in a step".to_owned()))
            }
        }
    }

    /// Evaluates once what is the same in all steps.
    fn repeated(&mut self, expr: &Expr, once: Frame, frame: Frame) -> Result<Evaluated, QueryError> {
        let looked_at = self.budget.looked_at();
        let value = self.evaluate(expr, once)?;
        let looked_at_once = self.budget.looked_at() - looked_at;
        let count = frame.times.count;
        self.budget.set_looked_at(looked_at.saturating_add(looked_at_once.saturating_mul(count as u64)));
        self.budget.hold(value.size().saturating_mul(count))?;
        let repeat = |values: &[f64]| values.iter().copied().cycle().take(count).collect();
        Ok(match value {
            Evaluated::Scalar(values) => Evaluated::Scalar(repeat(&values)),
            Evaluated::String(text) => Evaluated::String(text),
            Evaluated::Vector(mut series) => {
                series.iter_mut().for_each(|series| series.values = repeat(&series.values));
                Evaluated::Vector(series)
            }
        })
    }

    fn number(&mut self, number: f64, times: Times) -> Result<Evaluated, QueryError> {
        self.budget.hold(times.count)?;
        Ok(Evaluated::Scalar(vec![number; times.count]))
    }

    fn aggregate(
        &mut self,
        aggregate: &Aggregate,
        span: Span,
        frame: Frame,
    ) -> Result<Evaluated, QueryError> {
        let parameter = aggregate.parameter.as_ref().map(|expr| self.evaluate(expr, frame)).transpose()?;
        let series = self.vector(&aggregate.expr, frame)?;
        let steps = frame.times.count;
        let annotations = &mut self.annotations;
        let is_range = steps > 1;
        let groups = aggregate::aggregate(aggregate, span, series, parameter, is_range, steps, annotations)?;
        Ok(Evaluated::Vector(groups))
    }

    fn binary(&mut self, binary: &Binary, span: Span, frame: Frame) -> Result<Evaluated, QueryError> {
        let left = self.evaluate(&binary.lhs, frame)?;
        let right = self.evaluate(&binary.rhs, frame)?;
        let mut operation = binary::Operation {
            node: binary,
            span,
            steps: frame.times.count,
            budget: &mut self.budget,
            annotations: &mut self.annotations,
        };
        operation.of(left, right)
    }

    /// The value of an expression that is a vector, as the parser has made sure.
    pub(super) fn vector(&mut self, expr: &Expr, frame: Frame) -> Result<Vec<StepSeries>, QueryError> {
        match self.evaluate(expr, frame)? {
            Evaluated::Vector(series) => Ok(series),
            Evaluated::Scalar(_) | Evaluated::String(_) => Ok(Vec::new()),
        }
    }
}
