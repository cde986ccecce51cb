//! Which series of two vectors belong together.

use std::collections::HashMap;

use firefly_model::selection::{Labels, METRIC_NAME};

use crate::evaluate::StepSeries;
use crate::parser::VectorMatching;

/// The match group of each series: those of the same labels, as far as they take part.
pub(super) struct Groups {
    pub left: Vec<usize>,
    pub right: Vec<usize>,
    pub count: usize,
}

impl Groups {
    /// Puts series into groups by their labels alone, which are the same in all steps.
    pub fn new(matching: &VectorMatching, left: &[StepSeries], right: &[StepSeries]) -> Self {
        let mut known: HashMap<Labels, usize> = HashMap::new();
        let mut group = |series: &StepSeries| {
            let next = known.len();
            *known.entry(group_labels(&series.labels, matching)).or_insert(next)
        };
        let left = left.iter().map(&mut group).collect();
        let right = right.iter().map(&mut group).collect();
        Self { left, right, count: known.len() }
    }
}

/// The labels that take part. A name that is to be dropped is there as yet, but counts only if `on` names it.
pub(super) fn group_labels(labels: &Labels, matching: &VectorMatching) -> Labels {
    let mut labels = labels.clone();
    let is_named = |name: &str| matching.labels.iter().any(|label| label == name);
    match matching.is_on {
        true => labels.retain(is_named),
        false => labels.retain(|name| name != METRIC_NAME && !is_named(name)),
    }
    labels
}
