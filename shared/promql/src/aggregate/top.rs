//! `topk` and `bottomk`: the series of each group with the greatest or least values.
//!
//! Which of equal values are taken, and their order, follows from the heap that Prometheus keeps, Go's `container/heap`:
//! <https://pkg.go.dev/container/heap>.

use firefly_model::selection::{ABSENT, is_absent};

use super::groups::Groups;
use crate::evaluate::StepSeries;
use crate::functions::sort_as_go;

/// Whether the greatest or the least are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Greatest,
    Least,
}

/// A value, and the series that it is of.
#[derive(Clone, Copy)]
struct Entry {
    value: f64,
    series: usize,
}

/// The series that are among the first of their group in any step, with their values in those steps. Those of an instant
/// query, which has a single step, are sorted, group by group; others stay in their order.
pub(super) fn top(
    mut series: Vec<StepSeries>,
    groups: &Groups,
    counts: &[usize],
    wanted: Wanted,
    is_instant: bool,
) -> Vec<StepSeries> {
    let mut heaps: Vec<Heap> = vec![Heap { wanted, entries: Vec::new() }; groups.labels.len()];
    let mut taken = Vec::new();
    for (step, count) in counts.iter().copied().enumerate() {
        fill(&mut heaps, &series, groups, step, count);
        taken.clear();
        heaps.iter_mut().for_each(|heap| taken.extend(heap.drain_sorted()));
        if is_instant {
            return take(series, &taken);
        }
        blank_others(&mut series, step, &mut taken);
    }
    series.retain(StepSeries::has_values);
    series
}

fn fill(heaps: &mut [Heap], series: &[StepSeries], groups: &Groups, step: usize, count: usize) {
    if count == 0 {
        return;
    }
    for (at, (series, group)) in series.iter().zip(&groups.of_series).enumerate() {
        let value = series.values.get(step).copied().unwrap_or(ABSENT);
        if !is_absent(value) {
            heaps[*group].offer(Entry { value, series: at }, count);
        }
    }
}

/// The entries' series in the entries' order.
fn take(series: Vec<StepSeries>, taken: &[Entry]) -> Vec<StepSeries> {
    let mut series: Vec<Option<StepSeries>> = series.into_iter().map(Some).collect();
    taken.iter().filter_map(|entry| series[entry.series].take()).collect()
}

/// Leaves in a step only the values of the entries.
fn blank_others(series: &mut [StepSeries], step: usize, taken: &mut [Entry]) {
    taken.sort_unstable_by_key(|entry| entry.series);
    let mut taken = taken.iter().peekable();
    for (at, series) in series.iter_mut().enumerate() {
        if taken.next_if(|entry| entry.series == at).is_none()
            && let Some(value) = series.values.get_mut(step)
        {
            *value = ABSENT;
        }
    }
}

/// The first entries so far, the one to give way on top.
#[derive(Clone)]
struct Heap {
    wanted: Wanted,
    entries: Vec<Entry>,
}

impl Heap {
    /// Takes an entry if there is room or it is better than the one on top.
    fn offer(&mut self, entry: Entry, count: usize) {
        if self.entries.len() < count {
            self.entries.push(entry);
            self.rise(self.entries.len() - 1);
            return;
        }
        let top = self.entries[0].value;
        let is_better = match self.wanted {
            Wanted::Greatest => top < entry.value,
            Wanted::Least => top > entry.value,
        };
        if is_better || (top.is_nan() && !entry.value.is_nan()) {
            self.entries[0] = entry;
            self.sink();
        }
    }

    /// Whether one entry is to be above another; NaN is above all.
    fn is_above(&self, one: usize, other: usize) -> bool {
        let (one, other) = (self.entries[one].value, self.entries[other].value);
        one.is_nan()
            || match self.wanted {
                Wanted::Greatest => one < other,
                Wanted::Least => one > other,
            }
    }

    fn rise(&mut self, mut at: usize) {
        while at > 0 {
            let parent = (at - 1) / 2;
            if !self.is_above(at, parent) {
                break;
            }
            self.entries.swap(parent, at);
            at = parent;
        }
    }

    fn sink(&mut self) {
        let mut at = 0;
        loop {
            let (left, right) = (2 * at + 1, 2 * at + 2);
            if left >= self.entries.len() {
                break;
            }
            let child = match right < self.entries.len() && self.is_above(right, left) {
                true => right,
                false => left,
            };
            if !self.is_above(child, at) {
                break;
            }
            self.entries.swap(at, child);
            at = child;
        }
    }

    /// The entries, the best first, NaN last.
    fn drain_sorted(&mut self) -> impl Iterator<Item = Entry> {
        sort_as_go(&mut self.entries, |entry| entry.value, self.wanted == Wanted::Greatest);
        self.entries.drain(..)
    }
}
