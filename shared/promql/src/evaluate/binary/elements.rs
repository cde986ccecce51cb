//! What the operators do to two numbers.

use firefly_model::selection::{ABSENT, is_absent};

use crate::parser::BinaryOp;

/// What becomes of two numbers.
#[derive(Clone, Copy)]
pub(super) enum Elements {
    /// A third.
    Number(fn(f64, f64) -> f64),
    /// A choice.
    Comparison(fn(f64, f64) -> bool),
    /// Nothing: the operator is of native histograms.
    Nothing,
}

/// What an operator that is not of sets does to two numbers.
pub(super) fn elements(op: BinaryOp) -> Elements {
    match op {
        BinaryOp::Add => Elements::Number(|left, right| left + right),
        BinaryOp::Subtract => Elements::Number(|left, right| left - right),
        BinaryOp::Multiply => Elements::Number(|left, right| left * right),
        BinaryOp::Divide => Elements::Number(|left, right| left / right),
        BinaryOp::Modulo => Elements::Number(|left, right| left % right),
        BinaryOp::Power => Elements::Number(f64::powf),
        BinaryOp::Atan2 => Elements::Number(f64::atan2),
        BinaryOp::Equal => Elements::Comparison(|left, right| left == right),
        BinaryOp::NotEqual => Elements::Comparison(|left, right| left != right),
        BinaryOp::Less => Elements::Comparison(|left, right| left < right),
        BinaryOp::LessOrEqual => Elements::Comparison(|left, right| left <= right),
        BinaryOp::Greater => Elements::Comparison(|left, right| left > right),
        BinaryOp::GreaterOrEqual => Elements::Comparison(|left, right| left >= right),
        BinaryOp::And | BinaryOp::Or | BinaryOp::Unless | BinaryOp::TrimUpper | BinaryOp::TrimLower => {
            Elements::Nothing
        }
    }
}

impl Elements {
    /// Whether the result is another thing than what the operands measure, so that it loses their name.
    pub fn changes_meaning(self) -> bool {
        matches!(self, Self::Number(_))
    }

    /// The result in a step of a vector; a comparison that holds yields `kept`, or with `bool` 1 or 0.
    pub fn of(self, left: f64, right: f64, kept: f64, is_bool: bool) -> f64 {
        match self {
            Self::Number(compute) => compute(left, right),
            Self::Comparison(holds) if is_bool => f64::from(u8::from(holds(left, right))),
            Self::Comparison(holds) if holds(left, right) => kept,
            Self::Comparison(_) | Self::Nothing => ABSENT,
        }
    }
}

/// The result in a step in which either operand may have no value.
pub(super) fn where_both(left: f64, right: f64, result: impl FnOnce(f64, f64) -> f64) -> f64 {
    if is_absent(left) || is_absent(right) { ABSENT } else { result(left, right) }
}
