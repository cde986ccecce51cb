//! A look at the newest spans of each operation, through the index on operation and start.

use firefly_model::trace::TraceId;
use tokio_postgres::{Client, Error};

use super::column::{Timestamp, TraceIdColumn};
use super::find_trace_ids::Search;
use super::span_condition::lasted;
use super::statement::Parameters;
use crate::database::Operation;

/// Looks at so many spans of each operation, the newest ones.
pub(super) struct Walk<'a> {
    pub search: &'a Search<'a>,
    /// Of each operation.
    pub spans: i64,
}

/// What a walk has come upon.
pub(super) struct Walked {
    /// Traces that are surely the newest ones of all, in order: no span that was not looked at is newer.
    pub newest: Vec<TraceId>,
    /// Whether all spans have been looked at.
    pub is_complete: bool,
}

impl Operation for Walk<'_> {
    const NAME: &'static str = "search the newest spans";
    type Output = Walked;

    async fn run(&self, client: &Client) -> Result<Walked, Error> {
        let Search { query, period, tags, operations } = self.search;
        let mut parameters = Parameters::default();
        let ids = parameters.int8s(operations);
        let in_period = period.contains_span(&mut parameters);
        let lasted = lasted(query, &mut parameters);
        let spans = parameters.int8(self.spans);
        let limit = parameters.int8(self.search.limit());
        let mut is_hit = vec![lasted];
        is_hit.extend(tags.iter().map(|tag| tag.matches(&mut parameters)));
        let is_hit = is_hit.join(" AND ");
        let sql = format!(
            "WITH looked_at AS MATERIALIZED (
                SELECT operation.id, span.trace_id, span.start_time, span.is_hit
                FROM unnest({ids}) AS operation (id)
                CROSS JOIN LATERAL (
                    SELECT span.trace_id, span.start_time, {is_hit} AS is_hit
                    FROM (
                        SELECT * FROM firefly.stored_span AS span
                        WHERE span.operation_id = operation.id AND {in_period}
                        ORDER BY span.start_time DESC LIMIT {spans}
                    ) AS span
                ) AS span
            ), horizon AS (
                -- Up to here every operation has been looked at.
                SELECT max(oldest) AS oldest FROM (
                    SELECT min(start_time) AS oldest FROM looked_at GROUP BY id HAVING count(*) >= {spans}
                ) AS cut
            )
            SELECT found.trace_id, found.newest, horizon.oldest
            FROM horizon LEFT JOIN LATERAL (
                SELECT trace_id, max(start_time) AS newest FROM looked_at WHERE is_hit
                GROUP BY trace_id ORDER BY newest DESC LIMIT {limit}
            ) AS found ON true
            ORDER BY found.newest DESC"
        );
        let mut walked = Walked { newest: Vec::new(), is_complete: true };
        for row in parameters.query(client, &sql).await? {
            let horizon: Option<Timestamp> = row.try_get(2)?;
            walked.is_complete = horizon.is_none();
            let Some(TraceIdColumn(trace_id)) = row.try_get(0)? else { break };
            let newest: Timestamp = row.try_get(1)?;
            if horizon.is_none_or(|horizon| newest >= horizon) {
                walked.newest.push(trace_id);
            }
        }
        Ok(walked)
    }
}
