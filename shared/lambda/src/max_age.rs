//! How old what is received may be.

use std::time::Duration;

use crate::{ConfigError, Environment};

/// The name of the variable.
const VARIABLE: &str = "FIREFLY_MAX_AGE_DAYS";
/// The default: CloudWatch takes data points two weeks old, and streams them within two days; spans come at once.
const DEFAULT_DAYS: u32 = 15;
/// The oldest that replaying old batches may need: CloudWatch keeps metrics for 15 months.
const LIMIT_DAYS: u32 = 460;

/// Reads `FIREFLY_MAX_AGE_DAYS`: data points and spans that are older are set aside.
///
/// # Errors
///
/// If it is set and not a whole number of days from 1 to 460.
pub fn max_age(environment: &Environment<'_>) -> Result<Duration, ConfigError> {
    let days = environment.optional(VARIABLE, "a whole number from 1 to 460", |text| {
        let days: u32 = text.parse().map_err(|_| "not a whole number")?;
        if (1..=LIMIT_DAYS).contains(&days) { Ok(days) } else { Err("out of range") }
    })?;
    Ok(Duration::from_secs(u64::from(days.unwrap_or(DEFAULT_DAYS)) * 24 * 60 * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_a_number_of_days_with_a_default_and_a_limit() {
        let days = |value: Option<&str>| {
            let lookup = |_: &str| value.map(str::to_owned);
            max_age(&Environment::new(&lookup)).map(|age| age.as_secs() / 86_400)
        };
        assert_eq!(days(None), Ok(15));
        assert_eq!(days(Some("460")), Ok(460));
        for wrong in ["0", "461", "1.5", "-1", "two"] {
            assert!(days(Some(wrong)).unwrap_err().to_string().contains("FIREFLY_MAX_AGE_DAYS"), "{wrong}");
        }
    }
}
