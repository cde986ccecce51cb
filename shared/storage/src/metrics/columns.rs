//! The rows of a batch as the columns that `unnest` takes, in the order in which the statement names them.

use bytes::{BufMut, BytesMut};
use firefly_model::{DeadLetter, Series, StatisticSet, UnixMillis};
use tokio_postgres::types::{IsNull, ToSql, Type};
use xxhash_rust::xxh3::Xxh3;

use crate::array::{ArrayError, Column, put_bytes, put_jsonb, put_timestamp};

/// Array parameters with their types.
pub(super) type Columns<'a, const N: usize> = [(Box<dyn ToSql + Sync + Send + 'a>, Type); N];

fn column<'a, T: Sync>(
    rows: &'a [T],
    element: Type,
    array: Type,
    write: impl Fn(&T, &mut BytesMut) -> Result<IsNull, ArrayError> + Sync + Send + 'a,
) -> (Box<dyn ToSql + Sync + Send + 'a>, Type) {
    (Box::new(Column { rows, element, write }), array)
}

pub(super) fn of_statistic_sets(rows: &[StatisticSet]) -> Columns<'_, 7> {
    let float8 = |value: fn(&StatisticSet) -> f64| {
        column(rows, Type::FLOAT8, Type::FLOAT8_ARRAY, move |row, out| {
            out.put_f64(value(row));
            Ok(IsNull::No)
        })
    };
    // `unnest` pads a shorter array with NULL: none at all costs nothing.
    let with_extra = if rows.iter().any(|row| row.extra.is_some()) { rows } else { &[] };
    [
        column(rows, Type::INT8, Type::INT8_ARRAY, |row, out| {
            out.put_i64(row.series.0);
            Ok(IsNull::No)
        }),
        column(rows, Type::TIMESTAMPTZ, Type::TIMESTAMPTZ_ARRAY, |row, out| put_timestamp(row.time, out)),
        float8(|row| row.statistics.samples),
        float8(|row| row.statistics.sum),
        float8(|row| row.statistics.minimum),
        float8(|row| row.statistics.maximum),
        column(with_extra, Type::JSONB, Type::JSONB_ARRAY, |row, out| match &row.extra {
            Some(extra) => put_jsonb(&JsonObject(|| extra.iter()), out),
            None => Ok(IsNull::Yes),
        }),
    ]
}

pub(super) fn of_series<'a>(rows: &'a [&'a Series]) -> Columns<'a, 10> {
    let text = |value: fn(&Series) -> &str| {
        column(rows, Type::TEXT, Type::TEXT_ARRAY, move |row, out| put_bytes(value(row).as_bytes(), out))
    };
    [
        column(rows, Type::INT8, Type::INT8_ARRAY, |row, out| {
            out.put_i64(row.fingerprint.id().0);
            Ok(IsNull::No)
        }),
        column(rows, Type::UUID, Type::UUID_ARRAY, |row, out| {
            put_bytes(&row.fingerprint.0.to_be_bytes(), out)
        }),
        text(|row| &row.account_id),
        text(|row| &row.region),
        text(|row| &row.namespace),
        text(|row| &row.name),
        column(rows, Type::JSONB, Type::JSONB_ARRAY, |row, out| {
            put_jsonb(&JsonObject(|| row.labels.iter().map(|(name, value)| (name, value))), out)
        }),
        text(|row| &row.sighting.unit),
        column(rows, Type::TIMESTAMPTZ, Type::TIMESTAMPTZ_ARRAY, |row, out| {
            put_timestamp(row.sighting.first.start(), out)
        }),
        column(rows, Type::TIMESTAMPTZ, Type::TIMESTAMPTZ_ARRAY, |row, out| {
            put_timestamp(row.sighting.last.start(), out)
        }),
    ]
}

pub(super) fn of_dead_letters<'a>(rows: &'a [DeadLetter], source: &'static str) -> Columns<'a, 4> {
    [
        column(rows, Type::UUID, Type::UUID_ARRAY, move |row, out| {
            let mut hash = Xxh3::new();
            hash.update(source.as_bytes());
            hash.update(&[0]);
            hash.update(&row.bytes);
            put_bytes(&hash.digest128().to_be_bytes(), out)
        }),
        column(rows, Type::TEXT, Type::TEXT_ARRAY, |row, out| {
            put_bytes(row.reason.replace('\0', "\u{fffd}").as_bytes(), out)
        }),
        column(rows, Type::BYTEA, Type::BYTEA_ARRAY, |row, out| put_bytes(&row.bytes, out)),
        column(rows, Type::INT8, Type::INT8_ARRAY, |row, out| {
            out.put_i64(i64::try_from(row.size_bytes)?);
            Ok(IsNull::No)
        }),
    ]
}

pub(super) fn of_times(times: &[UnixMillis]) -> impl ToSql + Sync {
    let write = |time: &UnixMillis, out: &mut BytesMut| put_timestamp(*time, out);
    Column { rows: times, element: Type::TIMESTAMPTZ, write }
}

/// Pairs as a JSON object.
struct JsonObject<F>(F);

impl<K, V, I, F> serde::Serialize for JsonObject<F>
where
    K: serde::Serialize,
    V: serde::Serialize,
    I: Iterator<Item = (K, V)>,
    F: Fn() -> I,
{
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map((self.0)())
    }
}
