//! Configuration of the function.

use firefly_lambda::{ConfigError, Environment, Keys};
use firefly_storage::DatabaseUrl;

/// What the function reads from its environment.
#[derive(Debug)]
pub struct Config {
    /// `DATABASE_URL`: where the database is.
    pub database: DatabaseUrl,
    /// `FIREFLY_READ_KEYS`: the keys of those who ask, or `FIREFLY_READ_OPEN=true`.
    pub keys: Keys,
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
            keys: Keys::from_environment(environment, "FIREFLY_READ_KEYS", "FIREFLY_READ_OPEN")?,
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
    const KEYS: (&str, &str) = ("FIREFLY_READ_KEYS", "a-key-of-16-chars");

    #[test]
    fn needs_a_database_and_keys() {
        let shown = format!("{:?}", config(&[DATABASE, KEYS]).unwrap());
        assert!(!shown.contains("secret-word") && !shown.contains("a-key-of"), "{shown}");
        for (variables, name) in [
            (&[KEYS][..], "DATABASE_URL"),
            (&[DATABASE], "FIREFLY_READ_KEYS"),
            (&[DATABASE, ("FIREFLY_INGEST_KEYS", "a-key-of-16-chars")], "FIREFLY_READ_KEYS"),
            (&[DATABASE, KEYS, ("FIREFLY_READ_OPEN", "true")], "FIREFLY_READ_OPEN"),
        ] {
            let error = config(variables).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn opening_must_be_explicit() {
        assert!(config(&[DATABASE, ("FIREFLY_READ_OPEN", "true")]).unwrap().keys.admit(None));
    }
}
