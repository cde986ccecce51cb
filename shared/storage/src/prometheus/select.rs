//! The samples of selections: what is to be read, the reading, and what comes of it.

use std::collections::HashMap;

use firefly_model::selection::{Limits, Point, Samples, SelectedSeries, Selection};
use futures_util::future::try_join_all;
use tokio::time::Instant;
use tokio_postgres::{Client, Error};

use super::reading::{Wanted, by_column, range};
use super::samples::{self, Budget, Exhausted};
use crate::database::Operation;
use crate::{Database, ReadError};

/// Reads the samples of the series that each selection wants, all in one round trip.
pub(super) async fn read(
    database: &Database,
    selections: &[(&Selection, Vec<Wanted>)],
    limits: Limits,
    deadline: Instant,
) -> Result<Vec<Vec<Samples>>, ReadError> {
    database
        .run(&ReadSamples { selections, samples: limits.samples }, deadline)
        .await?
        .map_err(|Exhausted| ReadError::TooManySamples { limit: limits.samples })
}

struct ReadSamples<'a> {
    selections: &'a [(&'a Selection, Vec<Wanted>)],
    samples: usize,
}

impl Operation for ReadSamples<'_> {
    const NAME: &'static str = "read samples";
    type Output = Result<Vec<Vec<Samples>>, Exhausted>;

    async fn run(&self, client: &Client) -> Result<Self::Output, Error> {
        let budget = &Budget::of(self.samples);
        let answers = self.selections.iter().map(|(selection, wanted)| async move {
            read_selection(client, selection, wanted, budget).await
        });
        Ok(try_join_all(answers).await?.into_iter().collect())
    }
}

async fn read_selection(
    client: &Client,
    selection: &Selection,
    wanted: &[Wanted],
    budget: &Budget,
) -> Result<Result<Vec<Samples>, Exhausted>, Error> {
    let mut answer: Vec<_> = wanted.iter().map(|_| Samples::Points(Vec::new())).collect();
    let reads = by_column(wanted).into_iter().map(|(column, members)| async move {
        let ids: Vec<_> = members.iter().map(|at| wanted[*at].id).collect();
        let range = range(selection, column);
        Ok::<_, Error>((members, samples::read(client, column, &ids, range, budget).await?))
    });
    for (members, series) in try_join_all(reads).await? {
        let series = match series {
            Ok(series) => series,
            Err(exhausted) => return Ok(Err(exhausted)),
        };
        for (at, points) in members.into_iter().zip(series) {
            answer[at] = Samples::Points(points);
        }
    }
    Ok(Ok(answer))
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
