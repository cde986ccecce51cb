//! Who calls whom, from the edges that are made ahead of being asked for.

use std::ops::Range;

use firefly_model::UnixNanos;
use firefly_model::trace::ServiceEdge;
use tokio_postgres::{Client, Error};

use super::column::Timestamp;
use super::statement::Parameters;
use crate::database::Operation;

/// The edges of a range of time.
pub(super) struct Dependencies(pub Range<UnixNanos>);

impl Operation for Dependencies {
    const NAME: &'static str = "list dependencies";
    type Output = Vec<ServiceEdge>;

    async fn run(&self, client: &Client) -> Result<Vec<ServiceEdge>, Error> {
        let mut parameters = Parameters::default();
        let since = parameters.time(Timestamp::of(self.0.start));
        let last = parameters.time(Timestamp::of(UnixNanos(self.0.end.0.saturating_sub(1))));
        let sql = format!(
            "SELECT parent, child, sum(calls)::bigint, sum(errors)::bigint FROM firefly.service_edge
            WHERE bucket > {since} - interval '5 minutes' AND bucket <= {last}
            GROUP BY parent, child ORDER BY parent, child"
        );
        let rows = parameters.query(client, &sql).await?;
        rows.iter()
            .map(|row| {
                let count = |index| Ok::<_, Error>(row.try_get::<_, i64>(index)?.cast_unsigned());
                Ok(ServiceEdge {
                    parent: row.try_get(0)?,
                    child: row.try_get(1)?,
                    calls: count(2)?,
                    errors: count(3)?,
                })
            })
            .collect()
    }
}
