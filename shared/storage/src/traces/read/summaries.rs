//! What a list shows of traces, without reading more of their spans than that.

use std::collections::{BTreeMap, HashMap};

use firefly_model::UnixNanos;
use firefly_model::trace::{ServiceSummary, TraceId, TraceSummary};
use tokio_postgres::{Client, Error, Row};

use super::column::TraceIdColumn;
use super::statement::Parameters;
use crate::database::Operation;

/// The summaries of these traces.
pub(super) struct Summaries<'a>(pub &'a [TraceId]);

impl Operation for Summaries<'_> {
    const NAME: &'static str = "summarise traces";
    type Output = Vec<TraceSummary>;

    async fn run(&self, client: &Client) -> Result<Vec<TraceSummary>, Error> {
        let mut parameters = Parameters::default();
        let ids = parameters.trace_ids(self.0);
        // Only what belongs together in every respect comes in one row, so that the rest is simple.
        let sql = format!(
            "SELECT grouped.trace_id, operation.service_name, operation.name, grouped.is_root, grouped.spans,
                grouped.errors, grouped.start_nanos, grouped.end_nanos
            FROM (
                SELECT trace_id, operation_id, parent_span_id IS NULL AS is_root, count(*) AS spans,
                    count(*) FILTER (WHERE status_code = 2) AS errors,
                    min(start_nanos) AS start_nanos, max(start_nanos + duration_nanos) AS end_nanos
                FROM (
                    SELECT trace_id, operation_id, parent_span_id, status_code, duration_nanos,
                        (extract(epoch FROM start_time) * 1000000)::bigint * 1000 + start_nanos AS start_nanos
                    FROM firefly.stored_span WHERE trace_id = ANY ({ids})
                ) AS span
                GROUP BY trace_id, operation_id, is_root
            ) AS grouped
            JOIN firefly.operation ON operation.id = grouped.operation_id"
        );
        let mut by_trace: HashMap<TraceId, Vec<Group>> = HashMap::new();
        for row in parameters.query(client, &sql).await? {
            let TraceIdColumn(trace_id) = row.try_get(0)?;
            by_trace.entry(trace_id).or_default().push(Group::read(&row)?);
        }
        Ok(self.0.iter().filter_map(|id| summary(*id, by_trace.remove(id)?)).collect())
    }
}

/// Spans of one operation, all with or all without a parent.
struct Group {
    service_name: String,
    operation_name: String,
    is_root: bool,
    spans: u64,
    errors: u64,
    start: UnixNanos,
    end: UnixNanos,
}

impl Group {
    fn read(row: &Row) -> Result<Self, Error> {
        let number = |index| Ok::<_, Error>(row.try_get::<_, i64>(index)?.cast_unsigned());
        Ok(Self {
            service_name: row.try_get(1)?,
            operation_name: row.try_get(2)?,
            is_root: row.try_get(3)?,
            spans: number(4)?,
            errors: number(5)?,
            start: UnixNanos(number(6)?),
            end: UnixNanos(number(7)?),
        })
    }
}

fn summary(trace_id: TraceId, groups: Vec<Group>) -> Option<TraceSummary> {
    let root = groups
        .iter()
        .min_by_key(|group| (!group.is_root, group.start, &group.service_name, &group.operation_name))?;
    let mut services: BTreeMap<&str, ServiceSummary> = BTreeMap::new();
    for group in &groups {
        let service = services.entry(&group.service_name).or_insert_with(|| ServiceSummary {
            name: group.service_name.clone(),
            span_count: 0,
            error_span_count: 0,
        });
        service.span_count += group.spans;
        service.error_span_count += group.errors;
    }
    Some(TraceSummary {
        trace_id,
        root_service_name: root.service_name.clone(),
        root_operation_name: root.operation_name.clone(),
        start: groups.iter().map(|group| group.start).min()?,
        end: groups.iter().map(|group| group.end).max()?,
        span_count: groups.iter().map(|group| group.spans).sum(),
        error_span_count: groups.iter().map(|group| group.errors).sum(),
        services: services.into_values().collect(),
    })
}
