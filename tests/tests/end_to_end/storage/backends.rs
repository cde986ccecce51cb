//! The server's side of Firefly's connections.

use std::time::Duration;

use anyhow::Context;
use firefly_tests::test_database::TestDatabase;
use tokio_postgres::Client;

/// Of Firefly.
pub const OURS: &str = "application_name = 'firefly'";
/// Of Firefly, and waiting for a lock that somebody else holds.
pub const OURS_WAITING: &str = "application_name = 'firefly' AND wait_event_type = 'Lock'";
/// Of anybody, and waiting for a lock.
pub const WAITING: &str = "wait_event_type = 'Lock'";

/// The backends in this database that a condition holds for.
async fn pids(observer: &Client, condition: &str) -> anyhow::Result<Vec<i32>> {
    let sql = format!(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND {condition} ORDER BY pid"
    );
    Ok(observer.query(&sql, &[]).await?.iter().map(|row| row.get(0)).collect())
}

/// Waits until a condition holds for this many backends, and says which.
pub async fn until(observer: &Client, condition: &str, count: usize) -> anyhow::Result<Vec<i32>> {
    let reached = async {
        loop {
            let pids = pids(observer, condition).await?;
            if pids.len() == count {
                return Ok(pids);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), reached)
        .await
        .with_context(|| format!("never {count} backends with {condition}"))?
}

/// Ends a backend as a server does that shuts down, and returns when it is gone.
pub async fn terminate(observer: &Client, pid: i32) -> anyhow::Result<()> {
    let gone: bool =
        observer.query_one("SELECT pg_terminate_backend($1, 30000)", &[&pid]).await?.try_get(0)?;
    anyhow::ensure!(gone, "backend {pid} stays");
    Ok(())
}

/// A connection in a transaction that has locked a table, so that every write waits until it ends.
pub async fn lock(database: &TestDatabase, table: &str) -> anyhow::Result<Client> {
    let client = database.owner().await?;
    client.batch_execute(&format!("BEGIN; LOCK TABLE {table} IN EXCLUSIVE MODE")).await?;
    Ok(client)
}
