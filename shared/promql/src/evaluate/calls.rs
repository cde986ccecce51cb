//! Calls of functions.

use super::evaluator::Evaluator;
use super::{Evaluated, Scope, StepSeries, selections};
use crate::QueryError;
use crate::functions::{Context, Implementation, implementation};
use crate::parser::{Call, ExprKind, Span, VectorSelector};

const MILLIS: f64 = 1_000.0;

impl Evaluator<'_> {
    /// The value of a call.
    pub(super) fn call(&mut self, call: &Call, span: Span, scope: Scope) -> Result<Evaluated, QueryError> {
        let name = call.function.name;
        if name == "timestamp"
            && let Some(ExprKind::Vector(selector)) = call.args.first().map(|arg| &arg.unwrapped().kind)
        {
            return self.timestamps(selector, scope);
        }
        let context = Context { call, span, times: scope.times, is_range: scope.is_range() };
        match implementation(name) {
            Some(Implementation::Window(function)) => {
                self.of_windows(function, call, span, scope).map(Evaluated::Vector)
            }
            Some(Implementation::Whole(function)) => {
                let arguments = if name == "absent_over_time" {
                    vec![self.presence(call, span, scope)?]
                } else {
                    call.args.iter().map(|arg| self.evaluate(arg, scope)).collect::<Result<_, _>>()?
                };
                function(&context, arguments, &mut self.annotations)
            }
            // The parser refuses the experimental ones.
            None => Err(QueryError::Execution(format!("unknown function with name {name:?}"))),
        }
    }

    /// In which windows there is anything.
    fn presence(&mut self, call: &Call, span: Span, scope: Scope) -> Result<Evaluated, QueryError> {
        let Some(Implementation::Window(present)) = implementation("present_over_time") else {
            return Ok(Evaluated::Vector(Vec::new()));
        };
        self.of_windows(present, call, span, scope).map(Evaluated::Vector)
    }

    /// The times of the samples, in seconds.
    fn timestamps(&mut self, selector: &VectorSelector, scope: Scope) -> Result<Evaluated, QueryError> {
        let selection = selections::of_vector(self.query, selector, scope);
        let vector = self.instant(&selection, |point| point.time_ms as f64 / MILLIS)?;
        let vector = vector.into_iter().map(|series| StepSeries { drops_name: true, ..series });
        Ok(Evaluated::Vector(vector.collect()))
    }
}
