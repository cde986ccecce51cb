//! Operations of pairs of series of two vectors.

use std::collections::HashMap;

use firefly_model::selection::{ABSENT, Labels, METRIC_NAME, is_absent};

use super::arithmetic::{computed, computes, holds, truth};
use super::labels_text::labels_text;
use super::matching::{MatchGroups, match_labels};
use super::merge::merged;
use super::{StepSeries, conflict::Conflict};
use crate::QueryError;
use crate::parser::{Binary, Cardinality, VectorMatching};

/// Two vectors of which each series of the one side matches at most one of each group of the other.
struct Sides<'a> {
    binary: &'a Binary,
    matching: &'a VectorMatching,
    /// The side that may have many series of a group.
    many: &'a [StepSeries],
    one: &'a [StepSeries],
    many_groups: &'a [usize],
    /// The series of the one side in each group, in their order.
    one_by_group: Vec<Vec<usize>>,
    steps: usize,
}

/// The series of an operation that is none of sets.
///
/// # Errors
///
/// If there are more than one where one is expected; of several such places, that of the first step is named.
pub(super) fn combine(
    binary: &Binary,
    matching: &VectorMatching,
    left: Vec<StepSeries>,
    right: Vec<StepSeries>,
    steps: usize,
) -> Result<Vec<StepSeries>, QueryError> {
    let groups = MatchGroups::new(matching, &left, &right);
    let is_swapped = matching.cardinality == Cardinality::OneToMany;
    let (many, one, many_groups, one_groups) = if is_swapped {
        (&right, &left, &groups.right, &groups.left)
    } else {
        (&left, &right, &groups.left, &groups.right)
    };
    let mut one_by_group = vec![Vec::new(); groups.count];
    for (index, group) in one_groups.iter().enumerate() {
        one_by_group[*group].push(index);
    }
    let sides = Sides { binary, matching, many, one, many_groups, one_by_group, steps };
    let mut conflict = sides.ambiguous();
    let results = sides.results(&mut conflict);
    match conflict {
        Some(conflict) => Err(QueryError::Execution(conflict.message)),
        None => merged(results),
    }
}

impl Sides<'_> {
    /// The first step in which two series of the one side are in the same group, while the other side has any series.
    fn ambiguous(&self) -> Option<Conflict> {
        let mut first = None;
        let any_of_many = |step: usize| self.many.iter().any(|series| !is_absent(series.values[step]));
        for series in self.one_by_group.iter().filter(|series| series.len() > 1) {
            for step in 0..self.steps {
                let mut present = series.iter().filter(|index| !is_absent(self.one[**index].values[step]));
                let (Some(earlier), Some(later)) = (present.next(), present.next()) else { continue };
                if any_of_many(step) {
                    Conflict::keep_first(&mut first, step, 0, *later, || self.duplicate(*earlier, *later));
                    break;
                }
            }
        }
        first
    }

    fn duplicate(&self, earlier: usize, later: usize) -> String {
        let group = labels_text(&match_labels(self.matching, &self.one[later].labels));
        let [earlier, later] = [earlier, later].map(|index| labels_text(&self.one[index].labels));
        let side = if self.matching.cardinality == Cardinality::OneToMany { "left" } else { "right" };
        format!(
            "found duplicate series for the match group {group} on the {side} hand-side of the operation: [{later}, \
            {earlier}];many-to-many matching not allowed: matching labels must be unique on one side"
        )
    }

    /// The results of all pairs, and the first step in which two of them would be the same.
    fn results(&self, conflict: &mut Option<Conflict>) -> Vec<StepSeries> {
        let mut results = Vec::new();
        // Which steps of a group, or of a result within it, are taken.
        let mut taken: HashMap<(usize, Option<Labels>), Vec<bool>> = HashMap::new();
        for (index, (series, group)) in self.many.iter().zip(self.many_groups).enumerate() {
            for one in &self.one_by_group[*group] {
                let one = &self.one[*one];
                let labels = self.result_labels(&series.labels, &one.labels);
                let is_one_to_one = self.matching.cardinality == Cardinality::OneToOne;
                let key = (*group, (!is_one_to_one).then(|| labels.clone()));
                let taken = taken.entry(key).or_insert_with(|| vec![false; self.steps]);
                let mut values = vec![ABSENT; self.steps];
                for step in 0..self.steps {
                    let pair = (series.values[step], one.values[step]);
                    if is_absent(pair.0) || is_absent(pair.1) {
                        continue;
                    }
                    if std::mem::replace(&mut taken[step], true) {
                        Conflict::keep_first(conflict, step, 1, index, || multiple_matches(is_one_to_one));
                        break;
                    }
                    values[step] = self.value(pair);
                }
                results.push(StepSeries { labels, drops_name: self.binary.is_bool, values });
            }
        }
        results.retain(StepSeries::has_values);
        results
    }

    fn value(&self, (many, one): (f64, f64)) -> f64 {
        let Binary { op, is_bool, .. } = *self.binary;
        let is_swapped = self.matching.cardinality == Cardinality::OneToMany;
        let (left, right) = if is_swapped { (one, many) } else { (many, one) };
        if computes(op) {
            return computed(op, left, right);
        }
        match (is_bool, holds(op, left, right)) {
            (true, holds) => truth(holds),
            (false, true) => left,
            (false, false) => ABSENT,
        }
    }

    fn result_labels(&self, many: &Labels, one: &Labels) -> Labels {
        let matching = self.matching;
        let mut labels = many.clone();
        if computes(self.binary.op) {
            labels.remove(METRIC_NAME);
        }
        if matching.cardinality == Cardinality::OneToOne {
            labels.retain(|name| matching.labels.iter().any(|listed| listed == name) == matching.is_on);
        }
        for name in &matching.include {
            labels.set(name.as_str().into(), one.get(name).into());
        }
        labels
    }
}

fn multiple_matches(is_one_to_one: bool) -> String {
    let what = if is_one_to_one {
        "many-to-one matching must be explicit (group_left/group_right)"
    } else {
        "grouping labels must ensure unique matches"
    };
    format!("multiple matches for labels: {what}")
}
