//! `and`, `or` and `unless`: series chosen by whether the other side has one that matches, in the same step.

use firefly_model::selection::{ABSENT, is_absent};

use super::Operation;
use super::matching::Groups;
use crate::QueryError;
use crate::evaluate::StepSeries;
use crate::evaluate::merge::merged;
use crate::parser::BinaryOp;

/// The chosen values.
pub(super) fn combine(
    operation: &mut Operation<'_>,
    mut left: Vec<StepSeries>,
    mut right: Vec<StepSeries>,
) -> Result<Vec<StepSeries>, QueryError> {
    let Some(matching) = &operation.node.matching else { return Ok(Vec::new()) };
    let groups = Groups::new(matching, &left, &right);
    match operation.node.op {
        BinaryOp::Or => {
            let is_left = Presence::new(operation, &groups, &left, &groups.left)?;
            is_left.keep_where(false, &mut right, &groups.right);
            left.extend(right);
            left.retain(StepSeries::has_values);
            // A series that is on both sides, never in the same step, comes once.
            return merged(left);
        }
        op => {
            let is_right = Presence::new(operation, &groups, &right, &groups.right)?;
            is_right.keep_where(op == BinaryOp::And, &mut left, &groups.left);
        }
    }
    left.retain(StepSeries::has_values);
    Ok(left)
}

/// Whether a match group has a value, in each step.
struct Presence(Vec<Vec<bool>>);

impl Presence {
    fn new(
        operation: &mut Operation<'_>,
        groups: &Groups,
        series: &[StepSeries],
        of_series: &[usize],
    ) -> Result<Self, QueryError> {
        let mut is_present = vec![Vec::new(); groups.count];
        for (series, group) in series.iter().zip(of_series) {
            operation.budget.work(operation.steps)?;
            let marks = &mut is_present[*group];
            marks.resize(operation.steps, false);
            marks.iter_mut().zip(&series.values).for_each(|(mark, value)| *mark |= !is_absent(*value));
        }
        Ok(Self(is_present))
    }

    /// Leaves of the series only the values in steps in which their group is present, or in which it is not.
    fn keep_where(&self, is_wanted: bool, series: &mut [StepSeries], of_series: &[usize]) {
        for (series, group) in series.iter_mut().zip(of_series) {
            let marks = self.0[*group].iter().copied().chain(std::iter::repeat(false));
            for (value, _) in series.values.iter_mut().zip(marks).filter(|(_, mark)| *mark != is_wanted) {
                *value = ABSENT;
            }
        }
    }
}
