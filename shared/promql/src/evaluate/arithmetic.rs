//! Binary operations of two numbers.

use firefly_model::selection::ABSENT;

use crate::parser::BinaryOp;

/// What a comparison that is asked for a truth value says.
pub(super) fn truth(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

/// Whether a comparison holds.
pub(super) fn holds(op: BinaryOp, left: f64, right: f64) -> bool {
    match op {
        #[expect(clippy::float_cmp, reason = "PromQL compares all bits but the sign of zero")]
        BinaryOp::Equal => left == right,
        #[expect(clippy::float_cmp, reason = "PromQL compares all bits but the sign of zero")]
        BinaryOp::NotEqual => left != right,
        BinaryOp::Less => left < right,
        BinaryOp::LessOrEqual => left <= right,
        BinaryOp::Greater => left > right,
        BinaryOp::GreaterOrEqual => left >= right,
        _ => false,
    }
}

/// The result of an operation that computes.
pub(super) fn computed(op: BinaryOp, left: f64, right: f64) -> f64 {
    match op {
        BinaryOp::Add => left + right,
        BinaryOp::Subtract => left - right,
        BinaryOp::Multiply => left * right,
        BinaryOp::Divide => left / right,
        BinaryOp::Modulo => left % right,
        BinaryOp::Power => left.powf(right),
        BinaryOp::Atan2 => left.atan2(right),
        // Comparisons have no result of their own, operations of sets and of histograms none of numbers.
        _ => ABSENT,
    }
}

/// Whether the result is another quantity than the operands, so that their name no longer fits.
pub(super) fn computes(op: BinaryOp) -> bool {
    !op.is_comparison() && !op.is_set()
}
