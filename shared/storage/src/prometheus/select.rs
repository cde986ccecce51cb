//! The samples of selections: what is to be read, the reading, and what comes of it.

use std::collections::HashMap;

use firefly_model::selection::{Limits, Point, Samples, SelectedSeries, Selection};
use futures_util::future::try_join_all;
use tokio::time::Instant;
use tokio_postgres::{Client, Error};

use super::partials;
use super::reading::{Column, Wanted, back_ms, groups, range};
use super::samples::{self, Budget, Exhausted, Read};
use super::shape::{PushDown, Shape, shape};
use crate::database::Operation;
use crate::{Database, ReadError};

/// Reads the samples of the series that each selection wants, all in one round trip.
pub(super) async fn read(
    database: &Database,
    selections: &[(&Selection, Vec<Wanted>)],
    (limits, least): (Limits, PushDown),
    deadline: Instant,
) -> Result<Vec<Vec<Samples>>, ReadError> {
    database
        .run(&ReadSamples { selections, samples: limits.samples, least }, deadline)
        .await?
        .map_err(|Exhausted| ReadError::TooManySamples { limit: limits.samples })
}

struct ReadSamples<'a> {
    selections: &'a [(&'a Selection, Vec<Wanted>)],
    samples: usize,
    least: PushDown,
}

impl Operation for ReadSamples<'_> {
    const NAME: &'static str = "read samples";
    type Output = Result<Vec<Vec<Samples>>, Exhausted>;

    async fn run(&self, client: &Client) -> Result<Self::Output, Error> {
        let budget = &Budget::of(self.samples);
        let answers = self.selections.iter().map(|(selection, wanted)| async move {
            read_selection(client, selection, wanted, self.least, budget).await
        });
        Ok(try_join_all(answers).await?.into_iter().collect())
    }

    fn is_cut_short(output: &Self::Output) -> bool {
        output.is_err()
    }
}

async fn read_selection(
    client: &Client,
    selection: &Selection,
    wanted: &[Wanted],
    least: PushDown,
    budget: &Budget,
) -> Result<Result<Vec<Samples>, Exhausted>, Error> {
    let mut answer: Vec<_> = wanted.iter().map(|_| Samples::Points(Vec::new())).collect();
    let reads = groups(wanted).into_iter().map(|((column, is_ambiguous), members)| async move {
        let ids: Vec<_> = members.iter().map(|at| wanted[*at].id).collect();
        let shape = if is_ambiguous { Shape::All } else { shape(selection, column, ids.len(), least) };
        Ok::<_, Error>((members, read_column(client, selection, column, &ids, shape, budget).await?))
    });
    for (members, series) in try_join_all(reads).await? {
        match series {
            Ok(series) => members.into_iter().zip(series).for_each(|(at, samples)| answer[at] = samples),
            Err(exhausted) => return Ok(Err(exhausted)),
        }
    }
    Ok(Ok(answer))
}

async fn read_column(
    client: &Client,
    selection: &Selection,
    column: &Column,
    ids: &[i64],
    shape: Shape,
    budget: &Budget,
) -> Result<Result<Vec<Samples>, Exhausted>, Error> {
    let (range, back_ms, times) = (range(selection, column), back_ms(selection, column), selection.times);
    let has_gaps = times.count > 1 && times.step_ms / 2 > back_ms;
    let gaps = has_gaps.then_some([times.first_ms, times.step_ms, back_ms]);
    let all = Read { column, ids, range, gaps, thinned: None };
    let points = match shape {
        Shape::All => samples::read(client, &all, budget).await?,
        Shape::Newest(markers) => samples::read_newest(client, &all, markers, budget).await?,
        Shape::NewestOfBuckets(buckets, markers) => {
            let thinned = Read { thinned: Some((buckets, markers)), ..all };
            samples::read(client, &thinned, budget).await?
        }
        Shape::Partials(buckets, function) => {
            let results =
                partials::read(client, column, ids, range, (buckets, back_ms), function, budget).await?;
            return match results {
                Ok(results) => fill_in(client, all, results, budget).await,
                Err(exhausted) => Ok(Err(exhausted)),
            };
        }
    };
    Ok(points.map(|series| series.into_iter().map(Samples::Points).collect()))
}

/// Reads as they are the series that have no results.
async fn fill_in(
    client: &Client,
    all: Read<'_>,
    results: Vec<Option<Vec<f64>>>,
    budget: &Budget,
) -> Result<Result<Vec<Samples>, Exhausted>, Error> {
    let without = all.ids.iter().zip(&results).filter(|(_, results)| results.is_none());
    let ids: Vec<_> = without.map(|(id, _)| *id).collect();
    let mut points = Vec::new();
    if !ids.is_empty() {
        match samples::read(client, &Read { ids: &ids, ..all }, budget).await? {
            Ok(series) => points = series,
            Err(exhausted) => return Ok(Err(exhausted)),
        }
    }
    let mut points = points.into_iter();
    let samples = results.into_iter().map(|results| match results {
        Some(results) => Samples::Results(results),
        None => Samples::Points(points.next().unwrap_or_default()),
    });
    Ok(Ok(samples.collect()))
}

/// Series with their samples. Of several with the same labels, which only CloudWatch's own names tell apart, there is one:
/// of each moment it has the sample of the first of them, samples before statistic sets, and a smaller id before a
/// greater one.
pub(super) fn assemble(wanted: Vec<Wanted>, samples: Vec<Samples>) -> Vec<SelectedSeries> {
    let mut selected = Vec::with_capacity(wanted.len());
    let mut ambiguous: HashMap<_, Vec<_>> = HashMap::new();
    for (series, samples) in wanted.into_iter().zip(samples) {
        if series.is_ambiguous {
            ambiguous.entry(series.labels.clone()).or_default().push((series, samples));
        } else {
            selected.push(of(series, samples));
        }
    }
    for mut alike in ambiguous.into_values() {
        alike.sort_by_key(|(series, _)| (series.is_of_cloudwatch(), series.id));
        let mut alike = alike.into_iter();
        let first = alike.next().map(|(series, samples)| of(series, samples));
        selected.extend(alike.fold(first, |united, (_, samples)| {
            united.map(|united| SelectedSeries { samples: unite(united.samples, samples), ..united })
        }));
    }
    selected
}

fn of(series: Wanted, samples: Samples) -> SelectedSeries {
    SelectedSeries { visibility: series.visibility(), labels: series.labels, samples }
}

/// The points of both; where both have one, the first's. Results are never asked for where labels are ambiguous.
fn unite(first: Samples, second: Samples) -> Samples {
    match (first, second) {
        (Samples::Points(mut points), Samples::Points(others)) => {
            points.extend(others);
            points.sort_by_key(|point: &Point| point.time_ms);
            points.dedup_by_key(|point| point.time_ms);
            Samples::Points(points)
        }
        (first, _) => first,
    }
}
