//! Spans and their catalogues as the columns that `unnest` takes, in the order in which the statement names them.

use bytes::BufMut;
use firefly_model::trace::{CatalogueRow, Resource, Scope, ServiceOperation, StoredSpan};
use firefly_model::{Fingerprint, Sighting};
use tokio_postgres::types::{IsNull, Type};

use super::to_jsonb::{JsonAttributes, JsonEvents, JsonLinks};
use crate::array::{
    Parameter, column, put_bytes, put_i64, put_jsonb, put_text, put_timestamp, put_timestamp_micros,
};

/// A row of a catalogue with what names it.
pub(super) type Named<'a, T> = (Fingerprint, &'a CatalogueRow<T>);

pub(super) fn of_resources<'a>(rows: &'a [Named<'a, Resource>]) -> Vec<Parameter<'a>> {
    let mut columns = of_fingerprints(rows);
    columns.extend([
        text(rows, |row| row.service_name()),
        column(rows, Type::JSONB, Type::JSONB_ARRAY, |(_, row), out| {
            put_jsonb(&JsonAttributes(&row.value.attributes), out)
        }),
        int8(rows, |row| row.dropped_attributes_count),
        text(rows, |row| &row.schema_url),
    ]);
    columns.extend(of_sightings(rows));
    columns
}

pub(super) fn of_scopes<'a>(rows: &'a [Named<'a, Scope>]) -> Vec<Parameter<'a>> {
    let mut columns = of_fingerprints(rows);
    columns.extend([
        text(rows, |row| &row.name),
        text(rows, |row| &row.version),
        column(rows, Type::JSONB, Type::JSONB_ARRAY, |(_, row), out| {
            put_jsonb(&JsonAttributes(&row.value.attributes), out)
        }),
        int8(rows, |row| row.dropped_attributes_count),
        text(rows, |row| &row.schema_url),
    ]);
    columns.extend(of_sightings(rows));
    columns
}

pub(super) fn of_operations<'a>(rows: &'a [Named<'a, ServiceOperation>]) -> Vec<Parameter<'a>> {
    let mut columns = of_fingerprints(rows);
    columns.extend([
        text(rows, |row| &row.service_name),
        text(rows, |row| &row.operation.name),
        column(rows, Type::INT2, Type::INT2_ARRAY, |(_, row), out| {
            out.put_i16(row.value.operation.kind as i16);
            Ok(IsNull::No)
        }),
    ]);
    columns.extend(of_sightings(rows));
    columns
}

fn of_fingerprints<'a, T: Sync>(rows: &'a [Named<'a, T>]) -> Vec<Parameter<'a>> {
    vec![
        column(rows, Type::INT8, Type::INT8_ARRAY, |(fingerprint, _), out| put_i64(fingerprint.id().0, out)),
        column(rows, Type::UUID, Type::UUID_ARRAY, |(fingerprint, _), out| {
            put_bytes(&fingerprint.0.to_be_bytes(), out)
        }),
    ]
}

fn of_sightings<'a, T: Sync>(rows: &'a [Named<'a, T>]) -> [Parameter<'a>; 2] {
    [|sighting: &Sighting| sighting.first, |sighting: &Sighting| sighting.last].map(|hour| {
        column(rows, Type::TIMESTAMPTZ, Type::TIMESTAMPTZ_ARRAY, move |(_, row): &Named<'_, T>, out| {
            put_timestamp(hour(&row.sighting).start(), out)
        })
    })
}

fn text<'a, T: Sync>(rows: &'a [Named<'a, T>], value: fn(&T) -> &str) -> Parameter<'a> {
    column(rows, Type::TEXT, Type::TEXT_ARRAY, move |(_, row), out| put_text(value(&row.value), out))
}

fn int8<'a, T: Sync>(rows: &'a [Named<'a, T>], value: fn(&T) -> u32) -> Parameter<'a> {
    column(rows, Type::INT8, Type::INT8_ARRAY, move |(_, row), out| put_i64(value(&row.value).into(), out))
}

pub(super) fn of_spans(rows: &[StoredSpan]) -> [Parameter<'_>; 18] {
    let id = |value: fn(&StoredSpan) -> i64| {
        column(rows, Type::INT8, Type::INT8_ARRAY, move |row, out| put_i64(value(row), out))
    };
    let optional_text = |value: fn(&StoredSpan) -> &str| {
        let rows = if rows.iter().any(|row| !value(row).is_empty()) { rows } else { NONE };
        column(rows, Type::TEXT, Type::TEXT_ARRAY, move |row, out| match value(row) {
            "" => Ok(IsNull::Yes),
            text => put_text(text, out),
        })
    };
    [
        column(rows, Type::TIMESTAMPTZ, Type::TIMESTAMPTZ_ARRAY, |row, out| {
            put_timestamp_micros(i64::try_from(row.span.start.micros())?, out)
        }),
        id(|row| row.span.span_id.0.cast_signed()),
        column(rows, Type::INT8, Type::INT8_ARRAY, |row, out| match row.span.parent_span_id {
            Some(parent) => put_i64(parent.0.cast_signed(), out),
            None => Ok(IsNull::Yes),
        }),
        column(rows, Type::INT8, Type::INT8_ARRAY, |row, out| {
            put_i64(i64::try_from(row.span.duration_nanos())?, out)
        }),
        id(|row| row.operation.id().0),
        id(|row| row.resource.id().0),
        id(|row| row.scope.id().0),
        column(rows, Type::INT4, Type::INT4_ARRAY, |row, out| {
            out.put_i32(row.span.flags.cast_signed());
            Ok(IsNull::No)
        }),
        column(rows, Type::INT2, Type::INT2_ARRAY, |row, out| {
            out.put_i16(i16::try_from(row.span.start.0 % 1_000)?);
            Ok(IsNull::No)
        }),
        column(rows, Type::INT2, Type::INT2_ARRAY, |row, out| {
            out.put_i16(row.span.status.code as i16);
            Ok(IsNull::No)
        }),
        column(rows, Type::UUID, Type::UUID_ARRAY, |row, out| {
            put_bytes(&row.span.trace_id.0.to_be_bytes(), out)
        }),
        column(rows, Type::JSONB, Type::JSONB_ARRAY, |row, out| {
            put_jsonb(&JsonAttributes(&row.span.attributes), out)
        }),
        column(rows, Type::JSONB, Type::JSONB_ARRAY, |row, out| match row.span.events.as_slice() {
            [] => Ok(IsNull::Yes),
            events => put_jsonb(&JsonEvents(events), out),
        }),
        column(rows, Type::JSONB, Type::JSONB_ARRAY, |row, out| match row.span.links.as_slice() {
            [] => Ok(IsNull::Yes),
            links => put_jsonb(&JsonLinks(links), out),
        }),
        of_dropped_counts(rows),
        optional_text(|row| &row.span.trace_state),
        optional_text(|row| &row.span.status.message),
        of_warnings(rows),
    ]
}

/// `unnest` pads a shorter array with NULL: none at all costs nothing.
const NONE: &[StoredSpan] = &[];

/// Arrays of arrays are rectangles to PostgreSQL, so that each is passed as its text.
fn of_dropped_counts(rows: &[StoredSpan]) -> Parameter<'_> {
    let counts = |row: &StoredSpan| {
        let span = &row.span;
        [span.dropped_attributes_count, span.dropped_events_count, span.dropped_links_count]
    };
    let rows = if rows.iter().any(|row| counts(row) != [0; 3]) { rows } else { NONE };
    column(rows, Type::TEXT, Type::TEXT_ARRAY, move |row, out| match counts(row) {
        [0, 0, 0] => Ok(IsNull::Yes),
        [attributes, events, links] => put_text(&format!("{{{attributes},{events},{links}}}"), out),
    })
}

fn of_warnings(rows: &[StoredSpan]) -> Parameter<'_> {
    let warned = if rows.iter().any(|row| ends_early(row).is_some()) { rows } else { NONE };
    column(warned, Type::TEXT, Type::TEXT_ARRAY, |row, out| match ends_early(row) {
        Some(warning) => put_text(&warning, out),
        None => Ok(IsNull::Yes),
    })
}

/// What is said of a span whose end does not fit its start.
fn ends_early(row: &StoredSpan) -> Option<String> {
    match row.span.end.0 {
        0 => Some("the span came without an end: its duration is taken as 0".to_owned()),
        end if end < row.span.start.0 => {
            Some(format!("the span's end, {end} ns, came before its start: its duration is taken as 0"))
        }
        _ => None,
    }
}
