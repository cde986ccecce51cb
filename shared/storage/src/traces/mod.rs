//! Spans into the database, and traces out of it.

use std::ops::Range;

use firefly_model::UnixNanos;
use firefly_model::trace::{
    Operation, ServiceEdge, SpanBatch, SpanKind, Trace, TraceId, TraceQuery, TraceSummary,
};
use tokio::time::Instant;

use crate::{Origin, StorageError};

mod columns;
mod read;
mod service_edges;
mod to_jsonb;
mod write;

/// Takes batches of spans: the database, and one day other engines beside it.
pub trait SpanWriter {
    /// Writes a sealed batch, all of it or nothing, before the deadline, and says how many spans are new. Writing the
    /// same again changes nothing.
    ///
    /// # Errors
    ///
    /// If the batch was not written, or might not have been. It may then be written again.
    fn write_spans(
        &self,
        batch: &SpanBatch,
        origin: Origin<'_>,
        deadline: Instant,
    ) -> impl Future<Output = Result<u64, StorageError>> + Send;

    /// Works out who called whom in at most so many stretches of five minutes that are over and of which spans have come
    /// since; says in how many. Returns at once if another writer is at it.
    ///
    /// # Errors
    ///
    /// If the database does not answer.
    fn refresh_service_edges(
        &self,
        most: u8,
        deadline: Instant,
    ) -> impl Future<Output = Result<u64, StorageError>> + Send;
}

/// Traces that were asked for by their ids.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FoundTraces {
    /// The traces, in the order of the ids.
    pub traces: Vec<Trace>,
    /// What is missing of them, if there is more than is read at once.
    pub cut: Option<Cut>,
}

/// What is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The traces behind those that are there.
    Traces,
    /// All but the first spans of the first trace, and the traces behind it.
    Spans,
}

/// Answers questions about traces.
pub trait TraceReader {
    /// The names of all services that have spans, sorted.
    ///
    /// # Errors
    ///
    /// If the database does not answer.
    fn services(&self, deadline: Instant) -> impl Future<Output = Result<Vec<String>, StorageError>> + Send;

    /// The operations of a service, of one kind or all, sorted by name and kind.
    ///
    /// # Errors
    ///
    /// If the database does not answer.
    fn operations(
        &self,
        service_name: &str,
        kind: Option<SpanKind>,
        deadline: Instant,
    ) -> impl Future<Output = Result<Vec<Operation>, StorageError>> + Send;

    /// The ids of the traces that a query looks for, the newest first.
    ///
    /// # Errors
    ///
    /// If the database does not answer.
    fn find_trace_ids(
        &self,
        query: &TraceQuery,
        deadline: Instant,
    ) -> impl Future<Output = Result<Vec<TraceId>, StorageError>> + Send;

    /// Whole traces, in the order of the ids; of those without spans, none. The hint, if there is one, says between which
    /// times spans are looked for; if there are none, they are looked for at all times.
    ///
    /// # Errors
    ///
    /// If the database does not answer.
    fn traces(
        &self,
        ids: &[TraceId],
        hint: Option<Range<UnixNanos>>,
        deadline: Instant,
    ) -> impl Future<Output = Result<FoundTraces, StorageError>> + Send;

    /// What a list shows of these traces, in the order of the ids.
    ///
    /// # Errors
    ///
    /// If the database does not answer.
    fn trace_summaries(
        &self,
        ids: &[TraceId],
        deadline: Instant,
    ) -> impl Future<Output = Result<Vec<TraceSummary>, StorageError>> + Send;

    /// Who called whom in a range of time, from the buckets that it touches, sorted by parent and child.
    ///
    /// # Errors
    ///
    /// If the database does not answer.
    fn dependencies(
        &self,
        range: Range<UnixNanos>,
        deadline: Instant,
    ) -> impl Future<Output = Result<Vec<ServiceEdge>, StorageError>> + Send;
}
