//! The rows of a batch as the columns that `unnest` takes, in the order in which the statement names them.

use bytes::BufMut;
use firefly_model::{Series, StatisticSet, UnixHour};
use tokio_postgres::types::{IsNull, Type};

use crate::array::{JsonObject, Parameter, column, put_bytes, put_i64, put_jsonb, put_text, put_timestamp};

pub(super) fn of_statistic_sets(rows: &[StatisticSet]) -> [Parameter<'_>; 7] {
    let float8 = |value: fn(&StatisticSet) -> f64| {
        column(rows, Type::FLOAT8, Type::FLOAT8_ARRAY, move |row, out| {
            out.put_f64(value(row));
            Ok(IsNull::No)
        })
    };
    // `unnest` pads a shorter array with NULL: none at all costs nothing.
    let with_extra = if rows.iter().any(|row| row.extra.is_some()) { rows } else { &[] };
    [
        column(rows, Type::INT8, Type::INT8_ARRAY, |row, out| put_i64(row.series.0, out)),
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

pub(super) fn of_series<'a>(rows: &'a [&'a Series]) -> [Parameter<'a>; 10] {
    let text = |value: fn(&Series) -> &str| {
        column(rows, Type::TEXT, Type::TEXT_ARRAY, move |row, out| put_bytes(value(row).as_bytes(), out))
    };
    [
        column(rows, Type::INT8, Type::INT8_ARRAY, |row, out| put_i64(row.fingerprint.id().0, out)),
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

pub(super) fn of_extra_statistics<'a>(rows: &'a [[&'a str; 3]]) -> [Parameter<'a>; 3] {
    [0, 1, 2].map(|part| {
        column(rows, Type::TEXT, Type::TEXT_ARRAY, move |row: &[&str; 3], out| put_text(row[part], out))
    })
}

pub(super) fn of_hours(rows: &[UnixHour]) -> Parameter<'_> {
    column(rows, Type::TIMESTAMPTZ, Type::TIMESTAMPTZ_ARRAY, |hour, out| put_timestamp(hour.start(), out))
}
