//! What has to be read for a selection: of which rows, which column, between which times.

use std::collections::HashMap;

use firefly_model::cloudwatch_name::Statistic;
use firefly_model::selection::{Labels, Look, Selection, Visibility};

use super::find::{Found, Range};

/// How long a single look sees a data point of CloudWatch, which comes two to three minutes late.
const CLOUDWATCH_LOOKBACK_MS: i64 = 600_000;

/// Where the values of a series are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Column {
    /// In `firefly.sample`.
    Sample,
    /// In `firefly.statistic_set`.
    Statistic(Statistic),
}

impl Column {
    /// Whether it holds data points of CloudWatch.
    pub fn is_of_cloudwatch(&self) -> bool {
        *self != Self::Sample
    }

    /// Whether SQL can work with its values: of a mean, the quotient could overflow.
    pub fn is_worked_out_by_the_database(&self) -> bool {
        *self != Self::Statistic(Statistic::Average)
    }
}

/// A series whose samples are to be read.
pub(super) struct Wanted {
    pub id: i64,
    pub labels: Labels,
    pub column: Column,
    /// Whether another series may have the same labels.
    pub is_ambiguous: bool,
}

impl Wanted {
    pub fn of(found: &Found<'_>, is_ambiguous: bool) -> Self {
        let column =
            found.statistic.map_or(Column::Sample, |(statistic, _)| Column::Statistic(statistic.clone()));
        Self { id: found.row.id, labels: found.labels(), column, is_ambiguous }
    }

    /// Whether its samples are data points of CloudWatch.
    pub fn is_of_cloudwatch(&self) -> bool {
        self.column.is_of_cloudwatch()
    }

    /// How long its samples are seen.
    pub fn visibility(&self) -> Visibility {
        if self.is_of_cloudwatch() {
            Visibility::Once { lookback_ms: CLOUDWATCH_LOOKBACK_MS }
        } else {
            Visibility::Sustained
        }
    }
}

/// How far back a selection looks in a column.
pub(super) fn back_ms(selection: &Selection, column: &Column) -> i64 {
    match selection.look {
        Look::Newest { lookback_ms, is_explicit: false }
            if column.is_of_cloudwatch() && !selection.is_stepped =>
        {
            lookback_ms.max(CLOUDWATCH_LOOKBACK_MS)
        }
        Look::Newest { lookback_ms, .. } => lookback_ms,
        Look::Window { window_ms, .. } => window_ms,
    }
}

/// The times of all samples in a column that a selection looks at.
pub(super) fn range(selection: &Selection, column: &Column) -> Range {
    let back_ms = back_ms(selection, column);
    let first_ms = selection.times.first_ms.saturating_sub(back_ms).saturating_add(1);
    Range { first_ms, last_ms: selection.times.last_ms() }
}

/// The times of all samples that a selection may look at.
pub(super) fn longest_range(selection: &Selection) -> Range {
    let [samples, points] =
        [Column::Sample, Column::Statistic(Statistic::Sum)].map(|column| range(selection, &column));
    Range { first_ms: samples.first_ms.min(points.first_ms), last_ms: samples.last_ms }
}

/// Series by where their values are, and whether they may have the labels of another one: each group is read by one
/// statement.
pub(super) fn groups(wanted: &[Wanted]) -> HashMap<(&Column, bool), Vec<usize>> {
    let mut groups: HashMap<_, Vec<_>> = HashMap::new();
    for (at, series) in wanted.iter().enumerate() {
        groups.entry((&series.column, series.is_ambiguous)).or_default().push(at);
    }
    groups
}
