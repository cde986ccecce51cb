//! A database that cannot be connected to.

use std::net::TcpListener;
use std::time::Duration;

use firefly_storage::{DatabaseUrl, MetricWriter, StorageError, migrate};
use firefly_tests::test_database::TestDatabase;
use tokio::time::Instant;
use url::Url;

use super::batches::{batch, point};
use super::{ORIGIN, door, write};

on_each_server!(
    a_wrong_password_is_told_without_the_password,
    an_unknown_database_is_told_by_its_name,
    a_closed_port_is_told_as_such,
    a_server_that_accepts_and_never_answers_is_given_up_at_the_deadline,
);

const WRONG: &str = "wr0ng-password";

async fn assert_cannot_connect(url: &Url, expected: &str) -> anyhow::Result<()> {
    let migrated = migrate(&DatabaseUrl::parse(url.as_str())?).await.map(drop);
    let written = write(&door(url)?, &batch([&point()])).await.map(drop);
    for error in [migrated.unwrap_err(), written.unwrap_err()] {
        let text = format!("{error} {error:?}");
        assert!(matches!(error, StorageError::Connect(_)), "{text}");
        assert!(error.to_string().contains(expected), "{text}");
        assert!(!text.contains(WRONG) && !text.contains("test-ingest"), "{text}");
    }
    Ok(())
}

async fn a_wrong_password_is_told_without_the_password(database: &TestDatabase) -> anyhow::Result<()> {
    assert_cannot_connect(&database.url_of("firefly_ingest", WRONG), "[SQLSTATE 28P01]").await
}

async fn an_unknown_database_is_told_by_its_name(database: &TestDatabase) -> anyhow::Result<()> {
    let mut url = database.ingest_url();
    url.set_path("no_such_database");
    assert_cannot_connect(&url, "database \"no_such_database\" does not exist [SQLSTATE 3D000]").await
}

async fn a_closed_port_is_told_as_such(database: &TestDatabase) -> anyhow::Result<()> {
    let mut url = database.ingest_url();
    let listener = TcpListener::bind("127.0.0.1:0")?;
    url.set_port(Some(listener.local_addr()?.port())).unwrap();
    drop(listener);
    assert_cannot_connect(&url, "Connection refused").await
}

async fn a_server_that_accepts_and_never_answers_is_given_up_at_the_deadline(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    let mut url = database.ingest_url();
    let listener = TcpListener::bind("127.0.0.1:0")?;
    url.set_port(Some(listener.local_addr()?.port())).unwrap();
    let deadline = Instant::now() + Duration::from_millis(300);
    let error = door(&url)?.write_metrics(&batch([&point()]), ORIGIN, deadline).await.unwrap_err();
    assert!(matches!(error, StorageError::TimedOut { .. }), "{error:?}");
    Ok(())
}
