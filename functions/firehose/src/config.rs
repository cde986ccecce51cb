//! Configuration of the function.

use std::time::Duration;

use firefly_lambda::{ConfigError, Environment, Keys, max_age};
use firefly_storage::DatabaseUrl;

/// What the function reads from its environment.
#[derive(Debug)]
pub struct Config {
    /// `DATABASE_URL`: where the database is.
    pub database: DatabaseUrl,
    /// `FIREFLY_INGEST_KEYS`: the access keys of deliveries, or `FIREFLY_INGEST_OPEN=true`.
    pub keys: Keys,
    /// `FIREFLY_MAX_AGE_DAYS`: older data points are set aside.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn config(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let lookup = |name: &str| {
            variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned())
        };
        Config::from_environment(&Environment::new(&lookup))
    }

    const DATABASE: (&str, &str) = ("DATABASE_URL", "postgres://u:secret-word@localhost/d");
    const KEYS: (&str, &str) = ("FIREFLY_INGEST_KEYS", "a-key-of-16-chars");

    #[test]
    fn needs_a_database_and_keys() {
        let config = config(&[DATABASE, KEYS]).unwrap();
        assert_eq!(config.max_age, Duration::from_secs(15 * 86_400));
        let shown = format!("{config:?}");
        assert!(!shown.contains("secret-word") && !shown.contains("a-key-of"), "{shown}");
    }

    #[test]
    fn names_what_is_missing_or_malformed() {
        for (variables, name) in [
            (&[KEYS][..], "DATABASE_URL"),
            (&[DATABASE], "FIREFLY_INGEST_KEYS"),
            (&[DATABASE, KEYS, ("FIREFLY_MAX_AGE_DAYS", "0")], "FIREFLY_MAX_AGE_DAYS"),
            (&[DATABASE, KEYS, ("FIREFLY_MAX_AGE_DAYS", "1.5")], "FIREFLY_MAX_AGE_DAYS"),
            (&[("DATABASE_URL", "localhost"), KEYS], "DATABASE_URL"),
        ] {
            let error = config(variables).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn opening_must_be_explicit() {
        assert!(config(&[DATABASE, ("FIREFLY_INGEST_OPEN", "true")]).unwrap().keys.admit(None));
    }
}
