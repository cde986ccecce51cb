//! The roles that the functions and Grafana log in as.

use std::fmt;

use tokio_postgres::types::Type;

use crate::connect::Connector;
use crate::{DatabaseUrl, StorageError};

/// Creates `firefly_ingest` and `firefly_read`, which may use the schema and nothing else. Roles belong to the whole
/// server, so that another database on it may have created them, even at this moment.
pub(crate) const CREATE: &str = "
    DO $$
    DECLARE
        name text;
    BEGIN
        FOREACH name IN ARRAY ARRAY['firefly_ingest', 'firefly_read'] LOOP
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
                BEGIN
                    EXECUTE format('CREATE ROLE %I NOLOGIN', name);
                EXCEPTION WHEN duplicate_object OR unique_violation THEN
                    NULL;
                END;
            END IF;
            EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path = firefly, public', name, current_database());
            EXECUTE format('ALTER ROLE %I IN DATABASE %I SET jit = off', name, current_database());
            -- A Lambda that is ended in mid-statement cancels nothing.
            EXECUTE format('ALTER ROLE %I IN DATABASE %I SET statement_timeout = ''60s''', name, current_database());
        END LOOP;
    END
    $$;
    GRANT USAGE ON SCHEMA firefly TO firefly_ingest, firefly_read;
    GRANT SELECT ON firefly.schema_version TO firefly_ingest;
    COMMENT ON SCHEMA firefly IS 'Metrics and traces of AWS Lambda functions.';
    COMMENT ON TABLE firefly.schema_version IS 'The migrations that have been applied.';
    COMMENT ON COLUMN firefly.schema_version.version IS 'Number of the migration, from 1.';
    COMMENT ON COLUMN firefly.schema_version.name IS 'What it is about.';
    COMMENT ON COLUMN firefly.schema_version.grade IS 'What the database can do: community, apache or postgresql.';
    COMMENT ON COLUMN firefly.schema_version.applied_at IS 'When it was applied.';
";

/// Lets a role log in with this password. Only its SCRAM-SHA-256 verifier travels, so that the password stands in no
/// log of the server.
///
/// # Errors
///
/// If the database cannot be reached, or the user may not alter roles.
pub async fn set_role_password(url: &DatabaseUrl, role: Role, password: &str) -> Result<(), StorageError> {
    let connector = Connector::new(url).map_err(StorageError::Connect)?;
    let client = connector.connect().await.map_err(|error| StorageError::Connect(error.into()))?;
    let verifier = postgres_protocol::password::scram_sha_256(password.as_bytes());
    let failed = |source| StorageError::Statement { operation: "set the password of a role", source };
    let statement = "SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', $1, $2)";
    let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 2] =
        [(&role.as_str(), Type::TEXT), (&verifier, Type::TEXT)];
    let row = client.query_typed_one(statement, &parameters).await.map_err(failed)?;
    client.batch_execute(row.try_get(0).map_err(failed)?).await.map_err(failed)
}

/// A role that programs log in as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Of the functions that receive: may insert and update.
    Ingest,
    /// Of Grafana and the functions that answer queries: may only select.
    Read,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Role {
    fn as_str(self) -> &'static str {
        match self {
            Self::Ingest => "firefly_ingest",
            Self::Read => "firefly_read",
        }
    }
}
