//! Whole traces by their ids.

use std::collections::HashMap;
use std::ops::Range;
use std::pin::pin;

use firefly_model::UnixNanos;
use firefly_model::trace::TraceId;
use futures_util::TryStreamExt;
use tokio::time::Instant;
use tokio_postgres::{Client, Error};

use super::super::{Cut, FoundTraces};
use super::catalogue_rows::CatalogueRows;
use super::column::Timestamp;
use super::span_row::{COLUMNS, SpanRow};
use super::statement::Parameters;
use crate::database::Operation;
use crate::{Database, StorageError};

/// Spans that are read at most: more than any answer holds.
const SPANS: usize = 100_000;
/// Bytes of their rows, likewise: some 100 MB of memory.
const BYTES: usize = 32 * 1024 * 1024;
/// By how much a hint is widened: callers round, and the spans of a trace do not all begin when it is shown to begin.
const HINT_MARGIN_NANOS: u64 = 3_600 * 1_000_000_000;

/// Reads traces, first between the times of the hint, and if there is nothing, of all times.
pub(super) async fn get(
    database: &Database,
    ids: &[TraceId],
    hint: Option<Range<UnixNanos>>,
    deadline: Instant,
) -> Result<FoundTraces, StorageError> {
    if ids.is_empty() {
        return Ok(FoundTraces::default());
    }
    if let Some(hint) = hint {
        let first = UnixNanos(hint.start.0.saturating_sub(HINT_MARGIN_NANOS));
        let last = UnixNanos(hint.end.0.saturating_add(HINT_MARGIN_NANOS));
        let between = Some([first, last].map(Timestamp::of));
        let found = database.run(&GetTraces { ids, between }, deadline).await?;
        if !found.traces.is_empty() {
            return Ok(found);
        }
    }
    database.run(&GetTraces { ids, between: None }, deadline).await
}

struct GetTraces<'a> {
    ids: &'a [TraceId],
    between: Option<[Timestamp; 2]>,
}

impl Operation for GetTraces<'_> {
    const NAME: &'static str = "read traces";
    type Output = FoundTraces;

    async fn run(&self, client: &Client) -> Result<FoundTraces, Error> {
        let (rows, is_cut) = self.read_spans(client).await?;
        let catalogue = CatalogueRows::read(client, rows.iter().map(|row| row.ids)).await?;
        let mut by_trace: HashMap<TraceId, Vec<SpanRow>> = HashMap::new();
        let last = rows.last().map(|row| row.span.trace_id);
        for row in rows {
            by_trace.entry(row.span.trace_id).or_default().push(row);
        }
        let mut cut = None;
        if is_cut {
            // The last one may lack spans.
            cut = Some(if by_trace.len() > 1 { Cut::Traces } else { Cut::Spans });
            if cut == Some(Cut::Traces) {
                last.and_then(|last| by_trace.remove(&last));
            }
        }
        let traces = self.ids.iter().filter_map(|id| Some(catalogue.trace(*id, by_trace.remove(id)?)));
        Ok(FoundTraces { traces: traces.collect(), cut })
    }
}

impl GetTraces<'_> {
    /// The spans of one trace after the other, each from its first one, and whether there are more of them.
    async fn read_spans(&self, client: &Client) -> Result<(Vec<SpanRow>, bool), Error> {
        let mut parameters = Parameters::default();
        let ids = parameters.trace_ids(self.ids);
        let between = match self.between {
            Some(times) => {
                let [first, last] = times.map(|time| parameters.time(time));
                format!("AND span.start_time >= {first} AND span.start_time <= {last}")
            }
            None => String::new(),
        };
        let limit = parameters.int8(i64::try_from(SPANS + 1).unwrap_or(i64::MAX));
        let sql = format!(
            "SELECT {COLUMNS} FROM unnest({ids}) AS asked (id) CROSS JOIN LATERAL (
                SELECT * FROM firefly.stored_span AS span WHERE span.trace_id = asked.id {between}
                ORDER BY span.start_time, span.start_nanos, span.span_id
            ) AS span LIMIT {limit}"
        );
        let mut stream = pin!(client.query_typed_raw(&sql, parameters.typed()).await?);
        let (mut rows, mut bytes, mut is_cut) = (Vec::new(), 0, false);
        while let Some(row) = stream.try_next().await? {
            bytes += row.raw_size_bytes();
            // What comes beyond is passed over: the connection is free only when the server has sent it.
            is_cut |= rows.len() == SPANS || (bytes > BYTES && !rows.is_empty());
            if !is_cut {
                rows.push(SpanRow::read(&row)?);
            }
        }
        Ok((rows, is_cut))
    }
}
