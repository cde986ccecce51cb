//! A search through the index on durations: for spans that are rarer than a walk would find.

use firefly_model::trace::TraceId;
use tokio_postgres::{Client, Error};

use super::column::TraceIdColumn;
use super::find_trace_ids::Search;
use super::span_condition::lasted;
use super::statement::Parameters;
use crate::database::Operation;

/// Looks at all spans that took as long as is asked for.
pub(super) struct DurationSearch<'a>(pub &'a Search<'a>);

impl Operation for DurationSearch<'_> {
    const NAME: &'static str = "search spans by duration";
    type Output = Vec<TraceId>;

    async fn run(&self, client: &Client) -> Result<Vec<TraceId>, Error> {
        let Search { query, period, operations, .. } = self.0;
        let mut parameters = Parameters::default();
        let ids = parameters.int8s(operations);
        let in_period = period.contains_span(&mut parameters);
        let lasted = lasted(query, &mut parameters);
        let limit = parameters.int8(self.0.limit());
        let sql = format!(
            "SELECT span.trace_id FROM firefly.stored_span AS span
            WHERE span.operation_id = ANY ({ids}) AND {lasted} AND {in_period}
            GROUP BY span.trace_id ORDER BY max(span.start_time) DESC LIMIT {limit}"
        );
        let rows = parameters.query(client, &sql).await?;
        rows.iter().map(|row| row.try_get(0).map(|TraceIdColumn(id)| id)).collect()
    }
}
