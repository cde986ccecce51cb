//! Samples as they are, out of their tables.
//!
//! Rows come in the order in which the server finds them, which is mostly that of their arrival, and are brought into
//! series here. On 1,000 series of 1,440 points that takes less time than any order or arrays made by the server.

use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};

use firefly_model::cloudwatch_name::Statistic;
use firefly_model::selection::Point;
use futures_util::TryStreamExt;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row};

use super::collected::Collected;
use super::column::{Float, Millis};
use super::find::Range;
use super::reading::Column;
use super::shape::{Buckets, Markers};

/// Points that may still be read, over all that is read at once.
pub(super) struct Budget(AtomicUsize);

/// The budget is used up.
pub(super) struct Exhausted;

impl Budget {
    pub fn of(samples: usize) -> Self {
        Self(AtomicUsize::new(samples))
    }

    /// Takes one.
    pub fn take(&self) -> Result<(), Exhausted> {
        let less = |left: usize| left.checked_sub(1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).map(drop).map_err(|_| Exhausted)
    }

    /// One more than is left, for the server to stop at.
    pub fn row_limit(&self) -> i64 {
        i64::try_from(self.0.load(Ordering::Relaxed)).unwrap_or(i64::MAX).saturating_add(1)
    }
}

/// What is read: which series, between which times, and how far back of each.
pub(super) struct Read<'a> {
    pub column: &'a Column,
    pub ids: &'a [i64],
    pub range: Range,
    /// Where samples lie far from what any of the times looks at: the first time, the step, and how far back each looks.
    pub gaps: Option<[i64; 3]>,
    /// The newest of each bucket, if no others are needed.
    pub thinned: Option<(Buckets, Markers)>,
}

/// Reads the points of these series, for each in the order of their times.
pub(super) async fn read(
    client: &Client,
    read: &Read<'_>,
    budget: &Budget,
) -> Result<Result<Vec<Vec<Point>>, Exhausted>, Error> {
    let Read { column, ids, range, gaps, thinned } = read;
    let source = Source::of(column);
    let in_sight = if gaps.is_some() { IN_SIGHT } else { "" };
    // What is left out here costs no memory: it need not be limited.
    let limit = if thinned.is_some() { "" } else { " LIMIT $4" };
    let sql = format!(
        "SELECT series_id, time, {} FROM {} WHERE series_id = ANY ($1) AND time >= $2 AND time <= $3{}{in_sight}{limit}",
        source.values, source.table, source.condition
    );
    let (first, last, row_limit) = (Millis(range.first_ms), Millis(range.last_ms), budget.row_limit());
    let [first_time_ms, step_ms, back_ms] = gaps.unwrap_or_default();
    let (origin, statistic) = (Millis(first_time_ms - step_ms), source.statistic.clone().unwrap_or_default());
    let parameters: [(&(dyn ToSql + Sync), Type); 8] = [
        (ids, Type::INT8_ARRAY),
        (&first, Type::TIMESTAMPTZ),
        (&last, Type::TIMESTAMPTZ),
        (&row_limit, Type::INT8),
        (&statistic, Type::TEXT),
        (&origin, Type::TIMESTAMPTZ),
        (&step_ms, Type::INT8),
        (&back_ms, Type::INT8),
    ];
    let mut rows = pin!(client.query_typed_raw(&sql, parameters).await?);
    let mut series = Collected::new(ids, *thinned);
    while let Some(row) = rows.try_next().await? {
        let Millis(time_ms) = row.try_get(1)?;
        let point = Point { time_ms, value: source.value(&row, 2)? };
        if series.add(row.try_get(0)?, point, budget).is_err() {
            return Ok(Err(Exhausted));
        }
    }
    Ok(Ok(series.into_points()))
}

