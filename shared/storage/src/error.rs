//! What can go wrong between a function and its database.

use std::error::Error;
use std::time::Duration;

use tokio_postgres::error::SqlState;

use crate::migrations::SCHEMA_VERSION;

/// Why the database did not do what it was asked. Nothing of the operation has been stored, except after
/// [`StorageError::TimedOut`], when it may have been.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// No connection.
    #[error("cannot connect to the database: {}", chain(.0.as_ref()))]
    Connect(Box<dyn Error + Send + Sync>),
    /// The database did not answer in time.
    #[error("{operation}: the database did not answer within {} ms", .limit.as_millis())]
    TimedOut {
        /// What was to be done.
        operation: &'static str,
        /// How long it had.
        limit: Duration,
    },
    /// The schema is older than this program, or not there.
    #[error(
        "the database has schema version {found}, and this program needs {SCHEMA_VERSION}: run ./scripts/migrate"
    )]
    SchemaVersion {
        /// The version found; 0 if there is no schema.
        found: i32,
    },
    /// The database refused a statement, or the connection was lost again after a retry.
    #[error("{operation}: {}", describe(.source))]
    Statement {
        /// What was to be done.
        operation: &'static str,
        /// What the driver says; already part of the message.
        source: tokio_postgres::Error,
    },
}

impl StorageError {
    /// The SQLSTATE that the database gave, if it is what failed.
    pub fn sql_state(&self) -> Option<&SqlState> {
        match self {
            Self::Statement { source, .. } => source.code(),
            _ => None,
        }
    }
}

/// A driver error with its SQLSTATE and whole chain; the driver itself would say `db error`.
pub(crate) fn describe(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => {
            let detail = db.detail().map(|detail| format!(" ({detail})")).unwrap_or_default();
            format!("{} [SQLSTATE {}]{detail}", db.message(), db.code().code())
        }
        None => chain(error),
    }
}

/// An error and its sources, in one line.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    if let Some(driver) = error.downcast_ref::<tokio_postgres::Error>()
        && driver.as_db_error().is_some()
    {
        return describe(driver);
    }
    let own = error.to_string();
    match error.source().map(chain) {
        Some(source) if !own.contains(&source) => format!("{own}: {source}"),
        _ => own,
    }
}

/// Whether a statement may simply be run again: serialisation failures, deadlocks, and unique violations. The latter
/// because `ON CONFLICT` covers one unique index: a row that a concurrent writer adds between its check and the
/// insertion is refused by the table's other one. Run again, the row is found.
pub(crate) fn is_conflict(error: &tokio_postgres::Error) -> bool {
    matches!(
        error.code(),
        Some(
            &SqlState::T_R_SERIALIZATION_FAILURE
                | &SqlState::T_R_DEADLOCK_DETECTED
                | &SqlState::UNIQUE_VIOLATION
        )
    )
}

/// Whether the connection is gone, or the server is about to end it.
pub(crate) fn is_lost(error: &tokio_postgres::Error) -> bool {
    let ended = matches!(
        error.code(),
        Some(&SqlState::ADMIN_SHUTDOWN | &SqlState::CRASH_SHUTDOWN | &SqlState::CANNOT_CONNECT_NOW)
    );
    ended
        || error.is_closed()
        || (error.code().is_none() && error.source().is_some_and(|source| source.is::<std::io::Error>()))
}
