//! Series that meet conditions, in the catalogue.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use firefly_model::cloudwatch_name::Statistic;
use firefly_model::selection::{Labels, METRIC_NAME, MatchOp, Matcher};

use super::catalogue::{Catalogue, CatalogueRow, CloudwatchMetric, Named};

/// Length of the hour that `last_ms` is the beginning of.
const HOUR_MS: i64 = 3_600_000;

/// A series of the catalogue.
#[derive(Clone, Copy)]
pub(super) struct Found<'c> {
    pub row: &'c CatalogueRow,
    /// Of statistic sets: which statistic, and its name.
    pub statistic: Option<&'c (Statistic, Arc<str>)>,
    /// Of statistic sets: the metric.
    pub metric: Option<&'c CloudwatchMetric>,
}

impl Found<'_> {
    /// All labels.
    pub fn labels(&self) -> Labels {
        let mut labels = self.row.labels.clone();
        if let Some((_, name)) = self.statistic {
            labels.set(METRIC_NAME.into(), Arc::clone(name));
        }
        labels
    }

    /// The name of the metric.
    pub fn name(&self) -> &str {
        self.label(METRIC_NAME)
    }

    /// The name of the metric, shared.
    pub fn shared_name(&self) -> Arc<str> {
        match self.statistic {
            Some((_, name)) => Arc::clone(name),
            None => self.row.labels.get(METRIC_NAME).into(),
        }
    }

    /// The value of a label; empty if there is none.
    pub fn label(&self, name: &str) -> &str {
        match self.statistic {
            Some((_, metric)) if name == METRIC_NAME => metric,
            _ => self.row.labels.get(name),
        }
    }

    /// Adds the names of its labels.
    pub fn add_label_names(&self, names: &mut BTreeSet<String>) {
        let name = self.statistic.map(|_| METRIC_NAME);
        for label in self.row.labels.iter().map(|(label, _)| label).chain(name) {
            if !names.contains(label) {
                names.insert(label.to_owned());
            }
        }
    }
}

/// From when to when, in milliseconds, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub first_ms: i64,
    pub last_ms: i64,
}

impl Range {
    /// Whether a series may have data points in it, as far as the catalogue tells: to the hour.
    pub fn meets(self, row: &CatalogueRow) -> bool {
        row.first_ms <= self.last_ms && row.last_ms.saturating_add(HOUR_MS) > self.first_ms
    }
}

impl Catalogue {
    /// The series that meet all matchers and may have data points in a range of time; those of one name one after the
    /// other.
    pub fn find(&self, matchers: &[Matcher], range: Range) -> Vec<Found<'_>> {
        let (of_name, of_labels): (Vec<_>, Vec<_>) =
            matchers.iter().partition(|matcher| matcher.name() == METRIC_NAME);
        let mut search = Search {
            catalogue: self,
            range,
            matchers: of_labels.iter().map(|matcher| Condition::new(matcher)).collect(),
            with_labels: self.with_labels(&of_labels),
            found: Vec::new(),
        };
        let is_named = |name: &str| of_name.iter().all(|matcher| matcher.matches(name));
        match of_name.iter().find(|matcher| matcher.op() == MatchOp::Equal) {
            Some(equal) => {
                if let Some(named) = self.names().get(equal.value()).filter(|_| is_named(equal.value())) {
                    search.look_at(named);
                }
            }
            None => self
                .names()
                .iter()
                .filter(|(name, _)| is_named(name))
                .for_each(|(_, named)| search.look_at(named)),
        }
        search.found
    }

    /// The shortest list of rows that have one of the labels that are asked for by value.
    fn with_labels(&self, matchers: &[&Matcher]) -> Option<&[usize]> {
        let by_value = |matcher: &&&Matcher| matcher.op() == MatchOp::Equal && !matcher.value().is_empty();
        let lists =
            matchers.iter().filter(by_value).map(|matcher| self.with_label(matcher.name(), matcher.value()));
        lists.min_by_key(|rows| rows.len())
    }
}

struct Search<'c, 'm> {
    catalogue: &'c Catalogue,
    range: Range,
    matchers: Vec<Condition<'m>>,
    with_labels: Option<&'c [usize]>,
    found: Vec<Found<'c>>,
}

impl<'c> Search<'c, '_> {
    fn look_at(&mut self, named: &'c Named) {
        self.look_at_rows(&named.samples, None, None);
        for (metric, statistic) in &named.statistics {
            let of = self.catalogue.cloudwatch_metric(*metric);
            self.look_at_rows(&of.rows, Some(*metric), Some(&of.statistics[*statistic]));
        }
    }

    fn look_at_rows(
        &mut self,
        rows: &'c [usize],
        metric: Option<usize>,
        statistic: Option<&'c (Statistic, Arc<str>)>,
    ) {
        // Both lists are sorted; the shorter one is gone through.
        let (shorter, other) = match self.with_labels {
            Some(with_labels) if with_labels.len() < rows.len() => (with_labels, Some(rows)),
            _ => (rows, None),
        };
        for &at in shorter {
            let row = &self.catalogue.rows()[at];
            let is_of_name = row.metric == metric && other.is_none_or(|rows| rows.binary_search(&at).is_ok());
            if is_of_name
                && self.range.meets(row)
                && self.matchers.iter_mut().all(|matcher| matcher.holds(&row.labels))
            {
                self.found.push(Found {
                    row,
                    statistic,
                    metric: metric.map(|at| self.catalogue.cloudwatch_metric(at)),
                });
            }
        }
    }
}

/// A matcher that remembers which values match: labels have few, and regular expressions take long.
struct Condition<'m> {
    matcher: &'m Matcher,
    known: HashMap<usize, bool>,
}

impl<'m> Condition<'m> {
    fn new(matcher: &'m Matcher) -> Self {
        Self { matcher, known: HashMap::new() }
    }

    fn holds(&mut self, labels: &Labels) -> bool {
        let value = labels.get(self.matcher.name());
        if matches!(self.matcher.op(), MatchOp::Equal | MatchOp::NotEqual) {
            return self.matcher.matches(value);
        }
        // The catalogue holds each text once. The one that no label has is empty, and the only empty one.
        let place = if value.is_empty() { 0 } else { value.as_ptr().addr() };
        *self.known.entry(place).or_insert_with(|| self.matcher.matches(value))
    }
}
