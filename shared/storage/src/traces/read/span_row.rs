//! Rows of spans, as all of the model's.

use firefly_model::UnixNanos;
use firefly_model::trace::{Span, SpanId, SpanKind, Status, StatusCode};
use tokio_postgres::{Error, Row};

use super::column::{Timestamp, TraceIdColumn};
use super::from_jsonb::{Json, JsonAttributes, JsonEvent, JsonLink};

/// The columns that [`SpanRow::read`] reads, in this order.
pub(super) const COLUMNS: &str = "trace_id, span_id, parent_span_id, trace_state, flags, start_time, start_nanos,
    duration_nanos, attributes, events, links, dropped_counts, status_code, status_message, operation_id, resource_id,
    scope_id, warning";

/// A span, whose name and kind are still to be looked up.
pub(super) struct SpanRow {
    pub span: Span,
    pub ids: CatalogueIds,
    pub warning: Option<String>,
}

/// The catalogue rows that a span refers to.
#[derive(Clone, Copy)]
pub(super) struct CatalogueIds {
    pub operation: i64,
    pub resource: i64,
    pub scope: i64,
}

impl SpanRow {
    pub fn read(row: &Row) -> Result<Self, Error> {
        let TraceIdColumn(trace_id) = row.try_get(0)?;
        let id = |index| Ok::<_, Error>(SpanId(row.try_get::<_, i64>(index)?.cast_unsigned()));
        let start = row.try_get::<_, Timestamp>(5)?.nanos(row.try_get(6)?);
        let duration = u64::try_from(row.try_get::<_, i64>(7)?).unwrap_or(0);
        let Json(JsonAttributes(attributes)) = row.try_get(8)?;
        let [dropped_attributes_count, dropped_events_count, dropped_links_count] =
            dropped_counts(&row.try_get::<_, Option<Vec<i64>>>(11)?.unwrap_or_default());
        let span = Span {
            trace_id,
            span_id: id(1)?,
            parent_span_id: row.try_get::<_, Option<i64>>(2)?.map(|id| SpanId(id.cast_unsigned())),
            trace_state: optional_text(row, 3)?,
            flags: row.try_get::<_, i32>(4)?.cast_unsigned(),
            name: String::new(),
            kind: SpanKind::Unspecified,
            start,
            end: UnixNanos(start.0.saturating_add(duration)),
            attributes,
            dropped_attributes_count,
            events: list::<JsonEvent, _>(row, 9)?,
            dropped_events_count,
            links: list::<JsonLink, _>(row, 10)?,
            dropped_links_count,
            status: Status {
                code: StatusCode::from_number(row.try_get::<_, i16>(12)?.into()),
                message: optional_text(row, 13)?,
            },
        };
        let ids =
            CatalogueIds { operation: row.try_get(14)?, resource: row.try_get(15)?, scope: row.try_get(16)? };
        Ok(Self { span, ids, warning: row.try_get(17)? })
    }
}

fn optional_text(row: &Row, index: usize) -> Result<String, Error> {
    Ok(row.try_get::<_, Option<String>>(index)?.unwrap_or_default())
}

fn list<J: for<'a> serde::Deserialize<'a>, T: From<J>>(row: &Row, index: usize) -> Result<Vec<T>, Error> {
    let list: Option<Json<Vec<J>>> = row.try_get(index)?;
    Ok(list.map(|Json(list)| list.into_iter().map(T::from).collect()).unwrap_or_default())
}

fn dropped_counts(counts: &[i64]) -> [u32; 3] {
    [0, 1, 2].map(|index| counts.get(index).and_then(|count| u32::try_from(*count).ok()).unwrap_or_default())
}