/// Reads the newest point of each of these series.
pub(super) async fn read_newest(
    client: &Client,
    read: &Read<'_>,
    markers: Markers,
    budget: &Budget,
) -> Result<Result<Vec<Vec<Point>>, Exhausted>, Error> {
    let Read { column, ids, range, .. } = read;
    let source = Source::of(column);
    let not_stale = if markers == Markers::LeftOut && source.has_markers() { NOT_STALE } else { "" };
    let sql = format!(
        "SELECT asked.id, newest.* FROM unnest($1) AS asked (id) CROSS JOIN LATERAL (
            SELECT time, {} FROM {}
            WHERE series_id = asked.id AND time >= $2 AND time <= $3{}{not_stale}
            ORDER BY time DESC LIMIT 1
        ) AS newest LIMIT $4",
        source.values, source.table, source.condition
    );
    let (first, last, limit) = (Millis(range.first_ms), Millis(range.last_ms), budget.row_limit());
    let statistic = source.statistic.clone().unwrap_or_default();
    let parameters: [(&(dyn ToSql + Sync), Type); 5] = [
        (ids, Type::INT8_ARRAY),
        (&first, Type::TIMESTAMPTZ),
        (&last, Type::TIMESTAMPTZ),
        (&limit, Type::INT8),
        (&statistic, Type::TEXT),
    ];
    let mut rows = pin!(client.query_typed_raw(&sql, parameters).await?);
    let mut series = Collected::new(ids, None);
    while let Some(row) = rows.try_next().await? {
        let Millis(time_ms) = row.try_get(1)?;
        let point = Point { time_ms, value: source.value(&row, 2)? };
        if series.add(row.try_get(0)?, point, budget).is_err() {
            return Ok(Err(Exhausted));
        }
    }
    Ok(Ok(series.into_points()))
}

/// That a sample is no marker of staleness.
pub(super) const NOT_STALE: &str =
    r" AND NOT (value = 'NaN' AND float8send(value) = '\x7ff0000000000002'::bytea)";

/// That a time is in what the next of the times at or after it looks back on.
const IN_SIGHT: &str =
    " AND time > date_bin($7 * interval '1 millisecond', time - interval '1 microsecond', $6)
    + ($7 - $8) * interval '1 millisecond'";

/// Where the values of a column are, in SQL.
pub(super) struct Source {
    pub table: &'static str,
    /// One column, or two of which the first is divided by the second: PostgreSQL would refuse a quotient that
    /// overflows.
    pub values: &'static str,
    pub condition: &'static str,
    /// The parameter `$5`.
    pub statistic: Option<String>,
    is_quotient: bool,
}

impl Source {
    pub fn of(column: &Column) -> Self {
        let of_sets = |values| Self {
            table: "firefly.statistic_set",
            values,
            condition: "",
            statistic: None,
            is_quotient: false,
        };
        match column {
            Column::Sample => Self { table: "firefly.sample", ..of_sets("value") },
            Column::Statistic(Statistic::SampleCount) => of_sets("samples"),
            Column::Statistic(Statistic::Sum) => of_sets("sum"),
            Column::Statistic(Statistic::Minimum) => of_sets("minimum"),
            Column::Statistic(Statistic::Maximum) => of_sets("maximum"),
            Column::Statistic(Statistic::Average) => {
                Self { condition: " AND samples <> 0", is_quotient: true, ..of_sets("sum, samples") }
            }
            Column::Statistic(Statistic::Extra(name)) => Self {
                table: "firefly.extra_set",
                condition: " AND extra ? $5",
                statistic: Some(name.clone()),
                ..of_sets("(extra -> $5)::float8")
            },
        }
    }

    /// Whether markers of staleness are among its values.
    pub fn has_markers(&self) -> bool {
        self.table == "firefly.sample"
    }

    /// The value in a row, from this column on.
    pub fn value(&self, row: &Row, at: usize) -> Result<f64, Error> {
        let Float(value) = row.try_get(at)?;
        if !self.is_quotient {
            return Ok(value);
        }
        let Float(divisor) = row.try_get(at + 1)?;
        Ok(value / divisor)
    }
}
