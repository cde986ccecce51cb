//! Functions of windows, worked out by the database in parts and put together here.
//!
//! What comes out is what the samples themselves would give. Where the database cannot be sure of that, the series is read
//! as it is: where zeros of both signs meet, of which it would keep another one, and where a sum has values that are
//! negative, infinite or no numbers. Of what is left a plain sum is right to a few parts in 10¹⁶ for each addition.

use std::collections::HashMap;
use std::pin::pin;

use firefly_model::selection::{ABSENT, WindowFunction};
use futures_util::TryStreamExt;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row};

use super::column::{Float, Millis};
use super::find::Range;
use super::reading::Column;
use super::samples::{Budget, Exhausted, NOT_STALE, Source};
use super::shape::Buckets;

/// Values that can be added up without an overflow, in any number, and without one taking away from another.
const ADDABLE: &str = "value BETWEEN 0 AND 1e290";
/// Values that are added up at most: more, and the error could be seen.
const MOST_ADDED: i64 = 4_000_000;

/// What the database found in a bucket.
#[derive(Clone, Copy)]
struct Partial {
    count: i64,
    /// Smallest or largest value, or the sum.
    value: f64,
}

/// Works out a function for every series and time; `None` for a series that has to be read as it is.
pub(super) async fn read(
    client: &Client,
    column: &Column,
    ids: &[i64],
    range: Range,
    (buckets, back_ms): (Buckets, i64),
    function: WindowFunction,
    budget: &Budget,
) -> Result<Result<Vec<Option<Vec<f64>>>, Exhausted>, Error> {
    let source = Source::of(column);
    let sql = statement(&source, buckets, back_ms, function);
    let statistic = source.statistic.clone().unwrap_or_default();
    let (first, last, limit) = (Millis(range.first_ms), Millis(range.last_ms), budget.row_limit());
    let (begin, width_ms) = (Millis(buckets.begin_ms), buckets.width_ms);
    let parameters: [(&(dyn ToSql + Sync), Type); 8] = [
        (&ids, Type::INT8_ARRAY),
        (&first, Type::TIMESTAMPTZ),
        (&last, Type::TIMESTAMPTZ),
        (&limit, Type::INT8),
        (&statistic, Type::TEXT),
        (&begin, Type::TIMESTAMPTZ),
        (&width_ms, Type::INT8),
        (&back_ms, Type::INT8),
    ];
    let mut rows = pin!(client.query_typed_raw(&sql, parameters).await?);
    let places: HashMap<i64, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let mut series = vec![Some(Vec::new()); ids.len()];
    while let Some(row) = rows.try_next().await? {
        let Some(of_series) = places.get(&row.try_get(0)?).and_then(|at| series.get_mut(*at)) else {
            continue;
        };
        if budget.take().is_err() {
            return Ok(Err(Exhausted));
        }
        let Millis(begin_ms) = row.try_get(1)?;
        match (Partial::read(&row)?, of_series.as_mut()) {
            (Some(partial), Some(partials)) => partials.push((buckets.index(begin_ms + 1), partial)),
            _ => *of_series = None,
        }
    }
    let results = series.into_iter().map(|partials| combine(&partials?, buckets, function));
    Ok(Ok(results.collect()))
}

fn statement(source: &Source, buckets: Buckets, back_ms: i64, function: WindowFunction) -> String {
    // A constant where there is but one bucket: then the server need not sort by it.
    let bucket = if buckets.count == 1 {
        "$6::timestamptz"
    } else {
        "date_bin($7 * interval '1 millisecond', time - interval '1 microsecond', $6)"
    };
    // Of a bucket that is longer than the window, the last part.
    let in_window = if back_ms < buckets.width_ms {
        format!(" AND time > {bucket} + ($7 - $8) * interval '1 millisecond'")
    } else {
        String::new()
    };
    let (value, is_exact) = match function {
        WindowFunction::Sum | WindowFunction::Average => (
            format!("coalesce(sum(value) FILTER (WHERE {ADDABLE}), 0)"),
            format!("count(*) FILTER (WHERE {ADDABLE}) = count(*) AND count(*) <= {MOST_ADDED}"),
        ),
        // To PostgreSQL a NaN is greater than any number.
        WindowFunction::Minimum => ("min(value)".to_owned(), NO_NEGATIVE_ZERO.to_owned()),
        WindowFunction::Maximum => (
            "coalesce(max(value) FILTER (WHERE value <> 'NaN'), 'NaN')".to_owned(),
            NO_NEGATIVE_ZERO.to_owned(),
        ),
        WindowFunction::Count | WindowFunction::Present | WindowFunction::Last => {
            ("0::float8".to_owned(), "true".to_owned())
        }
    };
    let not_stale = if source.has_markers() { NOT_STALE } else { "" };
    format!(
        "SELECT series_id, bucket, count(*), {value}, {is_exact} FROM (
            SELECT series_id, {bucket} AS bucket, {} AS value FROM {}
            WHERE series_id = ANY ($1) AND time >= $2 AND time <= $3{}{not_stale}{in_window}
        ) AS sample GROUP BY series_id, bucket LIMIT $4",
        source.values, source.table, source.condition
    )
}

