//! How many series there are, and of what.

use std::collections::HashMap;
use std::sync::Arc;

use firefly_model::selection::METRIC_NAME;

use super::Cardinality;
use super::find::Found;

/// Entries of each list: more than any page shows.
const ENTRIES: usize = 1_000;
/// Values of labels that are told apart. Beyond, counts are those of the values that were seen first.
const VALUES: usize = 500_000;

/// Counts series.
#[derive(Default)]
pub(super) struct Counts {
    series: u64,
    by_metric: HashMap<Arc<str>, u64>,
    by_pair: HashMap<Arc<str>, HashMap<Arc<str>, u64>>,
    values: usize,
}

impl Counts {
    /// Counts one.
    pub fn add(&mut self, found: &Found<'_>) {
        self.series += 1;
        *self.by_metric.entry(found.shared_name()).or_default() += 1;
        for (name, value) in found.row.labels.shared() {
            if **name == *METRIC_NAME {
                continue;
            }
            let values = self.by_pair.entry(Arc::clone(name)).or_default();
            if let Some(count) = values.get_mut(value) {
                *count += 1;
            } else if self.values < VALUES {
                values.insert(Arc::clone(value), 1);
                self.values += 1;
            }
        }
    }

    /// What was counted.
    pub fn into_cardinality(self) -> Cardinality {
        let name = |name: &Arc<str>| name.to_string();
        let of_names = (METRIC_NAME.to_owned(), self.by_metric.len() as u64);
        let values = self.by_pair.iter().map(|(label, values)| (name(label), values.len() as u64));
        let pairs = self.by_pair.iter().flat_map(|(label, values)| {
            values.iter().map(move |(value, count)| ((name(label), name(value)), *count))
        });
        let names =
            self.by_metric.iter().map(|(metric, count)| ((METRIC_NAME.to_owned(), name(metric)), *count));
        Cardinality {
            series: self.series,
            series_by_metric: most(self.by_metric.iter().map(|(metric, count)| (name(metric), *count))),
            values_by_label: most(values.chain((self.series > 0).then_some(of_names))),
            series_by_pair: most(pairs.chain(names)),
        }
    }
}

/// The greatest counts first, and what is equal in the order of names.
fn most<T: Ord>(counts: impl Iterator<Item = (T, u64)>) -> Vec<(T, u64)> {
    let mut counts: Vec<_> = counts.collect();
    counts.sort_unstable_by(|(one, count), (other, than)| than.cmp(count).then_with(|| one.cmp(other)));
    counts.truncate(ENTRIES);
    counts
}
