//! Lengths that are computed, once the step and the range of a query are known.

use std::borrow::Cow;

use super::{BinaryOp, Expr, ExprKind, Length, LengthKind, VectorSelector, times};

type Computed<T> = Result<T, String>;

/// An expression with all its lengths computed: the same if none has to be. The step is 0 in a query of one time.
///
/// # Errors
///
/// If a length is none, in Prometheus' words.
pub fn with_lengths(expr: &Expr, step_ms: i64, range_ms: i64) -> Computed<Cow<'_, Expr>> {
    if !has_lengths(expr) {
        return Ok(Cow::Borrowed(expr));
    }
    let (step, range) = (times::seconds_of_ms(step_ms), times::seconds_of_ms(range_ms));
    let mut expr = expr.clone();
    Context { step, range }.fill(&mut expr)?;
    Ok(Cow::Owned(expr))
}

fn has_lengths(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Number(..) | ExprKind::String(_) => false,
        ExprKind::Vector(selector) => selector.offset_length.is_some(),
        ExprKind::Matrix(matrix) => matrix.window_length.is_some() || matrix.selector.offset_length.is_some(),
        ExprKind::Subquery(subquery) => {
            let lengths = &subquery.lengths;
            let own = [&lengths.window, &lengths.step, &lengths.offset];
            own.into_iter().any(Option::is_some) || has_lengths(&subquery.expr)
        }
        ExprKind::Call(call) => call.args.iter().any(has_lengths),
        ExprKind::Aggregate(aggregate) => {
            has_lengths(&aggregate.expr) || aggregate.parameter.as_deref().is_some_and(has_lengths)
        }
        ExprKind::Binary(binary) => has_lengths(&binary.lhs) || has_lengths(&binary.rhs),
        ExprKind::Minus(expr) | ExprKind::Plus(expr) | ExprKind::Paren(expr) => has_lengths(expr),
    }
}

/// What lengths depend on, in seconds.
struct Context {
    step: f64,
    range: f64,
}

impl Context {
    fn fill(&self, expr: &mut Expr) -> Computed<()> {
        match &mut expr.kind {
            ExprKind::Number(..) | ExprKind::String(_) => Ok(()),
            ExprKind::Vector(selector) => self.fill_offset(selector),
            ExprKind::Matrix(matrix) => {
                if let Some(length) = &matrix.window_length {
                    matrix.window_ms = self.positive_ms(length)?;
                }
                self.fill_offset(&mut matrix.selector)
            }
            ExprKind::Subquery(subquery) => {
                let lengths = &subquery.lengths;
                if let Some(length) = &lengths.offset {
                    subquery.offset_ms = self.ms(length)?;
                }
                if let Some(length) = &lengths.step {
                    subquery.step_ms = Some(self.positive_ms(length)?).filter(|step| *step > 0);
                }
                if let Some(length) = &lengths.window {
                    subquery.window_ms = self.positive_ms(length)?;
                }
                self.fill(&mut subquery.expr)
            }
            ExprKind::Call(call) => call.args.iter_mut().try_for_each(|arg| self.fill(arg)),
            ExprKind::Aggregate(aggregate) => {
                self.fill(&mut aggregate.expr)?;
                aggregate.parameter.as_deref_mut().map_or(Ok(()), |parameter| self.fill(parameter))
            }
            ExprKind::Binary(binary) => {
                self.fill(&mut binary.lhs)?;
                self.fill(&mut binary.rhs)
            }
            ExprKind::Minus(expr) | ExprKind::Plus(expr) | ExprKind::Paren(expr) => self.fill(expr),
        }
    }

    fn fill_offset(&self, selector: &mut VectorSelector) -> Computed<()> {
        if let Some(length) = &selector.offset_length {
            selector.offset_ms = self.ms(length)?;
        }
        Ok(())
    }

    fn positive_ms(&self, length: &Length) -> Computed<i64> {
        self.ms_if(length, |seconds| seconds > 0.0)
    }

    fn ms(&self, length: &Length) -> Computed<i64> {
        self.ms_if(length, |_| true)
    }

    fn ms_if(&self, length: &Length, is_allowed: impl Fn(f64) -> bool) -> Computed<i64> {
        let seconds = self.seconds(length)?;
        if !seconds.is_finite() {
            return fail(length, "duration is NaN or infinite");
        }
        if !is_allowed(seconds) {
            return fail(length, "duration must be greater than 0");
        }
        if times::is_out_of_range(seconds) {
            return fail(length, "duration is out of range");
        }
        Ok(times::cut_ms(seconds))
    }

    fn seconds(&self, length: &Length) -> Computed<f64> {
        let both = |of: &[Length; 2]| Ok::<_, String>((self.seconds(&of[0])?, self.seconds(&of[1])?));
        Ok(match &length.kind {
            LengthKind::Number(seconds, _) => *seconds,
            LengthKind::Step => self.step,
            LengthKind::Range => self.range,
            LengthKind::MinOf(of) => {
                both(of).map(|(one, other)| if one.is_nan() || one < other { one } else { other })?
            }
            LengthKind::MaxOf(of) => {
                both(of).map(|(one, other)| if one.is_nan() || one > other { one } else { other })?
            }
            LengthKind::Minus(of) => -self.seconds(of)?,
            LengthKind::Plus(of) => self.seconds(of)?,
            LengthKind::Operation(op, of) => {
                let (lhs, rhs) = both(of)?;
                match op {
                    BinaryOp::Add => lhs + rhs,
                    BinaryOp::Subtract => lhs - rhs,
                    BinaryOp::Multiply => lhs * rhs,
                    BinaryOp::Divide if rhs == 0.0 => return fail(length, "division by zero"),
                    BinaryOp::Divide => lhs / rhs,
                    BinaryOp::Modulo if rhs == 0.0 => return fail(length, "modulo by zero"),
                    BinaryOp::Modulo => lhs % rhs,
                    _ => lhs.powf(rhs),
                }
            }
        })
    }
}

/// Prometheus says where in bytes from 0, here.
fn fail<T>(length: &Length, what: &str) -> Computed<T> {
    Err(format!("{}:{}: {what}", length.span.start, length.span.end))
}
