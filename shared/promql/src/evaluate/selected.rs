//! What the storage has given, until the last selector has looked at it.

use std::sync::Arc;

use firefly_model::selection::{Samples, SelectedSeries, Selection};

use super::Budget;
use crate::QueryError;

/// The series of each selection.
pub(crate) struct Selected(Vec<Entry>);

struct Entry {
    selection: Selection,
    series: Arc<Vec<SelectedSeries>>,
    /// How many selectors have yet to look at it.
    uses: usize,
}

/// The series of a selection, sorted by their labels.
#[derive(Default)]
pub(super) struct Taken {
    pub series: Arc<Vec<SelectedSeries>>,
    /// How many samples are gone with it, if the selector is the last.
    pub samples: usize,
}

impl Selected {
    /// The answers of a storage to selections that so many selectors need.
    ///
    /// # Errors
    ///
    /// If there are more series or samples than may be.
    pub fn new(
        selections: Vec<(Selection, usize)>,
        answers: Vec<Vec<SelectedSeries>>,
        budget: &mut Budget,
    ) -> Result<Self, QueryError> {
        let mut entries = Vec::with_capacity(selections.len());
        for ((selection, uses), mut series) in selections.into_iter().zip(answers) {
            budget.load(series.len(), series.iter().map(size).sum())?;
            // Answers should not depend on the order in which the storage finds series.
            series.sort_by(|one, other| one.labels.cmp(&other.labels));
            entries.push(Entry { selection, series: Arc::new(series), uses });
        }
        Ok(Self(entries))
    }

    /// The series of a selection; forgotten once the last selector has got them.
    pub(super) fn take(&mut self, selection: &Selection) -> Taken {
        let Some(entry) = self.0.iter_mut().find(|entry| entry.selection == *selection) else {
            return Taken::default();
        };
        entry.uses = entry.uses.saturating_sub(1);
        if entry.uses > 0 {
            return Taken { series: entry.series.clone(), samples: 0 };
        }
        let series = std::mem::take(&mut entry.series);
        let samples = series.iter().map(size).sum();
        Taken { series, samples }
    }
}

/// How many samples there are of a series.
fn size(series: &SelectedSeries) -> usize {
    match &series.samples {
        Samples::Points(points) => points.len(),
        Samples::Results(results) => results.len(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use firefly_model::selection::{Labels, Limits, Look, Times, Visibility};

    use super::*;

    #[test]
    fn samples_are_forgotten_when_the_last_selector_has_them() {
        let selection = Selection {
            matchers: Vec::new(),
            times: Times::once(0),
            look: Look::Newest { lookback_ms: 1, is_explicit: false },
            is_stepped: false,
        };
        let series = SelectedSeries {
            labels: Labels::default(),
            visibility: Visibility::Sustained,
            samples: Samples::Results(vec![0.0; 4]),
        };
        let mut budget = Budget::new(Limits { samples: 10, series: 1 }, Instant::now());
        let selections = vec![(selection.clone(), 2)];
        let mut selected = Selected::new(selections, vec![vec![series]], &mut budget).unwrap();
        assert_eq!(budget.statistics().peak_samples, 4);
        let taken =
            [(); 3].map(|()| selected.take(&selection)).map(|taken| (taken.series.len(), taken.samples));
        assert_eq!(taken, [(1, 0), (1, 4), (0, 0)]);
    }
}
