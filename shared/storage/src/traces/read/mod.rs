//! Traces out of the database. Every statement is sent unnamed, in one round trip and with its parameters, so that the
//! server plans it for these: chunks and partitions outside of the times asked for are never opened.

use std::ops::Range;

use firefly_model::UnixNanos;
use firefly_model::trace::{Operation, ServiceEdge, SpanKind, TraceId, TraceQuery, TraceSummary};
use tokio::time::Instant;

use super::{FoundTraces, TraceReader};
use crate::{Database, StorageError};

mod catalogue;
mod catalogue_rows;
mod column;
mod dependencies;
mod duration_search;
mod find_trace_ids;
mod from_jsonb;
mod get_traces;
mod index_search;
mod span_condition;
mod span_row;
mod statement;
mod summaries;
mod tag;
mod tag_value;
mod walk;

impl TraceReader for Database {
    async fn services(&self, deadline: Instant) -> Result<Vec<String>, StorageError> {
        self.run(&catalogue::Services, deadline).await
    }

    async fn operations(
        &self,
        service_name: &str,
        kind: Option<SpanKind>,
        deadline: Instant,
    ) -> Result<Vec<Operation>, StorageError> {
        self.run(&catalogue::Operations { service_name, kind }, deadline).await
    }

    async fn find_trace_ids(
        &self,
        query: &TraceQuery,
        deadline: Instant,
    ) -> Result<Vec<TraceId>, StorageError> {
        find_trace_ids::find(self, query, deadline).await
    }

    async fn traces(
        &self,
        ids: &[TraceId],
        hint: Option<Range<UnixNanos>>,
        deadline: Instant,
    ) -> Result<FoundTraces, StorageError> {
        get_traces::get(self, ids, hint, deadline).await
    }

    async fn trace_summaries(
        &self,
        ids: &[TraceId],
        deadline: Instant,
    ) -> Result<Vec<TraceSummary>, StorageError> {
        self.run(&summaries::Summaries(ids), deadline).await
    }

    async fn dependencies(
        &self,
        range: Range<UnixNanos>,
        deadline: Instant,
    ) -> Result<Vec<ServiceEdge>, StorageError> {
        self.run(&dependencies::Dependencies(range), deadline).await
    }
}
