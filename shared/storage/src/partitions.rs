//! Plain PostgreSQL: partitions by day, which the writer makes as days begin. On TimescaleDB nothing ever lacks one.

use std::collections::{BTreeMap, BTreeSet};

use firefly_model::UnixMillis;
use tokio::time::Instant;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;

use crate::array::{Column, put_timestamp};
use crate::database::Operation;
use crate::{Database, StorageError};

/// Runs an operation that writes rows of these times into these tables, and once more if a day had no partition yet.
pub(crate) async fn run_in_partitions<O: Operation>(
    database: &Database,
    operation: &O,
    rows: impl Iterator<Item = (&'static str, UnixMillis)>,
    deadline: Instant,
) -> Result<O::Output, StorageError> {
    match database.run(operation, deadline).await {
        Err(error) if lacks_partition(&error) => {
            let mut tables: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
            for (table, time) in rows {
                tables.entry(table).or_default().insert(time.day());
            }
            for (table, days) in tables {
                let missing = EnsurePartitions { table, days: days.into_iter().collect() };
                database.run(&missing, deadline).await?;
            }
            database.run(operation, deadline).await
        }
        outcome => outcome,
    }
}

/// Makes the partitions of these days, given by their first moments, where they are missing.
struct EnsurePartitions {
    table: &'static str,
    days: Vec<UnixMillis>,
}

impl Operation for EnsurePartitions {
    const NAME: &'static str = "make partitions";
    type Output = ();

    async fn run(&self, client: &Client) -> Result<(), tokio_postgres::Error> {
        let days = Column {
            rows: self.days.as_slice(),
            element: Type::TIMESTAMPTZ,
            write: |time: &UnixMillis, out: &mut _| put_timestamp(*time, out),
        };
        let sql = "SELECT firefly.ensure_partitions_of(
            $1::name, ARRAY(SELECT (day AT TIME ZONE 'UTC')::date FROM unnest($2) AS day))";
        client
            .execute_typed(sql, &[(&self.table, Type::TEXT), (&days, Type::TIMESTAMPTZ_ARRAY)])
            .await
            .map(drop)
    }
}

fn lacks_partition(error: &StorageError) -> bool {
    let StorageError::Statement { source, .. } = error else {
        return false;
    };
    source.as_db_error().is_some_and(|error| {
        // PostgreSQL has no code of its own for it: a check violation that names no constraint.
        *error.code() == SqlState::CHECK_VIOLATION && error.constraint().is_none()
    })
}
