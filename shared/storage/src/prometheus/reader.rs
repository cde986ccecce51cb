//! The reader of metrics: what is asked is looked up in the catalogue, and only then are samples read.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{ControlFlow, RangeInclusive};

use firefly_model::selection::{Labels, Limits, Matcher, SelectedSeries, Selection};
use firefly_model::{Exemplar, FamilyMetadata, UnixMillis};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::catalogue::Catalogue;
use super::find::{Found, Range};
use super::held::Held;
use super::reading::{Wanted, longest_range};
use super::refresh::CatalogueCap;
use super::scan::Scan;
use super::shape::PushDown;
use super::{Cardinality, MetricReader, cardinality, exemplars, metadata, select};
use crate::{Database, ReadError, StorageError};

/// Reads metrics from the database. Holds the catalogue of series, up to a cap, from one question to the next.
pub struct PrometheusReader {
    database: Database,
    cap: CatalogueCap,
    push_down: PushDown,
    held: Mutex<Held>,
}

impl PrometheusReader {
    /// A reader of this database.
    pub fn new(database: Database) -> Self {
        Self::with_cap(database, CatalogueCap::default())
    }

    /// A reader that holds a catalogue up to this cap.
    pub fn with_cap(database: Database, cap: CatalogueCap) -> Self {
        Self { database, cap, push_down: PushDown::default(), held: Mutex::new(Held::Nothing) }
    }

    /// Leaves functions of windows to the database from there on.
    #[must_use]
    pub fn with_push_down(self, push_down: PushDown) -> Self {
        Self { push_down, ..self }
    }

    /// Connects and reads the catalogue ahead of need.
    ///
    /// # Errors
    ///
    /// If the database does not answer.
    pub async fn warm_up(&self, deadline: Instant) -> Result<(), StorageError> {
        self.held.lock().await.refresh(&self.database, self.cap, deadline).await.map(drop)
    }

