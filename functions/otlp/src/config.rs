//! Configuration of the function.

use std::time::Duration;

use firefly_lambda::{ConfigError, Environment, Keys, max_age};
use firefly_storage::DatabaseUrl;

/// What the function reads from its environment.
#[derive(Debug)]
pub struct Config {
    /// `DATABASE_URL`: where the database is.
    pub database: DatabaseUrl,
    /// `FIREFLY_INGEST_KEYS`: the keys of exporters, or `FIREFLY_INGEST_OPEN=true`.
    pub keys: Keys,
    /// `FIREFLY_MAX_AGE_DAYS`: what is older is set aside.
    pub max_age: Duration,
}

impl Config {
    /// Reads the configuration.
    ///
    /// # Errors
    ///
    /// If a variable is missing or malformed, and without any key unless the function is opened explicitly.
    pub fn from_environment(environment: &Environment<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            database: environment.required(
                "DATABASE_URL",
                "postgres://user:password@host:port/database",
                DatabaseUrl::parse,
            )?,
            keys: Keys::from_environment(environment, "FIREFLY_INGEST_KEYS", "FIREFLY_INGEST_OPEN")?,
            max_age: max_age(environment)?,
        })
    }
}