const NO_NEGATIVE_ZERO: &str = r"NOT bool_or(value = 0 AND float8send(value) = '\x8000000000000000'::bytea)";

impl Partial {
    /// `None` where the database cannot be sure.
    fn read(row: &Row) -> Result<Option<Self>, Error> {
        let Float(value) = row.try_get(3)?;
        let partial = Self { count: row.try_get(2)?, value };
        Ok(row.try_get::<_, bool>(4)?.then_some(partial))
    }

    fn and(self, other: Self, function: WindowFunction) -> Self {
        let value = match function {
            WindowFunction::Minimum if other.value < self.value || self.value.is_nan() => other.value,
            WindowFunction::Maximum if other.value > self.value || self.value.is_nan() => other.value,
            WindowFunction::Sum | WindowFunction::Average => self.value + other.value,
            _ => self.value,
        };
        Self { count: self.count + other.count, value }
    }

    #[expect(clippy::cast_precision_loss, reason = "no series has 2⁵³ samples")]
    fn result(self, function: WindowFunction) -> f64 {
        let count = self.count as f64;
        match function {
            WindowFunction::Count => count,
            WindowFunction::Present => 1.0,
            // Not the negative zero that a sum of such zeros is to PostgreSQL.
            WindowFunction::Sum => self.value + 0.0,
            WindowFunction::Average => (self.value + 0.0) / count,
            WindowFunction::Minimum | WindowFunction::Maximum | WindowFunction::Last => self.value,
        }
    }
}

/// The results of windows of so many buckets each; none if together they add up more than can be relied on.
fn combine(partials: &[(usize, Partial)], buckets: Buckets, function: WindowFunction) -> Option<Vec<f64>> {
    let mut by_bucket = vec![None; buckets.count];
    for (index, partial) in partials {
        if let Some(bucket) = by_bucket.get_mut(*index) {
            *bucket = Some(*partial);
        }
    }
    let result = |all: Option<Partial>| match all {
        None => Some(ABSENT),
        Some(all) => (all.count <= MOST_ADDED).then(|| all.result(function)),
    };
    of_windows(&by_bucket, buckets.of_window, function).map(result).collect()
}

/// All windows of so many buckets. However long they are, each is put together from two parts: the buckets are cut into
/// blocks as long as a window, so that a window is the end of one block and the beginning of the next.
fn of_windows(
    by_bucket: &[Option<Partial>],
    length: usize,
    function: WindowFunction,
) -> impl Iterator<Item = Option<Partial>> {
    let join = move |one: Option<Partial>, next: Option<Partial>| match (one, next) {
        (Some(one), Some(next)) => Some(one.and(next, function)),
        (one, next) => one.or(next),
    };
    let (mut beginnings, mut ends) = (by_bucket.to_vec(), by_bucket.to_vec());
    for index in 1..by_bucket.len() {
        if !index.is_multiple_of(length) {
            beginnings[index] = join(beginnings[index - 1], beginnings[index]);
        }
        let from_behind = by_bucket.len() - 1 - index;
        if !(from_behind + 1).is_multiple_of(length) {
            ends[from_behind] = join(ends[from_behind], ends[from_behind + 1]);
        }
    }
    let windows = (by_bucket.len() + 1).saturating_sub(length);
    (0..windows).map(move |first| {
        if first.is_multiple_of(length) {
            ends[first]
        } else {
            join(ends[first], beginnings[first + length - 1])
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_the_end_of_one_block_and_the_beginning_of_the_next() {
        let bucket = |value: f64| (value != 0.0).then_some(Partial { count: 1, value });
        let by_bucket = [3.0, 0.0, 0.0, 1.0, 5.0, 0.0, 4.0].map(bucket);
        for length in 1..=by_bucket.len() {
            let expected: Vec<_> = by_bucket
                .windows(length)
                .map(|window| window.iter().flatten().map(|partial| partial.value).sum::<f64>())
                .collect();
            let found: Vec<_> = of_windows(&by_bucket, length, WindowFunction::Sum)
                .map(|all| all.map_or(0.0, |all| all.value))
                .collect();
            assert_eq!(found, expected, "{length}");
        }
        assert_eq!(of_windows(&by_bucket, 8, WindowFunction::Sum).count(), 0);
    }
}
