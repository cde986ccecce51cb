//! Bringing the schema up to date.

use std::fmt;

use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::connect::Connector;
use crate::database::schema_version;
use crate::error::describe;
use crate::{DatabaseUrl, StorageError, roles};

/// The migrations in order; the version of the schema is how many have been applied.
const MIGRATIONS: [(&str, &str); 9] = [
    ("metrics", include_str!("../migrations/0001_metrics.sql")),
    ("traces", include_str!("../migrations/0002_traces.sql")),
    ("samples", include_str!("../migrations/0003_samples.sql")),
    ("reads", include_str!("../migrations/0004_reads.sql")),
    ("indexes", include_str!("../migrations/0005_indexes.sql")),
    ("hours", include_str!("../migrations/0006_hours.sql")),
    ("deliveries", include_str!("../migrations/0007_deliveries.sql")),
    ("functions", include_str!("../migrations/0008_functions.sql")),
    ("insights", include_str!("../migrations/0009_insights.sql")),
];

/// The version of the schema that this program works with. A newer one works as well, because migrations keep the
/// release before them working.
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "counted by hand")]
pub const SCHEMA_VERSION: i32 = MIGRATIONS.len() as i32;

/// What the database can do, found out once, before the first migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// TimescaleDB under the Timescale License: hypertables, compression, policies.
    Community,
    /// TimescaleDB under Apache-2.0: hypertables.
    Apache,
    /// PostgreSQL alone: native partitions.
    Postgresql,
}

impl Grade {
    fn parse(text: &str) -> Option<Self> {
        [Self::Community, Self::Apache, Self::Postgresql].into_iter().find(|grade| grade.as_str() == text)
    }

    /// The grade's name in `firefly.schema_version` and the setting `firefly.grade`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Community => "community",
            Self::Apache => "apache",
            Self::Postgresql => "postgresql",
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Community => "TimescaleDB Community",
            Self::Apache => "TimescaleDB Apache-2",
            Self::Postgresql => "PostgreSQL",
        })
    }
}

/// What a run of [`migrate`] found and did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// What the database can do.
    pub grade: Grade,
    /// The version of the schema before.
    pub before: i32,
    /// The version of the schema now.
    pub after: i32,
    /// Why TimescaleDB, which the server has, is not used.
    pub without_timescaledb: Option<String>,
}

/// Applies the missing migrations, each in a transaction of its own; several runs at once wait for each other.
///
/// TimescaleDB is used if the extension is there or can be created; which it is stays so. The user must own the
/// database and may need the right to create roles.
///
/// # Errors
///
/// If the database cannot be reached or a migration fails, which leaves the schema at the version before it.
pub async fn migrate(url: &DatabaseUrl) -> Result<Applied, StorageError> {
    let connector = Connector::new(url).map_err(StorageError::Connect)?;
    let connect = async || connector.connect().await.map_err(|error| StorageError::Connect(error.into()));
    let mut client = connect().await?;
    let failed = |operation| move |source| StorageError::Statement { operation, source };
    let before = schema_version(&client).await.map_err(failed("read the schema version"))?;
    let refusal = create_timescaledb(&client).await.map_err(failed("create the extension timescaledb"))?;
    if refusal.is_some() {
        // A server that has not loaded the library ends the connection as well.
        client = connect().await?;
    }
    loop {
        let (grade, after) = apply_next(&mut client).await.map_err(failed("migrate"))?;
        if after >= SCHEMA_VERSION {
            let without_timescaledb = refusal.filter(|_| grade == Grade::Postgresql);
            return Ok(Applied { grade, before, after, without_timescaledb });
        }
    }
}

/// Creates the extension where the server has it, before the first migration. Says why if it cannot: the library is not
/// loaded, or the user may not. Then Firefly works on native partitions.
async fn create_timescaledb(client: &Client) -> Result<Option<String>, tokio_postgres::Error> {
    let available =
        "SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb' AND installed_version IS NULL
        AND to_regclass('firefly.schema_version') IS NULL";
    if client.query_typed_opt(available, &[]).await?.is_none() {
        return Ok(None);
    }
    match client.batch_execute("CREATE EXTENSION timescaledb").await {
        Ok(()) => Ok(None),
        Err(error) if error.as_db_error().is_some() => Ok(Some(describe(&error))),
        Err(error) => Err(error),
    }
}

/// Applies one migration, if any is missing, and says at which grade and version the schema is then.
async fn apply_next(client: &mut Client) -> Result<(Grade, i32), tokio_postgres::Error> {
    let transaction = client.transaction().await?;
    transaction
        .batch_execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('firefly.migrate', 0));
             CREATE SCHEMA IF NOT EXISTS firefly;
             CREATE TABLE IF NOT EXISTS firefly.schema_version (
                 version    integer     NOT NULL PRIMARY KEY,
                 name       text        NOT NULL,
                 grade      text        NOT NULL,
                 applied_at timestamptz NOT NULL DEFAULT now()
             );",
        )
        .await?;
    let last = "SELECT version, grade FROM firefly.schema_version ORDER BY version DESC LIMIT 1";
    let (version, grade) = match transaction.query_typed_opt(last, &[]).await? {
        Some(row) => (row.try_get(0)?, Grade::parse(row.try_get(1)?)),
        None => (0, None),
    };
    let grade = match grade {
        Some(grade) => grade,
        None => detect(&transaction).await?,
    };
    let next = usize::try_from(version).ok().and_then(|applied| MIGRATIONS.get(applied));
    let Some((name, sql)) = next else {
        return Ok((grade, version));
    };
    if version == 0 {
        transaction.batch_execute(roles::CREATE).await?;
    }
    let set_grade = "SELECT set_config('firefly.grade', $1, true)";
    transaction.query_typed_one(set_grade, &[(&grade.as_str(), Type::TEXT)]).await?;
    transaction.batch_execute(sql).await?;
    let record = "INSERT INTO firefly.schema_version (version, name, grade) VALUES ($1, $2, $3)";
    let row: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 3] =
        [(&(version + 1), Type::INT4), (name, Type::TEXT), (&grade.as_str(), Type::TEXT)];
    transaction.execute_typed(record, &row).await?;
    transaction.commit().await?;
    Ok((grade, version + 1))
}

async fn detect(client: &impl tokio_postgres::GenericClient) -> Result<Grade, tokio_postgres::Error> {
    let license =
        "SELECT current_setting('timescaledb.license', true) FROM pg_extension WHERE extname = 'timescaledb'";
    let license = match client.query_typed(license, &[]).await?.first() {
        Some(row) => row.try_get::<_, Option<String>>(0)?,
        None => return Ok(Grade::Postgresql),
    };
    Ok(if license.as_deref() == Some("timescale") { Grade::Community } else { Grade::Apache })
}
