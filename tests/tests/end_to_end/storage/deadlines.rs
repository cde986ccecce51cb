//! What happens when the database takes longer than somebody waits.

use std::time::Duration;

use firefly_storage::{Database, MetricWriter, StorageError};
use firefly_tests::test_database::TestDatabase;
use tokio::time::Instant;

use super::backends::{OURS_WAITING, lock, until};
use super::batches::{batch, point};
use super::{ORIGIN, stored, write};

on_each_server!(
    at_the_deadline_the_statement_is_cancelled_and_nothing_stored,
    a_deadline_that_has_passed_is_an_error_at_once,
    a_write_that_waits_for_another_gives_up_at_its_own_deadline,
);

/// Long enough that the server surely has the statement by then.
const LIMIT: Duration = Duration::from_secs(2);
/// A generous bound for a busy machine; a write that ignored its deadline would wait for ever.
const SOON: Duration = Duration::from_secs(20);

/// That a write of one data point ends at this limit.
async fn times_out(ingest: &Database, limit: Duration) -> StorageError {
    let started = Instant::now();
    let error = ingest.write_metrics(&batch([&point()]), ORIGIN, started + limit).await.unwrap_err();
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
    assert!(started.elapsed() >= limit);
    assert!(matches!(error, StorageError::TimedOut { .. }), "{error:?}");
    error
}

/// That a write at a locked table ends at its deadline, and its statement with it.
pub async fn assert_cancelled_at_deadline(database: &TestDatabase, ingest: &Database) -> anyhow::Result<()> {
    let observer = database.owner().await?;
    write(ingest, &batch([])).await?;
    let locked = lock(database, "firefly.series").await?;
    let (error, waited) = tokio::join!(times_out(ingest, LIMIT), until(&observer, OURS_WAITING, 1));
    waited?;
    assert!(error.to_string().contains("store metrics: the database did not answer within"), "{error}");
    until(&observer, OURS_WAITING, 0).await?;
    locked.batch_execute("ROLLBACK").await?;
    assert_eq!(stored::count(&observer, "firefly.statistic_set").await?, 0);
    assert_eq!(write(ingest, &batch([&point()])).await?.statistic_sets, 1);
    Ok(())
}

async fn at_the_deadline_the_statement_is_cancelled_and_nothing_stored(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    assert_cancelled_at_deadline(database, &database.ingest()?).await
}

async fn a_deadline_that_has_passed_is_an_error_at_once(database: &TestDatabase) -> anyhow::Result<()> {
    let ingest = database.ingest()?;
    times_out(&ingest, Duration::ZERO).await;
    write(&ingest, &batch([])).await?;
    let error = times_out(&ingest, Duration::ZERO).await;
    assert!(error.to_string().contains("within 0 ms"), "{error}");
    Ok(())
}

async fn a_write_that_waits_for_another_gives_up_at_its_own_deadline(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    let (ingest, observer) = (database.ingest()?, database.owner().await?);
    let locked = lock(database, "firefly.series").await?;
    let (first_batch, second) = (batch([&point()]), async {
        until(&observer, OURS_WAITING, 1).await?;
        times_out(&ingest, LIMIT).await;
        // The first one's statement goes on.
        until(&observer, OURS_WAITING, 1).await?;
        locked.batch_execute("ROLLBACK").await?;
        anyhow::Ok(())
    });
    let (first, second) = tokio::join!(write(&ingest, &first_batch), second);
    second?;
    assert_eq!(first?.statistic_sets, 1);
    Ok(())
}
