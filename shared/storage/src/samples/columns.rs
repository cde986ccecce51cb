//! Samples and what belongs to them as the columns that `unnest` takes, in the order in which the statement names them.

use bytes::{BufMut, BytesMut};
use firefly_model::{Exemplar, FamilyMetadata, Fingerprint, Sample, Series, Sighting};
use tokio_postgres::types::{IsNull, Type};

use crate::array::{
    ArrayError, JsonObject, Parameter, column, put_bytes, put_i64, put_jsonb, put_text, put_timestamp,
};

/// A row of a catalogue with what names it.
type Named<'a, T> = (Fingerprint, &'a T);

pub(super) fn of_samples(rows: &[Sample]) -> [Parameter<'_>; 3] {
    [
        column(rows, Type::INT8, Type::INT8_ARRAY, |row, out| put_i64(row.series.0, out)),
        column(rows, Type::TIMESTAMPTZ, Type::TIMESTAMPTZ_ARRAY, |row, out| put_timestamp(row.time, out)),
        column(rows, Type::FLOAT8, Type::FLOAT8_ARRAY, |row, out| put_f64(row.value, out)),
    ]
}

pub(super) fn of_series<'a>(rows: &'a [Named<'a, Series>]) -> [Parameter<'a>; 6] {
    let [first, last] = of_sightings(rows, |series| &series.sighting);
    [
        column(rows, Type::INT8, Type::INT8_ARRAY, |(fingerprint, _), out| put_i64(fingerprint.id().0, out)),
        of_fingerprints(rows),
        text(rows, |series| &series.name),
        column(rows, Type::JSONB, Type::JSONB_ARRAY, |(_, series), out| put_labels(&series.labels, out)),
        first,
        last,
    ]
}

pub(super) fn of_metadata<'a>(rows: &'a [Named<'a, FamilyMetadata>]) -> [Parameter<'a>; 7] {
    let [first, last] = of_sightings(rows, |said| &said.sighting);
    [
        of_fingerprints(rows),
        text(rows, |said| &said.family),
        text(rows, |said| said.metadata.metric_type.as_str()),
        text(rows, |said| &said.metadata.unit),
        text(rows, |said| &said.metadata.help),
        first,
        last,
    ]
}

pub(super) fn of_exemplars(rows: &[Exemplar]) -> [Parameter<'_>; 5] {
    [
        column(rows, Type::INT8, Type::INT8_ARRAY, |row, out| put_i64(row.series.0, out)),
        column(rows, Type::TIMESTAMPTZ, Type::TIMESTAMPTZ_ARRAY, |row, out| put_timestamp(row.time, out)),
        column(rows, Type::UUID, Type::UUID_ARRAY, |row, out| {
            put_bytes(&row.fingerprint().0.to_be_bytes(), out)
        }),
        column(rows, Type::FLOAT8, Type::FLOAT8_ARRAY, |row, out| put_f64(row.value, out)),
        column(rows, Type::JSONB, Type::JSONB_ARRAY, |row, out| put_labels(&row.labels, out)),
    ]
}

fn of_fingerprints<'a, T: Sync>(rows: &'a [Named<'a, T>]) -> Parameter<'a> {
    column(rows, Type::UUID, Type::UUID_ARRAY, |(fingerprint, _), out| {
        put_bytes(&fingerprint.0.to_be_bytes(), out)
    })
}

fn of_sightings<'a, T: Sync>(rows: &'a [Named<'a, T>], sighting: fn(&T) -> &Sighting) -> [Parameter<'a>; 2] {
    [|sighting: &Sighting| sighting.first, |sighting: &Sighting| sighting.last].map(|hour| {
        column(rows, Type::TIMESTAMPTZ, Type::TIMESTAMPTZ_ARRAY, move |(_, row): &Named<'_, T>, out| {
            put_timestamp(hour(sighting(row)).start(), out)
        })
    })
}

fn text<'a, T: Sync>(rows: &'a [Named<'a, T>], value: fn(&T) -> &str) -> Parameter<'a> {
    column(rows, Type::TEXT, Type::TEXT_ARRAY, move |(_, row), out| put_text(value(row), out))
}

/// The binary form keeps every bit, which no text of a NaN does.
fn put_f64(value: f64, out: &mut BytesMut) -> Result<IsNull, ArrayError> {
    out.put_f64(value);
    Ok(IsNull::No)
}

fn put_labels(labels: &[(String, String)], out: &mut BytesMut) -> Result<IsNull, ArrayError> {
    put_jsonb(&JsonObject(|| labels.iter().map(|(name, value)| (name, value))), out)
}
