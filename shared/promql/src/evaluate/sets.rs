//! `and`, `or` and `unless`.

use firefly_model::selection::ABSENT;

use super::StepSeries;
use super::matching::{MatchGroups, presence};
use super::merge::merged;
use crate::QueryError;
use crate::parser::{BinaryOp, VectorMatching};

/// The series of an operation of sets.
pub(super) fn combine(
    op: BinaryOp,
    matching: &VectorMatching,
    left: Vec<StepSeries>,
    right: Vec<StepSeries>,
    steps: usize,
) -> Result<Vec<StepSeries>, QueryError> {
    let groups = MatchGroups::new(matching, &left, &right);
    if op == BinaryOp::Or {
        let taken = presence(&groups.left, &left, groups.count, steps);
        let mut all = left;
        all.extend(kept(right, &groups.right, &taken, false));
        return merged(all);
    }
    let present = presence(&groups.right, &right, groups.count, steps);
    Ok(kept(left, &groups.left, &present, op == BinaryOp::And))
}

/// The values in steps in which a series' group is present, or is not.
fn kept(
    mut vector: Vec<StepSeries>,
    groups: &[usize],
    presence: &[Vec<bool>],
    if_present: bool,
) -> Vec<StepSeries> {
    for (series, group) in vector.iter_mut().zip(groups) {
        for (step, value) in series.values.iter_mut().enumerate() {
            let is_present = presence[*group].get(step).copied().unwrap_or(false);
            if is_present != if_present {
                *value = ABSENT;
            }
        }
    }
    vector.retain(StepSeries::has_values);
    vector
}
