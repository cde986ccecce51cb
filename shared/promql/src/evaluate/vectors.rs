//! Binary operations of all kinds of operands.

use firefly_model::selection::{ABSENT, is_absent};

use super::arithmetic::{computed, computes, holds, truth};
use super::{Evaluated, StepSeries, pairs, sets};
use crate::QueryError;
use crate::parser::{Binary, VectorMatching};

/// The value of a binary operation.
///
/// # Errors
///
/// If the series of two vectors do not match as the operation says.
pub(super) fn combine(
    binary: &Binary,
    left: Evaluated,
    right: Evaluated,
    steps: usize,
) -> Result<Evaluated, QueryError> {
    Ok(match (left, right) {
        (Evaluated::Scalar(left), Evaluated::Scalar(right)) => Evaluated::Scalar(
            left.iter().zip(&right).map(|(left, right)| of_numbers(binary, *left, *right)).collect(),
        ),
        (Evaluated::Vector(vector), Evaluated::Scalar(numbers)) => {
            Evaluated::Vector(with_numbers(binary, vector, &numbers, Side::Left))
        }
        (Evaluated::Scalar(numbers), Evaluated::Vector(vector)) => {
            Evaluated::Vector(with_numbers(binary, vector, &numbers, Side::Right))
        }
        (Evaluated::Vector(left), Evaluated::Vector(right)) => {
            Evaluated::Vector(of_vectors(binary, left, right, steps)?)
        }
        // The parser lets no text be an operand.
        _ => Evaluated::Vector(Vec::new()),
    })
}

/// A comparison of numbers says whether it holds, as the parser wants the word `bool` there.
fn of_numbers(binary: &Binary, left: f64, right: f64) -> f64 {
    if computes(binary.op) { computed(binary.op, left, right) } else { truth(holds(binary.op, left, right)) }
}

/// On which side the vector is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// An operation with a number in each step. A comparison keeps the vector's value.
fn with_numbers(
    binary: &Binary,
    mut vector: Vec<StepSeries>,
    numbers: &[f64],
    side: Side,
) -> Vec<StepSeries> {
    for series in &mut vector {
        series.drops_name |= computes(binary.op) || binary.is_bool;
        for (value, number) in series.values.iter_mut().zip(numbers).filter(|(value, _)| !is_absent(**value))
        {
            let (left, right) = if side == Side::Left { (*value, *number) } else { (*number, *value) };
            *value = match () {
                () if computes(binary.op) => computed(binary.op, left, right),
                () if binary.is_bool => truth(holds(binary.op, left, right)),
                () if holds(binary.op, left, right) => *value,
                () => ABSENT,
            };
        }
    }
    vector.retain(StepSeries::has_values);
    vector
}

fn of_vectors(
    binary: &Binary,
    left: Vec<StepSeries>,
    right: Vec<StepSeries>,
    steps: usize,
) -> Result<Vec<StepSeries>, QueryError> {
    // The parser gives every operation of two vectors its matching.
    let Some(matching) = &binary.matching else { return Ok(Vec::new()) };
    let matching: &VectorMatching = matching;
    if binary.op.is_set() {
        sets::combine(binary.op, matching, left, right, steps)
    } else {
        pairs::combine(binary, matching, left, right, steps)
    }
}
