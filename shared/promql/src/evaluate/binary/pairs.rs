//! Operations on the values of two series that match.
//!
//! One side, the one, may have only one series of a match group in a step; the many may have several if `group_left` or
//! `group_right` says so. Groups are of labels alone, so whether that holds is found step by step.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use firefly_model::selection::{ABSENT, Labels, is_absent};

use super::Operation;
use super::elements::{Elements, where_both};
use super::matching::{Groups, group_labels};
use crate::QueryError;
use crate::evaluate::labels_text::labels_text;
use crate::evaluate::{StepSeries, drop_name};
use crate::parser::{Cardinality, VectorMatching};

/// The results of all pairs.
pub(super) fn combine(
    operation: &mut Operation<'_>,
    left: Vec<StepSeries>,
    right: Vec<StepSeries>,
) -> Result<Vec<StepSeries>, QueryError> {
    let Some(matching) = &operation.node.matching else { return Ok(Vec::new()) };
    if left.is_empty() || right.is_empty() {
        return Ok(Vec::new());
    }
    let Groups { left: left_groups, right: right_groups, count } = Groups::new(matching, &left, &right);
    let is_swapped = matching.cardinality == Cardinality::OneToMany;
    let (many, many_groups, one, one_groups) = match is_swapped {
        true => (right, right_groups, left, left_groups),
        false => (left, left_groups, right, right_groups),
    };
    let mut ones_of_group = vec![Vec::new(); count];
    one_groups.iter().enumerate().for_each(|(at, group)| ones_of_group[*group].push(at));
    let sides = Sides { matching, is_swapped, many, many_groups, one, ones_of_group };
    let ambiguity = sides.ambiguity(operation)?;
    // What is wrong in an earlier step is told first; what comes later is of no interest.
    operation.steps = ambiguity.as_ref().map_or(operation.steps, |ambiguity| ambiguity.step);
    let mut results = Results::default();
    if operation.steps > 0 {
        results.add_all(operation, &sides)?;
    }
    if results.clash(operation, &sides)? {
        return Err(several_matches(matching));
    }
    match ambiguity {
        Some(ambiguity) => Err(sides.ambiguous(&ambiguity)),
        None => Ok(results.series.into_iter().filter(StepSeries::has_values).collect()),
    }
}

/// The operands.
struct Sides<'a> {
    matching: &'a VectorMatching,
    /// Whether the many are the right operand.
    is_swapped: bool,
    many: Vec<StepSeries>,
    many_groups: Vec<usize>,
    one: Vec<StepSeries>,
    ones_of_group: Vec<Vec<usize>>,
}

/// Two series of the one side that are of the same match group and have a value in the same step.
struct Ambiguity {
    step: usize,
    later: usize,
    earlier: usize,
}

impl Sides<'_> {
    /// The first there is, as Prometheus comes upon it: it goes step by step, and does not look at one in which either side
    /// has no values at all.
    fn ambiguity(&self, operation: &mut Operation<'_>) -> Result<Option<Ambiguity>, QueryError> {
        if self.ones_of_group.iter().all(|ones| ones.len() < 2) {
            return Ok(None);
        }
        let mut has_many = vec![false; operation.steps];
        for series in &self.many {
            operation.budget.work(operation.steps)?;
            mark_values(series, &mut has_many);
        }
        let mut first: Option<Ambiguity> = None;
        for ones in self.ones_of_group.iter().filter(|ones| ones.len() > 1) {
            let mut earlier = vec![None; operation.steps];
            for later in ones.iter().copied() {
                operation.budget.work(operation.steps)?;
                let found = self.meet(later, &mut earlier, &has_many);
                first = match (first, found) {
                    (Some(first), Some(found)) if (first.step, first.later) <= (found.step, found.later) => {
                        Some(first)
                    }
                    (first, None) => first,
                    (_, found) => found,
                };
            }
        }
        Ok(first)
    }

    /// Where a series first meets an earlier one.
    fn meet(&self, later: usize, earlier: &mut [Option<usize>], has_many: &[bool]) -> Option<Ambiguity> {
        let mut found = None;
        for (step, value) in self.one[later].values.iter().enumerate() {
            if is_absent(*value) || !has_many[step] {
                continue;
            }
            match earlier[step] {
                None => earlier[step] = Some(later),
                Some(earlier) if found.is_none() => found = Some(Ambiguity { step, later, earlier }),
                Some(_) => {}
            }
        }
        found
    }

    fn ambiguous(&self, ambiguity: &Ambiguity) -> QueryError {
        let [later, earlier] = [ambiguity.later, ambiguity.earlier].map(|at| &self.one[at].labels);
        let side = if self.is_swapped { "left" } else { "right" };
        QueryError::Execution(format!(
            "found duplicate series for the match group {} on the {side} hand-side of the operation: [{}, {}];many-to-many \
            matching not allowed: matching labels must be unique on one side",
            labels_text(&group_labels(later, self.matching)),
            labels_text(later),
            labels_text(earlier)
        ))
    }

    /// The labels of what two series yield: those of the many, and those of the one that are asked for.
    fn result_labels(&self, pair: Pair, elements: Elements) -> Labels {
        let mut labels = self.many[pair.many].labels.clone();
        if elements.changes_meaning() {
            drop_name(&mut labels);
        }
        if self.matching.cardinality == Cardinality::OneToOne {
            let is_named = |name: &str| self.matching.labels.iter().any(|label| label == name);
            labels.retain(|name| is_named(name) == self.matching.is_on);
        }
        let one = &self.one[pair.one].labels;
        for name in &self.matching.include {
            labels.set(name.as_str().into(), one.get(name).into());
        }
        labels
    }

    fn values(&self, pair: Pair) -> impl Iterator<Item = (f64, f64)> {
        self.many[pair.many].values.iter().copied().zip(self.one[pair.one].values.iter().copied())
    }

    /// Whether both have a value, step by step.
    fn meetings(&self, pair: Pair) -> impl Iterator<Item = bool> {
        self.values(pair).map(|(many, one)| !is_absent(many) && !is_absent(one))
    }
}

