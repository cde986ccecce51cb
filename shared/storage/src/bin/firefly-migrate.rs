//! Brings the schema of Firefly's database up to date, and optionally lets its roles log in.
//!
//! Environment: `DATABASE_URL`, of a user who owns the database; `FIREFLY_INGEST_PASSWORD` and
//! `FIREFLY_READ_PASSWORD`, if the roles `firefly_ingest` and `firefly_read` shall get these passwords.

use std::env::{self, VarError};

use anyhow::{Context, Result, bail};
use firefly_storage::{DatabaseUrl, Role, migrate, set_role_password};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let url = env::var("DATABASE_URL").context("DATABASE_URL")?;
    let url = DatabaseUrl::parse(&url).context("DATABASE_URL")?;
    let variables = [("FIREFLY_INGEST_PASSWORD", Role::Ingest), ("FIREFLY_READ_PASSWORD", Role::Read)];
    let mut passwords = Vec::new();
    for (variable, role) in variables {
        passwords.extend(password(variable, env::var(variable))?.map(|password| (variable, role, password)));
    }
    let applied = migrate(&url).await?;
    match (applied.before, applied.after) {
        (before, after) if before == after => {
            println!("schema version {after} is up to date ({})", applied.grade);
        }
        (before, after) => println!("schema migrated from version {before} to {after} ({})", applied.grade),
    }
    if let Some(reason) = &applied.without_timescaledb {
        println!("this database stays without TimescaleDB, which the server has: {reason}");
        println!("to use it after all, remove the cause, DROP SCHEMA firefly CASCADE, and migrate again");
    }
    for (variable, role, password) in passwords {
        set_role_password(&url, role, &password).await?;
        println!("{role} may log in with the password of {variable}");
    }
    Ok(())
}

/// The password of a variable. An empty one, with which PostgreSQL lets nobody in, is a mistake.
fn password(variable: &str, value: Result<String, VarError>) -> Result<Option<String>> {
    match value {
        Ok(password) if password.is_empty() => {
            bail!("{variable} is empty: leave it out to keep the password as it is")
        }
        Ok(password) => Ok(Some(password)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => bail!("{variable} is no UTF-8"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_password_is_refused() {
        let error = password("FIREFLY_READ_PASSWORD", Ok(String::new())).unwrap_err().to_string();
        assert!(error.contains("FIREFLY_READ_PASSWORD"), "{error}");
        assert_eq!(password("P", Ok("secret".into())).unwrap().as_deref(), Some("secret"));
        assert_eq!(password("P", Err(VarError::NotPresent)).unwrap(), None);
    }
}
