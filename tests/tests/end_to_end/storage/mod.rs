//! The database: every test on TimescaleDB and on plain PostgreSQL, as `<topic>::<server>::<name>`.

use std::time::Duration;

use firefly_model::MetricBatch;
use firefly_storage::{Database, DatabaseUrl, MetricWriter, Origin, Received, StorageError, Written};
use tokio::time::Instant;
use url::Url;

/// Runs each named function once on a migrated database of its own on each server. A function that is left out of the
/// list is dead code to the compiler.
macro_rules! on_each_server {
    ($($test:ident),+ $(,)?) => {
        on_server!(timescaledb, Timescaledb, create: $($test),+);
        on_server!(postgresql, Postgresql, create: $($test),+);
    };
}

/// As `on_each_server`, on databases with nothing in them.
macro_rules! on_each_empty_server {
    ($($test:ident),+ $(,)?) => {
        on_server!(timescaledb, Timescaledb, create_empty: $($test),+);
        on_server!(postgresql, Postgresql, create_empty: $($test),+);
    };
}

macro_rules! on_server {
    ($module:ident, $server:ident, $create:ident: $($test:ident),+) => {
        mod $module {
            use firefly_tests::test_database::{Server, TestDatabase};

            $(
                #[tokio::test]
                async fn $test() -> anyhow::Result<()> {
                    super::$test(&TestDatabase::$create(Server::$server).await?).await
                }
            )+
        }
    };
}

mod arrival;
mod backends;
mod batches;
mod community;
mod conflicts;
mod dead_letters;
mod deadlines;
mod deliveries;
mod extension_refused;
mod hours;
mod insights;
mod lost_connections;
mod migrations;
mod owners;
mod partitions;
mod pooler;
mod prometheus;
mod rights;
mod samples;
mod series;
mod sizes;
mod spans;
mod stored;
mod tls;
pub mod traces;
mod unreachable;
mod upsert;
mod views;

const RECEIVED: Received = Received { source: "test", data_points: 0, bytes: 0 };

/// Where the batches of these tests come from.
const ORIGIN: Origin<'static> = Origin {
    source: "test",
    source_arn: Some("arn:aws:firehose:test"),
    request_id: "request-1",
    received: RECEIVED,
};

/// Longer than anything here takes on a busy machine.
fn patience() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

async fn write(database: &Database, batch: &MetricBatch) -> Result<Written, StorageError> {
    database.write_metrics(batch, ORIGIN, patience()).await
}

/// A door to the database at this URL.
fn door(url: &Url) -> anyhow::Result<Database> {
    Ok(Database::new(&DatabaseUrl::parse(url.as_str())?)?)
}