/// A series of the many and one of the one, by their places.
#[derive(Clone, Copy)]
struct Pair {
    many: usize,
    one: usize,
}

/// What the pairs yield.
#[derive(Default)]
struct Results {
    series: Vec<StepSeries>,
    known: HashMap<Labels, usize>,
    /// The pairs of which only one may meet in a step: of each match group if there is to be one of the many, else of each
    /// series that they yield.
    rivals: HashMap<usize, Vec<Pair>>,
}

impl Results {
    fn add_all(&mut self, operation: &mut Operation<'_>, sides: &Sides<'_>) -> Result<(), QueryError> {
        for (many, group) in sides.many_groups.iter().copied().enumerate() {
            for one in sides.ones_of_group[group].iter().copied() {
                let pair = Pair { many, one };
                operation.budget.work(operation.steps)?;
                if !sides.meetings(pair).take(operation.steps).any(|meet| meet) {
                    continue;
                }
                let at = self.add(operation, sides, pair)?;
                let is_one_to_one = sides.matching.cardinality == Cardinality::OneToOne;
                self.rivals.entry(if is_one_to_one { group } else { at }).or_default().push(pair);
            }
        }
        Ok(())
    }

    /// Adds the results of a pair to the series of their labels, and says which it is.
    fn add(
        &mut self,
        operation: &mut Operation<'_>,
        sides: &Sides<'_>,
        pair: Pair,
    ) -> Result<usize, QueryError> {
        let (elements, is_bool) = (operation.elements(), operation.node.is_bool);
        if matches!(elements, Elements::Nothing) {
            operation.inform_of_types();
        }
        let labels = sides.result_labels(pair, elements);
        let at = match self.known.entry(labels) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(unknown) => {
                operation.budget.hold(operation.steps)?;
                let labels = unknown.key().clone();
                self.series.push(StepSeries {
                    labels,
                    drops_name: is_bool,
                    values: vec![ABSENT; operation.steps],
                });
                *unknown.insert(self.series.len() - 1)
            }
        };
        for (result, (many, one)) in self.series[at].values.iter_mut().zip(sides.values(pair)) {
            let value = where_both(many, one, |many, one| match sides.is_swapped {
                true => elements.of(one, many, one, is_bool),
                false => elements.of(many, one, many, is_bool),
            });
            if !is_absent(value) {
                *result = value;
            }
        }
        Ok(at)
    }

    /// Whether rivals meet in any step.
    fn clash(&self, operation: &mut Operation<'_>, sides: &Sides<'_>) -> Result<bool, QueryError> {
        for rivals in self.rivals.values().filter(|rivals| rivals.len() > 1) {
            let mut met = vec![false; operation.steps];
            for pair in rivals.iter().copied() {
                operation.budget.work(operation.steps)?;
                for (met, meet) in met.iter_mut().zip(sides.meetings(pair)) {
                    if *met && meet {
                        return Ok(true);
                    }
                    *met |= meet;
                }
            }
        }
        Ok(false)
    }
}

fn mark_values(series: &StepSeries, marks: &mut [bool]) {
    for (mark, value) in marks.iter_mut().zip(&series.values) {
        *mark |= !is_absent(*value);
    }
}

fn several_matches(matching: &VectorMatching) -> QueryError {
    let advice = match matching.cardinality {
        Cardinality::OneToOne => "many-to-one matching must be explicit (group_left/group_right)",
        _ => "grouping labels must ensure unique matches",
    };
    QueryError::Execution(format!("multiple matches for labels: {advice}"))
}
