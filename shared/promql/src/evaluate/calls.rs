//! Calls of functions.

use super::selections::{in_database, window_half};
use super::windows::WindowCall;
use super::{Evaluated, Evaluator, Frame, StepSeries};
use crate::QueryError;
use crate::functions::{Context, Implementation, OfWindow, implementation};
use crate::parser::{Call, Expr, ExprKind, Span, ValueType};

impl Evaluator {
    pub(super) fn call(&mut self, call: &Call, span: Span, frame: Frame) -> Result<Evaluated, QueryError> {
        if let ("timestamp", [argument]) = (call.function.name, &*call.args)
            && let ExprKind::Vector(selector) = &argument.unwrapped().kind
        {
            return self.newest_times(selector, frame).map(Evaluated::Vector);
        }
        match implementation(call.function.name) {
            Some(Implementation::Window(function)) => {
                self.of_windows(function, call, span, frame).map(Evaluated::Vector)
            }
            Some(Implementation::Whole(function)) => {
                let arguments = call.args.iter().map(|argument| self.argument(argument, call, span, frame));
                let arguments = arguments.collect::<Result<_, _>>()?;
                let context = Context { call, span, times: frame.times };
                function(&context, arguments, &mut self.annotations)
            }
            None => Err(unknown(call)),
        }
    }

    fn argument(
        &mut self,
        argument: &Expr,
        call: &Call,
        span: Span,
        frame: Frame,
    ) -> Result<Evaluated, QueryError> {
        if argument.value_type() != ValueType::Matrix {
            return self.evaluate(argument, frame);
        }
        let Some(Implementation::Window(function)) = implementation(window_half(call)) else {
            return Err(unknown(call));
        };
        self.of_windows(function, call, span, frame).map(Evaluated::Vector)
    }

    fn of_windows(
        &mut self,
        function: OfWindow,
        call: &Call,
        span: Span,
        frame: Frame,
    ) -> Result<Vec<StepSeries>, QueryError> {
        let mut numbers = Vec::new();
        let mut range_vector = None;
        for argument in &call.args {
            if argument.value_type() == ValueType::Matrix {
                range_vector = self.range_vector(argument, frame, in_database(call))?;
            } else if let Evaluated::Scalar(values) = self.evaluate(argument, frame)? {
                numbers.push(values);
            }
        }
        let Some(range_vector) = range_vector else { return Ok(Vec::new()) };
        let mut window_call = WindowCall {
            function,
            call,
            span,
            times: frame.times,
            numbers: &numbers,
            budget: &mut self.budget,
            annotations: &mut self.annotations,
        };
        let vector = window_call.of(&range_vector)?;
        self.forget(range_vector);
        Ok(vector)
    }
}

fn unknown(call: &Call) -> QueryError {
    QueryError::Execution(format!("unknown function with name \"{}\"", call.function.name))
}
