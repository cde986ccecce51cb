//! Who may bring a database up to date: its owner, superuser or not.

use firefly_storage::{DatabaseUrl, Grade, SCHEMA_VERSION, StorageError, migrate};
use firefly_tests::test_database::{GUEST, OWNER, Server, TestDatabase, connect};
use tokio_postgres::error::SqlState;
use url::Url;

use super::batches::{batch, point};
use super::write;

on_each_empty_server!(
    an_owner_who_may_create_roles_need_not_be_a_superuser,
    an_extension_that_a_superuser_created_is_used,
    an_owner_who_may_not_alter_the_roles_is_told_so,
    somebody_who_does_not_own_the_database_is_told_so,
);

async fn assert_migrates(database: &TestDatabase, url: &Url) -> anyhow::Result<()> {
    let applied = migrate(&DatabaseUrl::parse(url.as_str())?).await?;
    let grade = match database.server() {
        Server::Timescaledb => Grade::Apache,
        Server::Postgresql => Grade::Postgresql,
    };
    assert_eq!((applied.grade, applied.after, applied.without_timescaledb), (grade, SCHEMA_VERSION, None));
    // A new day's partition as well, which is made with the owner's rights.
    write(&database.ingest()?, &batch([&point()])).await?;
    let read = connect(&database.read_url()).await?;
    assert_eq!(read.query("SELECT * FROM lambda_minute", &[]).await?.len(), 1);
    Ok(())
}

/// That migrating is refused for want of a right, and leaves nothing behind.
async fn assert_refused(database: &TestDatabase, url: &Url) -> anyhow::Result<StorageError> {
    let error = migrate(&DatabaseUrl::parse(url.as_str())?).await.unwrap_err();
    assert_eq!(error.sql_state(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{error}");
    let owner = database.owner().await?;
    assert!(owner.query("SELECT FROM pg_namespace WHERE nspname = 'firefly'", &[]).await?.is_empty());
    Ok(error)
}

async fn an_owner_who_may_create_roles_need_not_be_a_superuser(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    assert_migrates(database, &database.give_to(OWNER).await?).await
}

async fn an_extension_that_a_superuser_created_is_used(database: &TestDatabase) -> anyhow::Result<()> {
    if database.server() == Server::Timescaledb {
        database.owner().await?.batch_execute("CREATE EXTENSION timescaledb").await?;
    }
    assert_migrates(database, &database.give_to(OWNER).await?).await
}

async fn an_owner_who_may_not_alter_the_roles_is_told_so(database: &TestDatabase) -> anyhow::Result<()> {
    let error = assert_refused(database, &database.give_to(GUEST).await?).await?;
    assert!(error.to_string().starts_with("migrate: permission denied"), "{error}");
    Ok(())
}

async fn somebody_who_does_not_own_the_database_is_told_so(database: &TestDatabase) -> anyhow::Result<()> {
    let error = assert_refused(database, &database.url_of(GUEST, GUEST)).await?;
    assert!(error.to_string().contains(&format!("for database {}", database.name())), "{error}");
    Ok(())
}