    /// Looks at the catalogue for each of these sets of matchers: at once if it is held, else piece by piece, of which
    /// each may have some of what is found.
    async fn look<'m>(
        &self,
        sets: impl Iterator<Item = (&'m [Matcher], Range)>,
        deadline: Instant,
        mut at: impl FnMut(usize, Vec<Found<'_>>, &Catalogue, IsWhole) -> ControlFlow<()>,
    ) -> Result<(), StorageError> {
        let mut held = self.held.lock().await;
        let catalogue = held.refresh(&self.database, self.cap, deadline).await?;
        for (number, (matchers, range)) in sets.enumerate() {
            if let Some(catalogue) = catalogue {
                if at(number, catalogue.find(matchers, range), catalogue, IsWhole(true)).is_break() {
                    return Ok(());
                }
                continue;
            }
            let mut scan = Scan::begin(&self.database, matchers, range, deadline).await?;
            while let Some(piece) = scan.next(deadline).await? {
                if at(number, piece.find(matchers, range), &piece, IsWhole(false)).is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// As [`Self::look`], for what lists series.
    async fn list(
        &self,
        sets: &[Vec<Matcher>],
        range: &RangeInclusive<UnixMillis>,
        deadline: Instant,
        mut at: impl FnMut(Vec<Found<'_>>) -> ControlFlow<()>,
    ) -> Result<(), StorageError> {
        let range = Range { first_ms: range.start().0, last_ms: range.end().0 };
        let everything: &[Matcher] = &[];
        let sets = sets.iter().map(Vec::as_slice).chain(sets.is_empty().then_some(everything));
        self.look(sets.map(|matchers| (matchers, range)), deadline, |_, found, _, _| at(found)).await
    }

    /// The series that each selection wants.
    async fn wanted(
        &self,
        selections: &[Selection],
        limit: usize,
        deadline: Instant,
    ) -> Result<Vec<Vec<Wanted>>, ReadError> {
        let mut wanted: Vec<Vec<Wanted>> = selections.iter().map(|_| Vec::new()).collect();
        let mut count = 0;
        let sets = selections.iter().map(|selection| (&*selection.matchers, longest_range(selection)));
        self.look(sets, deadline, |number, found, catalogue, IsWhole(is_whole)| {
            count += found.len();
            if count > limit {
                return ControlFlow::Break(());
            }
            wanted[number].extend(found.iter().map(|found| {
                let name = found.name();
                Wanted::of(found, !is_whole || catalogue.is_ambiguous(name))
            }));
            ControlFlow::Continue(())
        })
        .await?;
        if count > limit { Err(ReadError::TooManySeries { limit }) } else { Ok(wanted) }
    }
}

/// Whether all series are in the catalogue that is looked at.
#[derive(Clone, Copy)]
struct IsWhole(bool);

impl MetricReader for PrometheusReader {
    async fn select(
        &self,
        selections: &[Selection],
        limits: Limits,
        deadline: Instant,
    ) -> Result<Vec<Vec<SelectedSeries>>, ReadError> {
        let wanted = self.wanted(selections, limits.series, deadline).await?;
        let asked: Vec<_> = selections.iter().zip(wanted).collect();
        let samples = select::read(&self.database, &asked, (limits, self.push_down), deadline).await?;
        let answers = asked.into_iter().zip(samples);
        Ok(answers.map(|((_, wanted), samples)| select::assemble(wanted, samples)).collect())
    }

    async fn series(
        &self,
        sets: &[Vec<Matcher>],
        range: RangeInclusive<UnixMillis>,
        first: Option<usize>,
        limits: Limits,
        deadline: Instant,
    ) -> Result<Vec<Labels>, ReadError> {
        let limit = limits.series;
        let mut series = BTreeSet::new();
        self.list(sets, &range, deadline, |found| {
            for found in found {
                series.insert(found.labels());
                if first.is_some_and(|first| series.len() > first) {
                    series.pop_last();
                } else if series.len() > limit {
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        })
        .await?;
        if series.len() > limit {
            return Err(ReadError::TooManySeries { limit });
        }
        Ok(series.into_iter().collect())
    }

    async fn label_names(
        &self,
        sets: &[Vec<Matcher>],
        range: RangeInclusive<UnixMillis>,
        deadline: Instant,
    ) -> Result<Vec<String>, ReadError> {
        let mut names = BTreeSet::new();
        self.list(sets, &range, deadline, |found| {
            found.iter().for_each(|found| found.add_label_names(&mut names));
            ControlFlow::Continue(())
        })
        .await?;
        Ok(names.into_iter().collect())
    }

    async fn label_values(
        &self,
        name: &str,
        sets: &[Vec<Matcher>],
        range: RangeInclusive<UnixMillis>,
        deadline: Instant,
    ) -> Result<Vec<String>, ReadError> {
        let mut values = BTreeSet::new();
        self.list(sets, &range, deadline, |found| {
            for found in &found {
                let value = found.label(name);
                if !value.is_empty() && !values.contains(value) {
                    values.insert(value.to_owned());
                }
            }
            ControlFlow::Continue(())
        })
        .await?;
        Ok(values.into_iter().collect())
    }

    async fn metadata(
        &self,
        metric: Option<&str>,
        deadline: Instant,
    ) -> Result<Vec<FamilyMetadata>, ReadError> {
        let mut of_cloudwatch = metadata::OfCloudwatch::default();
        let always = RangeInclusive::new(UnixMillis(i64::MIN), UnixMillis(i64::MAX));
        self.list(&metadata::sets(metric), &always, deadline, |found| {
            found.iter().for_each(|found| of_cloudwatch.add(found));
            ControlFlow::Continue(())
        })
        .await?;
        Ok(metadata::read(&self.database, metric, of_cloudwatch, deadline).await?)
    }

    async fn exemplars(
        &self,
        sets: &[Vec<Matcher>],
        range: RangeInclusive<UnixMillis>,
        limits: Limits,
        deadline: Instant,
    ) -> Result<Vec<(Labels, Vec<Exemplar>)>, ReadError> {
        let mut series = BTreeMap::new();
        self.list(sets, &range, deadline, |found| {
            let samples = found.iter().filter(|found| found.statistic.is_none());
            series.extend(samples.map(|found| (found.row.id, found.labels())));
            if series.len() > limits.series { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .await?;
        if series.len() > limits.series {
            return Err(ReadError::TooManySeries { limit: limits.series });
        }
        exemplars::read(&self.database, series, range, limits, deadline).await
    }

    async fn cardinality(&self, deadline: Instant) -> Result<Cardinality, ReadError> {
        let always = RangeInclusive::new(UnixMillis(i64::MIN), UnixMillis(i64::MAX));
        let mut counts = cardinality::Counts::default();
        self.list(&[], &always, deadline, |found| {
            found.iter().for_each(|found| counts.add(found));
            ControlFlow::Continue(())
        })
        .await?;
        Ok(counts.into_cardinality())
    }
}
