//! How a function starts.

use std::time::{Duration, SystemTime};

use firefly_model::UnixNanos;
use firefly_storage::{Database, DatabaseUrl, StorageError};
use tokio::time::Instant;

/// How long the start may wait for the database; Lambda allows 10 s for all of it.
const WARM_UP: Duration = Duration::from_secs(3);

/// The database, connected to ahead of the first request. Without it the function starts all the same: requests are
/// answered with 503 until it is back.
///
/// # Errors
///
/// If the file of root certificates cannot be read.
pub async fn open_database(url: &DatabaseUrl) -> Result<Database, StorageError> {
    let database = Database::new(url)?;
    if let Err(error) = database.warm_up(Instant::now() + WARM_UP).await {
        tracing::error!("starting without the database: {error}");
    }
    Ok(database)
}

/// What the clock says.
pub fn now() -> UnixNanos {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    UnixNanos(u64::try_from(since_epoch.as_nanos()).unwrap_or(u64::MAX))
}
