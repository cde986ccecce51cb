//! Binary operations.

mod elements;
mod matching;
mod pairs;
mod scalars;
mod sets;

use super::{Budget, Evaluated, StepSeries};
use crate::parser::{Binary, Span};
use crate::{Annotations, QueryError};

use elements::{Elements, elements};

/// A binary operation, to be applied to its operands' values.
pub(super) struct Operation<'a> {
    pub node: &'a Binary,
    /// Where it stands.
    pub span: Span,
    pub steps: usize,
    pub budget: &'a mut Budget,
    pub annotations: &'a mut Annotations,
}

impl Operation<'_> {
    /// The value for these operands.
    ///
    /// # Errors
    ///
    /// If the series of two vectors do not match as they have to, or there are too many.
    pub fn of(&mut self, left: Evaluated, right: Evaluated) -> Result<Evaluated, QueryError> {
        self.budget.work(left.size().saturating_add(right.size()))?;
        match (left, right) {
            (Evaluated::Scalar(left), Evaluated::Scalar(right)) => {
                scalars::scalars(self.node.op, left, &right).map(Evaluated::Scalar)
            }
            (Evaluated::Vector(left), Evaluated::Scalar(right)) => {
                Ok(Evaluated::Vector(self.with_scalar(left, &right, false)))
            }
            (Evaluated::Scalar(left), Evaluated::Vector(right)) => {
                Ok(Evaluated::Vector(self.with_scalar(right, &left, true)))
            }
            (Evaluated::Vector(left), Evaluated::Vector(right)) => {
                self.vectors(left, right).map(Evaluated::Vector)
            }
            _ => Err(QueryError::Execution(
                "binary expression must contain only scalar and instant vector types".to_owned(),
            )),
        }
    }

    fn vectors(
        &mut self,
        left: Vec<StepSeries>,
        right: Vec<StepSeries>,
    ) -> Result<Vec<StepSeries>, QueryError> {
        match self.node.op.is_set() {
            true => sets::combine(self, left, right),
            false => pairs::combine(self, left, right),
        }
    }

    fn elements(&self) -> Elements {
        elements(self.node.op)
    }

    /// Says that an operation of native histograms has found numbers.
    fn inform_of_types(&mut self) {
        let op = self.node.op.as_str();
        let message =
            format!("incompatible sample types encountered for binary operator \"{op}\": float {op} float");
        self.annotations.inform(self.span, message);
    }
}
