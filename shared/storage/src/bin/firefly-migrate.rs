//! Brings the schema of Firefly's database up to date, and optionally lets its roles log in.
//!
//! Environment: `DATABASE_URL`, of a user who owns the database; `FIREFLY_INGEST_PASSWORD` and
//! `FIREFLY_READ_PASSWORD`, if the roles `firefly_ingest` and `firefly_read` shall get these passwords.

use std::env;

use anyhow::Context;
use firefly_storage::{DatabaseUrl, Role, migrate, set_role_password};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let url = env::var("DATABASE_URL").context("DATABASE_URL")?;
    let url = DatabaseUrl::parse(&url).context("DATABASE_URL")?;
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
    for (variable, role) in [("FIREFLY_INGEST_PASSWORD", Role::Ingest), ("FIREFLY_READ_PASSWORD", Role::Read)]
    {
        if let Ok(password) = env::var(variable) {
            set_role_password(&url, role, &password).await?;
            println!("{role} may log in with the password of {variable}");
        }
    }
    Ok(())
}
