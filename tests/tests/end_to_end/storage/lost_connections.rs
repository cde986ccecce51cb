//! Connections that end while the door is closed, and while it is open.

use firefly_storage::StorageError;
use firefly_tests::test_database::TestDatabase;
use tokio_postgres::error::SqlState;

use super::backends::{OURS, OURS_WAITING, lock, terminate, until};
use super::batches::{batch, point};
use super::{patience, stored, write};

on_each_server!(
    one_connection_serves_all_writes,
    a_connection_lost_between_writes_is_made_anew,
    a_connection_lost_in_mid_statement_is_made_anew_once,
    a_connection_lost_twice_in_one_write_is_an_error_and_the_next_write_succeeds,
);

async fn one_connection_serves_all_writes(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, observer) = (database.ingest()?, database.owner().await?);
    ingest.warm_up(patience()).await?;
    let first = until(&observer, OURS, 1).await?;
    for minute in 0..3 {
        write(&ingest, &batch([&point().minute(minute)])).await?;
    }
    assert_eq!(until(&observer, OURS, 1).await?, first);
    Ok(())
}

async fn a_connection_lost_between_writes_is_made_anew(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, observer) = (database.ingest()?, database.owner().await?);
    for minute in 0..3 {
        assert_eq!(write(&ingest, &batch([&point().minute(minute)])).await?.statistic_sets, 1);
        terminate(&observer, until(&observer, OURS, 1).await?[0]).await?;
    }
    assert_eq!(stored::count(&observer, "firefly.statistic_set").await?, 3);
    Ok(())
}

async fn a_connection_lost_in_mid_statement_is_made_anew_once(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, observer) = (database.ingest()?, database.owner().await?);
    let (batch, locked) = (batch([&point()]), lock(database, "firefly.series").await?);
    let interrupt = async {
        let [first] = until(&observer, OURS_WAITING, 1).await?[..] else { unreachable!() };
        terminate(&observer, first).await?;
        let second = until(&observer, OURS_WAITING, 1).await?[0];
        assert_ne!(first, second);
        locked.batch_execute("ROLLBACK").await?;
        anyhow::Ok(())
    };
    let (written, interrupted) = tokio::join!(write(&ingest, &batch), interrupt);
    interrupted?;
    assert_eq!(written?.statistic_sets, 1);
    assert_eq!(stored::statistic_sets(&observer).await?, batch.statistic_sets);
    Ok(())
}

async fn a_connection_lost_twice_in_one_write_is_an_error_and_the_next_write_succeeds(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    let (ingest, observer) = (database.ingest()?, database.owner().await?);
    let (batch, locked) = (batch([&point()]), lock(database, "firefly.series").await?);
    let interrupt = async {
        for _ in 0..2 {
            terminate(&observer, until(&observer, OURS_WAITING, 1).await?[0]).await?;
        }
        locked.batch_execute("ROLLBACK").await?;
        anyhow::Ok(())
    };
    let (written, interrupted) = tokio::join!(write(&ingest, &batch), interrupt);
    interrupted?;
    let error = written.unwrap_err();
    assert_eq!(error.sql_state(), Some(&SqlState::ADMIN_SHUTDOWN), "{error}");
    assert!(
        matches!(&error, StorageError::Statement { .. }) && error.to_string().contains("57P01"),
        "{error}"
    );
    assert_eq!(stored::count(&observer, "firefly.statistic_set").await?, 0);
    assert_eq!(write(&ingest, &batch).await?.statistic_sets, 1);
    Ok(())
}
