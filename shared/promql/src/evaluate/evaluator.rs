//! The walk through an expression.

use firefly_model::selection::is_absent;

use super::{Budget, Evaluated, Scope, binary, selections};
use crate::aggregate::aggregate;
use crate::parser::{Aggregate, Binary, Expr, ExprKind, Span, VectorSelector};
use crate::{Annotations, Answer, Query, QueryError, Value};

use super::selected::Selected;

/// Evaluates the parts of a query.
pub(crate) struct Evaluator<'a> {
    pub(super) query: &'a Query<'a>,
    pub(super) selected: Selected,
    pub(super) budget: Budget,
    pub(super) annotations: Annotations,
}

impl<'a> Evaluator<'a> {
    /// An evaluator of a query whose selections have been answered.
    pub fn new(query: &'a Query<'a>, selected: Selected, budget: Budget) -> Self {
        Self { query, selected, budget, annotations: Annotations::default() }
    }

    pub fn into_answer(self, value: Value) -> Answer {
        Answer { value, annotations: self.annotations, statistics: self.budget.statistics() }
    }

    /// The value of an expression in a scope.
    pub fn evaluate(&mut self, expr: &Expr, scope: Scope) -> Result<Evaluated, QueryError> {
        self.budget.look_at_clock()?;
        let held = self.budget.held();
        let own = scope.for_expr(expr);
        let value = match own == scope {
            true => self.evaluate_in(expr, scope)?,
            false => self.evaluate_once(expr, own, scope.times.count)?,
        };
        // What it was made of is gone.
        self.budget.settle(held.saturating_add(value.size()))?;
        Ok(value)
    }

    /// The value that is the same in so many steps.
    fn evaluate_once(&mut self, expr: &Expr, once: Scope, steps: usize) -> Result<Evaluated, QueryError> {
        let before = self.budget.looked_at();
        let value = self.evaluate_in(expr, once)?;
        let in_one_step = self.budget.looked_at() - before;
        self.budget.set_looked_at(before.saturating_add(in_one_step.saturating_mul(steps as u64)));
        self.budget.hold(value.size().saturating_mul(steps))?;
        Ok(value.repeated(steps))
    }

    fn evaluate_in(&mut self, expr: &Expr, scope: Scope) -> Result<Evaluated, QueryError> {
        match &expr.kind {
            ExprKind::Number(value, _) => {
                self.budget.hold(scope.times.count)?;
                Ok(Evaluated::Scalar(vec![*value; scope.times.count]))
            }
            ExprKind::String(text) => Ok(Evaluated::String(text.clone())),
            ExprKind::Vector(selector) => self.instant_vector(selector, scope),
            ExprKind::Call(call) => self.call(call, expr.span, scope),
            ExprKind::Aggregate(node) => self.aggregation(node, expr, scope),
            ExprKind::Binary(binary) => self.binary(binary, expr.span, scope),
            ExprKind::Minus(operand) => Ok(negated(self.evaluate(operand, scope)?)),
            ExprKind::Plus(expr) | ExprKind::Paren(expr) => self.evaluate(expr, scope),
            // The parser sees to it that they are arguments of functions, or the whole of an instant query.
            ExprKind::Matrix(_) | ExprKind::Subquery(_) => {
                Err(QueryError::Execution("a range vector has no value of its own".to_owned()))
            }
        }
    }

    fn instant_vector(&mut self, selector: &VectorSelector, scope: Scope) -> Result<Evaluated, QueryError> {
        let selection = selections::of_vector(self.query, selector, scope);
        self.instant(&selection, |point| point.value).map(Evaluated::Vector)
    }

    fn aggregation(&mut self, node: &Aggregate, expr: &Expr, scope: Scope) -> Result<Evaluated, QueryError> {
        let parameter =
            node.parameter.as_ref().map(|parameter| self.evaluate(parameter, scope)).transpose()?;
        let Evaluated::Vector(series) = self.evaluate(&node.expr, scope)? else {
            return Ok(Evaluated::Vector(Vec::new()));
        };
        let (is_range, steps) = (scope.times.count > 1, scope.times.count);
        aggregate(node, expr.span, series, parameter, is_range, steps, &mut self.annotations)
            .map(Evaluated::Vector)
    }

    fn binary(&mut self, node: &Binary, span: Span, scope: Scope) -> Result<Evaluated, QueryError> {
        let left = self.evaluate(&node.lhs, scope)?;
        let right = self.evaluate(&node.rhs, scope)?;
        let (budget, annotations) = (&mut self.budget, &mut self.annotations);
        binary::Operation { node, span, steps: scope.times.count, budget, annotations }.of(left, right)
    }
}

fn negated(value: Evaluated) -> Evaluated {
    let negate = |values: &mut Vec<f64>| {
        for value in values.iter_mut().filter(|value| !is_absent(**value)) {
            *value = -*value;
        }
    };
    match value {
        Evaluated::Scalar(mut values) => {
            negate(&mut values);
            Evaluated::Scalar(values)
        }
        Evaluated::Vector(mut series) => {
            for series in &mut series {
                negate(&mut series.values);
                series.drops_name = true;
            }
            Evaluated::Vector(series)
        }
        text @ Evaluated::String(_) => text,
    }
}
