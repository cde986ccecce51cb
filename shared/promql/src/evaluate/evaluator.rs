//! The walk through an expression.

use std::rc::Rc;
use std::time::Instant;

use firefly_model::selection::{Limits, SelectedSeries, Selection, is_absent};

use super::budget::Budget;
use super::{Evaluated, Scope, selections, vectors};
use crate::aggregate::aggregate;
use crate::parser::{Aggregate, Binary, Expr, ExprKind, VectorSelector};
use crate::{Annotations, Answer, Query, QueryError, Value};

/// What the storage has given for a selection, or its error.
pub(super) type Selected = Rc<[SelectedSeries]>;

/// Evaluates the parts of a query.
pub(crate) struct Evaluator<'a> {
    pub(super) query: &'a Query<'a>,
    loaded: Vec<(Selection, Selected)>,
    pub(super) budget: Budget,
    pub(super) annotations: Annotations,
}

impl<'a> Evaluator<'a> {
    /// An evaluator of a query whose selections have been answered.
    pub fn new(
        query: &'a Query<'a>,
        loaded: Vec<(Selection, Vec<SelectedSeries>)>,
        limits: Limits,
        deadline: Instant,
    ) -> Self {
        let loaded = loaded.into_iter().map(|(selection, series)| (selection, series.into())).collect();
        Self { query, loaded, budget: Budget::new(limits, deadline), annotations: Annotations::default() }
    }

    pub fn into_answer(self, value: Value) -> Answer {
        Answer { value, annotations: self.annotations, statistics: self.budget.statistics }
    }

    /// The value of an expression in a scope.
    pub fn evaluate(&mut self, expr: &Expr, scope: Scope) -> Result<Evaluated, QueryError> {
        self.budget.look()?;
        let held = self.budget.held();
        let own = scope.for_expr(expr);
        let mut value = self.evaluate_in(expr, own)?;
        if own != scope {
            value = value.repeated(scope.times.count);
        }
        // What it was made of is gone.
        self.budget.hold(held.saturating_add(value.size()))?;
        Ok(value)
    }

    fn evaluate_in(&mut self, expr: &Expr, scope: Scope) -> Result<Evaluated, QueryError> {
        match &expr.kind {
            ExprKind::Number(value, _) => {
                self.budget.reserve(1, scope.times.count)?;
                Ok(Evaluated::Scalar(vec![*value; scope.times.count]))
            }
            ExprKind::String(text) => Ok(Evaluated::String(text.clone())),
            ExprKind::Vector(selector) => self.instant_vector(selector, scope),
            ExprKind::Call(call) => self.call(call, expr.span, scope),
            ExprKind::Aggregate(node) => self.aggregation(node, expr, scope),
            ExprKind::Binary(binary) => self.binary(binary, scope),
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
        let selected = self.selected(&selection);
        self.instant(&selection, &selected, |point| point.value).map(Evaluated::Vector)
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

    fn binary(&mut self, binary: &Binary, scope: Scope) -> Result<Evaluated, QueryError> {
        let lhs = self.evaluate(&binary.lhs, scope)?;
        let rhs = self.evaluate(&binary.rhs, scope)?;
        vectors::combine(binary, lhs, rhs, scope.times.count)
    }

    /// What the storage has given for a selection.
    pub(super) fn selected(&self, selection: &Selection) -> Selected {
        let found = self.loaded.iter().find(|(known, _)| known == selection);
        found.map_or_else(|| Rc::from([]), |(_, series)| Rc::clone(series))
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
