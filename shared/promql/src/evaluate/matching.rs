//! Which series of two vectors belong together.

use std::collections::HashMap;
use std::sync::Arc;

use firefly_model::selection::{Labels, METRIC_NAME, is_absent};

use super::StepSeries;
use crate::parser::VectorMatching;

/// The group of each series of both sides: series with equal values of the labels that are matched are in the same.
pub(super) struct MatchGroups {
    pub left: Vec<usize>,
    pub right: Vec<usize>,
    pub count: usize,
}

impl MatchGroups {
    pub fn new(matching: &VectorMatching, left: &[StepSeries], right: &[StepSeries]) -> Self {
        let mut groups = HashMap::new();
        let mut group_of = |series: &StepSeries| {
            let next = groups.len();
            *groups.entry(key(matching, &series.labels)).or_insert(next)
        };
        let left = left.iter().map(&mut group_of).collect();
        let right = right.iter().map(&mut group_of).collect();
        Self { left, right, count: groups.len() }
    }
}

/// In which steps each group has any value of these series.
pub(super) fn presence(
    groups: &[usize],
    series: &[StepSeries],
    count: usize,
    steps: usize,
) -> Vec<Vec<bool>> {
    let mut presence = vec![Vec::new(); count];
    for (group, series) in groups.iter().zip(series) {
        let of_group: &mut Vec<bool> = &mut presence[*group];
        of_group.resize(steps, false);
        for (is_present, value) in of_group.iter_mut().zip(&series.values) {
            *is_present |= !is_absent(*value);
        }
    }
    presence
}

/// The labels by which a series is matched.
fn key(matching: &VectorMatching, labels: &Labels) -> Vec<(Arc<str>, Arc<str>)> {
    let is_matched = |name: &str| {
        let is_listed = matching.labels.iter().any(|listed| listed == name);
        if matching.is_on { is_listed } else { !is_listed && name != METRIC_NAME }
    };
    labels.shared().iter().filter(|(name, _)| is_matched(name)).cloned().collect()
}

/// The same labels, as errors show them.
pub(super) fn match_labels(matching: &VectorMatching, labels: &Labels) -> Labels {
    Labels::new(key(matching, labels))
}
