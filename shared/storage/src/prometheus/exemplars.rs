//! Exemplars of series.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::pin::pin;

use firefly_model::selection::{Labels, Limits};
use firefly_model::{Exemplar, SeriesId, UnixMillis};
use futures_util::TryStreamExt;
use tokio::time::Instant;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error};

use super::column::{Float, Millis};
use super::samples::{Budget, Exhausted};
use super::series_row::JsonLabels;
use crate::database::Operation;
use crate::{Database, ReadError};

/// Reads the exemplars of these series, both ends of the range included.
pub(super) async fn read(
    database: &Database,
    mut series: BTreeMap<i64, Labels>,
    range: RangeInclusive<UnixMillis>,
    limits: Limits,
    deadline: Instant,
) -> Result<Vec<(Labels, Vec<Exemplar>)>, ReadError> {
    let ids = series.keys().copied().collect();
    let (first, last) = (Millis(range.start().0), Millis(range.end().0));
    let read = ReadExemplars { ids, first, last, limit: limits.samples };
    let exemplars = database
        .run(&read, deadline)
        .await?
        .map_err(|Exhausted| ReadError::TooManySamples { limit: limits.samples })?;
    let mut by_series: BTreeMap<i64, Vec<Exemplar>> = BTreeMap::new();
    for exemplar in exemplars {
        by_series.entry(exemplar.series.0).or_default().push(exemplar);
    }
    let mut answer: Vec<_> =
        by_series.into_iter().filter_map(|(id, of)| Some((series.remove(&id)?, of))).collect();
    answer.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(answer)
}

struct ReadExemplars {
    ids: Vec<i64>,
    first: Millis,
    last: Millis,
    limit: usize,
}

impl Operation for ReadExemplars {
    const NAME: &'static str = "read exemplars";
    type Output = Result<Vec<Exemplar>, Exhausted>;

    async fn run(&self, client: &Client) -> Result<Self::Output, Error> {
        let budget = Budget::of(self.limit);
        let sql = "SELECT series_id, time, value, labels FROM firefly.exemplar
            WHERE series_id = ANY ($1) AND time >= $2 AND time <= $3
            ORDER BY time, fingerprint LIMIT $4";
        let limit = budget.row_limit();
        let parameters: [(&(dyn ToSql + Sync), Type); 4] = [
            (&self.ids, Type::INT8_ARRAY),
            (&self.first, Type::TIMESTAMPTZ),
            (&self.last, Type::TIMESTAMPTZ),
            (&limit, Type::INT8),
        ];
        let mut rows = pin!(client.query_typed_raw(sql, parameters).await?);
        let mut exemplars = Vec::new();
        while let Some(row) = rows.try_next().await? {
            if budget.take().is_err() {
                return Ok(Err(Exhausted));
            }
            let (Millis(time_ms), Float(value)) = (row.try_get(1)?, row.try_get(2)?);
            let JsonLabels(labels) = row.try_get(3)?;
            let mut labels: Vec<_> =
                labels.into_iter().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
            labels.sort_unstable();
            let (series, time) = (SeriesId(row.try_get(0)?), UnixMillis(time_ms));
            exemplars.push(Exemplar { series, time, value, labels });
        }
        Ok(Ok(exemplars))
    }
}
