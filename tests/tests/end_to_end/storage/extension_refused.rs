//! A server that has TimescaleDB and does not let it be created: the library is not loaded, or not everybody may. An event
//! trigger stands in for either.

use firefly_storage::{DatabaseUrl, Grade, SCHEMA_VERSION, migrate};
use firefly_tests::test_database::TestDatabase;

use super::batches::{batch, point};
use super::{stored, write};

on_server!(
    timescaledb, Timescaledb, create_empty:
    an_extension_that_may_not_be_created_is_done_without,
    an_extension_whose_library_is_not_loaded_is_done_without
);

/// Migrates a database in which `CREATE EXTENSION` does this first.
async fn assert_native_partitions(database: &TestDatabase, first: &str, reason: &str) -> anyhow::Result<()> {
    let owner = database.owner().await?;
    owner
        .batch_execute(&format!(
            "CREATE FUNCTION public.refuse() RETURNS event_trigger LANGUAGE plpgsql AS
            $$ BEGIN {first}; END $$;
            CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('CREATE EXTENSION')
                EXECUTE FUNCTION public.refuse()"
        ))
        .await?;
    let url = DatabaseUrl::parse(database.owner_url().as_str())?;
    let applied = migrate(&url).await?;
    assert_eq!((applied.grade, applied.after), (Grade::Postgresql, SCHEMA_VERSION));
    let told = applied.without_timescaledb.unwrap();
    assert!(told.contains(reason), "{told}");

    write(&database.ingest()?, &batch([&point()])).await?;
    assert_eq!(stored::count(&owner, "firefly.lambda_minute").await?, 1);

    // Later it could be created: the schema stays what it is.
    owner.batch_execute("DROP EVENT TRIGGER refuse").await?;
    let again = migrate(&url).await?;
    assert_eq!((again.grade, again.without_timescaledb), (Grade::Postgresql, None));
    Ok(())
}

async fn an_extension_that_may_not_be_created_is_done_without(database: &TestDatabase) -> anyhow::Result<()> {
    let refuse = "RAISE EXCEPTION 'not on the list' USING ERRCODE = 'insufficient_privilege'";
    assert_native_partitions(database, refuse, "not on the list [SQLSTATE 42501]").await
}

async fn an_extension_whose_library_is_not_loaded_is_done_without(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    let end_the_connection = "PERFORM pg_terminate_backend(pg_backend_pid())";
    assert_native_partitions(database, end_the_connection, "terminating connection").await
}
