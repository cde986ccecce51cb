//! What writes cost: CPU time of the client and of the server process that serves it, and time by the clock.

use std::time::{Duration, Instant};

use anyhow::Result;
use tokio_postgres::Client;

use super::measure::{median, thread_cpu};
use super::proc;
use crate::test_database::TestDatabase;

/// Between a server's answer and the reading of its CPU time, which is that of when it last stopped running.
const SETTLE: Duration = Duration::from_millis(2);

/// Seconds of one write.
pub(super) struct Cost {
    pub(super) wall: f64,
    pub(super) client: f64,
    pub(super) server: f64,
}

impl Cost {
    pub(super) fn cpu(&self) -> f64 {
        self.client + self.server
    }
}

/// The costs of several writes of as many rows each.
#[derive(Default)]
pub(super) struct Costs(Vec<Cost>);

impl Costs {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Writes, and notes what it cost. The server process is given by its id.
    pub(super) async fn add(&mut self, backend: u32, write: impl Future<Output = Result<()>>) -> Result<()> {
        let server = proc::thread_cpu_seconds(backend)?;
        let (start, client) = (Instant::now(), thread_cpu());
        write.await?;
        let (wall, client) = (start.elapsed().as_secs_f64(), (thread_cpu() - client).as_secs_f64());
        tokio::time::sleep(SETTLE).await;
        self.0.push(Cost { wall, client, server: proc::thread_cpu_seconds(backend)? - server });
        Ok(())
    }

    /// Forgets the first writes.
    pub(super) fn skip(&mut self, count: usize) {
        self.0.drain(..count.min(self.0.len()));
    }

    /// Median in microseconds for each of a write's rows.
    pub(super) fn per_row(&self, rows: usize, part: impl Fn(&Cost) -> f64) -> f64 {
        median(self.0.iter().map(part).collect()) * 1e6 / rows as f64
    }

    /// Mean in microseconds for each of a write's rows.
    pub(super) fn mean_per_row(&self, rows: usize, part: impl Fn(&Cost) -> f64) -> f64 {
        let total: f64 = self.0.iter().map(part).sum();
        total * 1e6 / (self.0.len() * rows) as f64
    }

    /// Median of the rate beside that of other writes of the same rows, write by write, in CPU time.
    pub(super) fn rate_beside(&self, other: &Self) -> f64 {
        median(self.0.iter().zip(&other.0).map(|(own, other)| other.cpu() / own.cpu()).collect())
    }
}

/// The process that serves a connection.
pub(super) async fn backend(client: &Client) -> Result<u32> {
    let pid: i32 = client.query_one("SELECT pg_backend_pid()", &[]).await?.try_get(0)?;
    Ok(u32::try_from(pid)?)
}

/// The process that serves the only connection of the ingesting role.
pub(super) async fn ingest_backend(owner: &Client) -> Result<u32> {
    let sql =
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = 'firefly_ingest'";
    let pid: i32 = owner.query_one(sql, &[]).await?.try_get(0)?;
    Ok(u32::try_from(pid)?)
}

/// The process of the database server, which started those that serve.
pub(super) async fn database_server(database: &TestDatabase) -> Result<u32> {
    proc::parent(backend(&database.owner().await?).await?)
}
