//! Configuration of the function.

use firefly_lambda::{ConfigError, Environment, ReadConfig};
use firefly_model::selection::Limits;

/// Samples that a query may hold, by default: some 300 MB of memory with all that is made of them. Prometheus allows
/// ten times as many, of which it holds hundreds for each series that a panel shows.
const SAMPLES: usize = 5_000_000;
/// Series that a query may name, by default: with labels of some 500 bytes, 100 MB.
const SERIES: usize = 50_000;

/// What the function reads from its environment.
#[derive(Debug)]
pub struct Config {
    /// Database and keys.
    pub read: ReadConfig,
    /// `FIREFLY_MAX_SAMPLES` and `FIREFLY_MAX_SERIES`: what a query may take, by the memory that the function has.
    pub limits: Limits,
}

impl Config {
    /// Reads the configuration.
    ///
    /// # Errors
    ///
    /// If a variable is missing or malformed, and without any key unless the function is opened explicitly.
    pub fn from_environment(environment: &Environment<'_>) -> Result<Self, ConfigError> {
        let number = |name, default| {
            let number = environment.optional(name, "a whole number greater than 0", |text| {
                text.parse().ok().filter(|number| *number > 0).ok_or("no such number")
            })?;
            Ok(number.unwrap_or(default))
        };
        Ok(Self {
            read: ReadConfig::from_environment(environment)?,
            limits: Limits {
                samples: number("FIREFLY_MAX_SAMPLES", SAMPLES)?,
                series: number("FIREFLY_MAX_SERIES", SERIES)?,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let required =
            [("DATABASE_URL", "postgres://u:p@localhost/d"), ("FIREFLY_READ_KEYS", "a-key-of-16-chars")];
        let lookup = |name: &str| {
            let mut all = variables.iter().chain(&required);
            all.find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned())
        };
        Config::from_environment(&Environment::new(&lookup))
    }

    #[test]
    fn limits_have_defaults() {
        assert_eq!(config(&[]).unwrap().limits, Limits { samples: 5_000_000, series: 50_000 });
        let given = config(&[("FIREFLY_MAX_SAMPLES", "7"), ("FIREFLY_MAX_SERIES", "8")]).unwrap();
        assert_eq!(given.limits, Limits { samples: 7, series: 8 });
    }

    #[test]
    fn what_is_missing_or_malformed_is_named() {
        for (variable, value) in [
            ("FIREFLY_MAX_SAMPLES", "0"),
            ("FIREFLY_MAX_SERIES", "many"),
            ("FIREFLY_MAX_SERIES", "-1"),
            ("DATABASE_URL", ""),
        ] {
            let error = config(&[(variable, value)]).unwrap_err().to_string();
            assert!(error.contains(variable), "{error}");
        }
    }
}
