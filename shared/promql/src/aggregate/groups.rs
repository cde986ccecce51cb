//! Which series belong together.

use std::cmp::Ordering;
use std::collections::HashMap;

use firefly_model::selection::{Labels, METRIC_NAME, is_absent};

use crate::evaluate::StepSeries;
use crate::parser::Grouping;

/// The groups of some series.
pub(super) struct Groups {
    /// What the labels of each group's series have in common, in the order in which they come up.
    pub labels: Vec<Labels>,
    /// The group of each series.
    pub of_series: Vec<usize>,
}

impl Groups {
    /// Puts series into groups, by their labels alone, which are the same in all steps.
    pub fn new(series: &[StepSeries], grouping: &Grouping) -> Self {
        let mut groups = Self { labels: Vec::new(), of_series: Vec::with_capacity(series.len()) };
        let mut known = HashMap::new();
        for series in series {
            let labels = group_labels(&series.labels, grouping);
            let group = *known.entry(labels).or_insert_with_key(|labels: &Labels| {
                groups.labels.push(labels.clone());
                groups.labels.len() - 1
            });
            groups.of_series.push(group);
        }
        groups
    }

    /// The series of each group, by their places.
    pub fn members(&self) -> Vec<Vec<usize>> {
        let mut members = vec![Vec::new(); self.labels.len()];
        self.of_series.iter().enumerate().for_each(|(series, group)| members[*group].push(series));
        members
    }

    /// Whether the name of each group's series is to be dropped: as in the last step in which the group has a value, and
    /// there if that of any series with a value is.
    pub fn drop_names(&self, series: &[StepSeries], steps: usize) -> Vec<bool> {
        let mut of_group: Vec<(usize, bool)> = vec![(0, false); self.labels.len()];
        for (series, group) in series.iter().zip(&self.of_series) {
            let last = series.values.iter().take(steps).rposition(|value| !is_absent(*value));
            let Some(last) = last else { continue };
            let (group_last, drops) = &mut of_group[*group];
            match last.cmp(group_last) {
                Ordering::Greater => (*group_last, *drops) = (last, series.drops_name),
                Ordering::Equal => *drops |= series.drops_name,
                Ordering::Less => {}
            }
        }
        of_group.into_iter().map(|(_, drops)| drops).collect()
    }
}

/// The labels by which a series is grouped. A name that is to be dropped later is still there.
pub(super) fn group_labels(labels: &Labels, grouping: &Grouping) -> Labels {
    match grouping {
        Grouping::By(names) => {
            let by = labels.shared().iter().filter(|(name, _)| names.iter().any(|by| **by == **name));
            Labels::new(by.cloned())
        }
        Grouping::Without(names) => {
            let mut labels = labels.clone();
            labels.retain(|name| name != METRIC_NAME && !names.iter().any(|without| without == name));
            labels
        }
    }
}
