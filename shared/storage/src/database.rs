//! The one door to the database.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use uuid::Uuid;

use crate::connect::Connector;
use crate::error::{describe, is_conflict, is_lost};
use crate::migrations::SCHEMA_VERSION;
use crate::{DatabaseUrl, StorageError};

/// How often an operation that lost against a concurrent one is run again.
const CONFLICT_RETRIES: u32 = 3;
/// How long it waits before that, each time twice as long: the other one takes milliseconds.
const CONFLICT_PAUSE: Duration = Duration::from_millis(10);
/// How long a cancellation may take before the connection is simply dropped.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(1);

/// A database that is connected to when it is first needed, by one connection: a Lambda instance serves one request at
/// a time. Works behind a pooler in transaction mode, as no session state is kept and no statement named.
pub struct Database {
    connector: Connector,
    client: Mutex<Option<Client>>,
    /// Names the instance of the function that this is the database of, in what it counts.
    pub(crate) instance: Uuid,
}

/// One statement or one transaction, which may run more than once.
pub(crate) trait Operation: Sync {
    /// What it is called in errors and logs.
    const NAME: &'static str;
    /// What it yields.
    type Output;

    /// Runs it once.
    fn run(
        &self,
        client: &Client,
    ) -> impl Future<Output = Result<Self::Output, tokio_postgres::Error>> + Send;

    /// Whether a statement may still be sending rows that nobody waits for. It is ended then, with its connection.
    fn is_cut_short(_: &Self::Output) -> bool {
        false
    }
}

/// Nothing but a connection.
struct WarmUp;

impl Operation for WarmUp {
    const NAME: &'static str = "warm up";
    type Output = ();

    async fn run(&self, _: &Client) -> Result<(), tokio_postgres::Error> {
        Ok(())
    }
}

impl Database {
    /// Takes note of where the database is.
    ///
    /// # Errors
    ///
    /// If the file of root certificates cannot be read.
    pub fn new(url: &DatabaseUrl) -> Result<Self, StorageError> {
        let connector = Connector::new(url).map_err(StorageError::Connect)?;
        Ok(Self { connector, client: Mutex::new(None), instance: Uuid::new_v4() })
    }

    /// Connects ahead of need, so that the first request does not wait for it.
    ///
    /// # Errors
    ///
    /// As for any operation.
    pub async fn warm_up(&self, deadline: Instant) -> Result<(), StorageError> {
        self.run(&WarmUp, deadline).await
    }

    /// Runs an operation, again on a new connection if the old one was lost, once, and again if it lost against a
    /// concurrent one, a few times.
    pub(crate) async fn run<O: Operation>(
        &self,
        what: &O,
        deadline: Instant,
    ) -> Result<O::Output, StorageError> {
        let operation = O::NAME;
        let started = Instant::now();
        let timed_out =
            || StorageError::TimedOut { operation, limit: deadline.saturating_duration_since(started) };
        let mut slot = timeout_at(deadline, self.client.lock()).await.map_err(|_| timed_out())?;
        let (mut reconnected, mut conflicts) = (false, 0);
        loop {
            let client = match slot.take_if(|client| !client.is_closed()) {
                Some(client) => client,
                None => timeout_at(deadline, self.connect()).await.map_err(|_| timed_out())??,
            };
            let source = match timeout_at(deadline, what.run(&client)).await {
                Err(_) => {
                    // Still running over there, and shall not hold its locks for longer than somebody waits.
                    self.cancel(&client).await;
                    return Err(timed_out());
                }
                Ok(Ok(value)) => {
                    if O::is_cut_short(&value) {
                        self.cancel(&client).await;
                    } else {
                        *slot = Some(client);
                    }
                    return Ok(value);
                }
                Ok(Err(source)) => source,
            };
            if is_lost(&source) && !reconnected {
                reconnected = true;
                tracing::warn!(operation, "connection lost, connecting again: {}", describe(&source));
            } else if is_conflict(&source) && conflicts < CONFLICT_RETRIES {
                *slot = Some(client);
                tracing::info!(operation, "running again: {}", describe(&source));
                sleep(CONFLICT_PAUSE * 2_u32.pow(conflicts)).await;
                conflicts += 1;
            } else {
                if !is_lost(&source) {
                    *slot = Some(client);
                }
                return Err(StorageError::Statement { operation, source });
            }
        }
    }

    async fn connect(&self) -> Result<Client, StorageError> {
        let client = self.connector.connect().await.map_err(|error| StorageError::Connect(error.into()))?;
        let found = schema_version(&client)
            .await
            .map_err(|source| StorageError::Statement { operation: "check the schema version", source })?;
        if found < SCHEMA_VERSION {
            return Err(StorageError::SchemaVersion { found });
        }
        Ok(client)
    }

    async fn cancel(&self, client: &Client) {
        let cancelled = timeout(CANCEL_TIMEOUT, self.connector.cancel(client)).await;
        if !matches!(cancelled, Ok(Ok(()))) {
            tracing::warn!("could not cancel a statement that takes too long");
        }
    }
}

/// The version of the schema; 0 without one.
pub(crate) async fn schema_version(client: &Client) -> Result<i32, tokio_postgres::Error> {
    let sql = "SELECT coalesce(max(version), 0) FROM firefly.schema_version";
    match client.query_typed_one(sql, &[]).await {
        Ok(row) => row.try_get(0),
        Err(error)
            if matches!(error.code(), Some(&SqlState::UNDEFINED_TABLE | &SqlState::INVALID_SCHEMA_NAME)) =>
        {
            Ok(0)
        }
        Err(error) => Err(error),
    }
}
