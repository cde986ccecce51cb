//! What an expression needs of the storage.

use firefly_model::selection::{Look, Selection, WindowFunction};

use super::{Budget, Scope};
use crate::functions::{Implementation, implementation};
use crate::parser::{Call, Expr, ExprKind, MatrixSelector, VectorSelector};
use crate::{Query, QueryError};

/// The selections of all selectors of a query, each once, and how many selectors need it.
///
/// # Errors
///
/// If a subquery has more steps than a query may have samples.
pub(crate) fn selections(
    query: &Query<'_>,
    scope: Scope,
    budget: &Budget,
) -> Result<Vec<(Selection, usize)>, QueryError> {
    let mut collector = Collector { query, budget, selections: Vec::new() };
    collector.visit(query.expr, scope)?;
    Ok(collector.selections)
}

/// What an instant selector needs.
pub(super) fn of_vector(query: &Query<'_>, selector: &VectorSelector, scope: Scope) -> Selection {
    Selection {
        matchers: selector.matchers.clone(),
        times: scope.looks(selector.offset_ms, selector.at),
        look: Look::Newest {
            lookback_ms: query.lookback_or_default_ms(),
            is_explicit: query.lookback_ms.is_some(),
        },
        is_stepped: scope.is_stepped && selector.at.is_none(),
    }
}

/// What a range selector needs, if all that is wanted of its windows is this function.
pub(super) fn of_matrix(
    matrix: &MatrixSelector,
    function: Option<WindowFunction>,
    scope: Scope,
) -> Selection {
    let selector = &matrix.selector;
    Selection {
        matchers: selector.matchers.clone(),
        times: scope.looks(selector.offset_ms, selector.at),
        look: Look::Window { window_ms: matrix.window_ms, function },
        is_stepped: scope.is_stepped && selector.at.is_none(),
    }
}

/// What a call wants of the windows of its range selector.
pub(super) fn window_function(call: &Call) -> Option<WindowFunction> {
    match implementation(call.function.name) {
        Some(Implementation::Window(function)) => function.in_database,
        // That a window is empty needs no more than that another is not.
        _ => (call.function.name == "absent_over_time").then_some(WindowFunction::Present),
    }
}

struct Collector<'a> {
    query: &'a Query<'a>,
    budget: &'a Budget,
    selections: Vec<(Selection, usize)>,
}

impl Collector<'_> {
    fn visit(&mut self, expr: &Expr, scope: Scope) -> Result<(), QueryError> {
        let scope = scope.for_expr(expr);
        match &expr.kind {
            ExprKind::Number(..) | ExprKind::String(_) => Ok(()),
            ExprKind::Vector(selector) => {
                self.add(of_vector(self.query, selector, scope));
                Ok(())
            }
            ExprKind::Matrix(matrix) => {
                self.add_window(matrix, None, scope);
                Ok(())
            }
            ExprKind::Subquery(subquery) => match scope.within(subquery) {
                Some(inner) => {
                    self.budget.allow_steps(inner.times.count)?;
                    self.visit(&subquery.expr, inner)
                }
                None => Ok(()),
            },
            ExprKind::Call(call) => call.args.iter().try_for_each(|arg| match &arg.unwrapped().kind {
                ExprKind::Matrix(matrix) => {
                    self.add_window(matrix, window_function(call), scope);
                    Ok(())
                }
                _ => self.visit(arg, scope),
            }),
            ExprKind::Aggregate(aggregate) => {
                if let Some(parameter) = &aggregate.parameter {
                    self.visit(parameter, scope)?;
                }
                self.visit(&aggregate.expr, scope)
            }
            ExprKind::Binary(binary) => {
                self.visit(&binary.lhs, scope)?;
                self.visit(&binary.rhs, scope)
            }
            ExprKind::Minus(expr) | ExprKind::Plus(expr) | ExprKind::Paren(expr) => self.visit(expr, scope),
        }
    }

    fn add_window(&mut self, matrix: &MatrixSelector, function: Option<WindowFunction>, scope: Scope) {
        // In a window shorter than a millisecond there is nothing.
        if matrix.window_ms > 0 {
            self.add(of_matrix(matrix, function, scope));
        }
    }

    fn add(&mut self, selection: Selection) {
        match self.selections.iter_mut().find(|(known, _)| *known == selection) {
            Some((_, uses)) => *uses += 1,
            None => self.selections.push((selection, 1)),
        }
    }
}
