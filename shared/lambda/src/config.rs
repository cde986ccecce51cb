//! What the functions read from their environment: those that store, and those that answer questions.

use std::time::Duration;

use firefly_storage::DatabaseUrl;

use crate::max_age::max_age;
use crate::{ConfigError, Environment, Keys};

/// What a function reads that stores what it is sent.
#[derive(Debug)]
pub struct IngestConfig {
    /// `DATABASE_URL`: where the database is.
    pub database: DatabaseUrl,
    /// `FIREFLY_INGEST_KEYS`: the keys of senders, or `FIREFLY_INGEST_OPEN=true`.
    pub keys: Keys,
    /// `FIREFLY_MAX_AGE_DAYS`: what is older is set aside.
    pub max_age: Duration,
}

impl IngestConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    ///
    /// If a variable is missing or malformed, and without any key unless the function is opened explicitly.
    pub fn from_environment(environment: &Environment<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            database: database_url(environment)?,
            keys: Keys::from_environment(environment, "FIREFLY_INGEST_KEYS", "FIREFLY_INGEST_OPEN")?,
            max_age: max_age(environment)?,
        })
    }
}

/// What a function reads that answers questions.
#[derive(Debug)]
pub struct ReadConfig {
    /// `DATABASE_URL`: where the database is.
    pub database: DatabaseUrl,
    /// `FIREFLY_READ_KEYS`: the keys of those who ask, or `FIREFLY_READ_OPEN=true`.
    pub keys: Keys,
}

impl ReadConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    ///
    /// If a variable is missing or malformed, and without any key unless the function is opened explicitly.
    pub fn from_environment(environment: &Environment<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            database: database_url(environment)?,
            keys: Keys::from_environment(environment, "FIREFLY_READ_KEYS", "FIREFLY_READ_OPEN")?,
        })
    }
}

fn database_url(environment: &Environment<'_>) -> Result<DatabaseUrl, ConfigError> {
    environment.required("DATABASE_URL", "postgres://user:password@host:port/database", DatabaseUrl::parse)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATABASE: (&str, &str) = ("DATABASE_URL", "postgres://u:secret-word@localhost/d");
    const INGEST: (&str, &str) = ("FIREFLY_INGEST_KEYS", "a-key-of-16-chars");
    const READ: (&str, &str) = ("FIREFLY_READ_KEYS", "a-key-of-16-chars");

    fn with<T>(variables: &[(&str, &str)], read: impl Fn(&Environment<'_>) -> T) -> T {
        let lookup = |name: &str| {
            variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned())
        };
        read(&Environment::new(&lookup))
    }

    fn ingest(variables: &[(&str, &str)]) -> Result<IngestConfig, ConfigError> {
        with(variables, IngestConfig::from_environment)
    }

    fn read(variables: &[(&str, &str)]) -> Result<ReadConfig, ConfigError> {
        with(variables, ReadConfig::from_environment)
    }

    #[test]
    fn a_database_and_keys_are_enough_and_never_shown() {
        let config = ingest(&[DATABASE, INGEST]).unwrap();
        assert_eq!(config.max_age, Duration::from_secs(15 * 86_400));
        for shown in [format!("{config:?}"), format!("{:?}", read(&[DATABASE, READ]).unwrap())] {
            assert!(!shown.contains("secret-word") && !shown.contains("a-key-of"), "{shown}");
        }
    }

    #[test]
    fn names_what_is_missing_or_malformed() {
        for (variables, name) in [
            (&[INGEST][..], "DATABASE_URL"),
            (&[DATABASE, READ], "FIREFLY_INGEST_KEYS"),
            (&[DATABASE, INGEST, ("FIREFLY_MAX_AGE_DAYS", "0")], "FIREFLY_MAX_AGE_DAYS"),
            (&[DATABASE, INGEST, ("FIREFLY_MAX_AGE_DAYS", "1.5")], "FIREFLY_MAX_AGE_DAYS"),
            (&[("DATABASE_URL", "localhost"), INGEST], "DATABASE_URL"),
        ] {
            let error = ingest(variables).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
        for (variables, name) in [
            (&[READ][..], "DATABASE_URL"),
            (&[DATABASE, INGEST], "FIREFLY_READ_KEYS"),
            (&[DATABASE, READ, ("FIREFLY_READ_OPEN", "true")], "FIREFLY_READ_OPEN"),
        ] {
            let error = read(variables).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn opening_must_be_explicit() {
        assert!(ingest(&[DATABASE, ("FIREFLY_INGEST_OPEN", "true")]).unwrap().keys.admit(None));
        assert!(read(&[DATABASE, ("FIREFLY_READ_OPEN", "true")]).unwrap().keys.admit(None));
    }
}
