//! Operations with a number.

use super::Operation;
use super::elements::{Elements, elements, where_both};
use crate::QueryError;
use crate::evaluate::StepSeries;
use crate::parser::BinaryOp;

/// Two numbers in each step. A comparison yields 1 or 0.
pub(super) fn scalars(op: BinaryOp, mut left: Vec<f64>, right: &[f64]) -> Result<Vec<f64>, QueryError> {
    let elements = elements(op);
    if matches!(elements, Elements::Nothing) {
        let message = format!("operator \"{}\" not allowed for Scalar operations", op.as_str());
        return Err(QueryError::Execution(message));
    }
    for (left, right) in left.iter_mut().zip(right) {
        *left = elements.of(*left, *right, *left, true);
    }
    Ok(left)
}

impl Operation<'_> {
    /// Each series and a number. A comparison keeps the value of the series, whichever side it is on.
    pub(super) fn with_scalar(
        &mut self,
        mut vector: Vec<StepSeries>,
        scalar: &[f64],
        is_scalar_left: bool,
    ) -> Vec<StepSeries> {
        let (elements, is_bool) = (self.elements(), self.node.is_bool);
        for series in &mut vector {
            for (value, scalar) in series.values.iter_mut().zip(scalar) {
                *value = where_both(*value, *scalar, |value, scalar| match is_scalar_left {
                    true => elements.of(scalar, value, value, is_bool),
                    false => elements.of(value, scalar, value, is_bool),
                });
            }
            series.drops_name |= elements.changes_meaning() || is_bool;
        }
        if matches!(elements, Elements::Nothing) && !vector.is_empty() {
            self.inform_of_types();
        }
        vector.retain(StepSeries::has_values);
        vector
    }
}
