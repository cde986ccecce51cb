//! Writes that lose against somebody else's, and are run again.

use firefly_tests::test_database::TestDatabase;
use tokio_postgres::Client;

use super::backends::{OURS_WAITING, WAITING, until};
use super::batches::{DataPoint, batch, point};
use super::{door, stored, write};

on_each_server!(
    a_write_that_a_deadlock_ends_is_run_again,
    a_write_that_cannot_be_serialised_is_run_again,
    a_series_that_another_writer_adds_at_the_same_moment_is_no_error,
);

/// Locks a data point's row until the transaction ends.
async fn touch(client: &Client, point: &DataPoint) -> anyhow::Result<()> {
    let id = point.fingerprint().id().0;
    let sql = format!("UPDATE firefly.statistic_set SET sum = sum WHERE series_id = {id}");
    Ok(client.batch_execute(&sql).await?)
}

/// The write has the table and waits at the first row; the adversary has the second and waits for the table, without ever
/// looking for deadlocks. Let go at the first, the write closes the circle and finds it.
async fn a_write_that_a_deadlock_ends_is_run_again(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, observer) = (database.ingest()?, database.owner().await?);
    let (gate, adversary) = (database.owner().await?, database.owner().await?);
    let mut points = ["cart", "checkout"].map(|function| point().of(function));
    points.sort_by_key(|point| point.fingerprint().id());
    write(&ingest, &batch(&points)).await?;

    gate.batch_execute("BEGIN").await?;
    touch(&gate, &points[0]).await?;
    adversary.batch_execute("BEGIN; SET LOCAL deadlock_timeout = '1h'").await?;
    touch(&adversary, &points[1]).await?;
    let grown = batch(&points.clone().map(|point| point.with(2.0, 2.0, 1.0, 1.0)));
    let quarrel = async {
        until(&observer, OURS_WAITING, 1).await?;
        let open_the_gate = async {
            until(&observer, WAITING, 2).await?;
            anyhow::Ok(gate.batch_execute("ROLLBACK").await?)
        };
        let take_the_table = async {
            let sql = "LOCK TABLE firefly.statistic_set IN SHARE MODE; COMMIT";
            anyhow::Ok(adversary.batch_execute(sql).await?)
        };
        tokio::try_join!(take_the_table, open_the_gate)
    };
    let write = async { anyhow::Ok(write(&ingest, &grown).await?) };
    let (written, _) = tokio::try_join!(write, quarrel)?;
    assert_eq!(written.statistic_sets, 2);
    assert_eq!(stored::statistic_sets(&observer).await?, grown.statistic_sets);
    until_one_deadlock(&observer, ingest).await
}

/// That there was a deadlock at all; a backend reports it when it ends, at the latest.
async fn until_one_deadlock(observer: &Client, ingest: firefly_storage::Database) -> anyhow::Result<()> {
    drop(ingest);
    until(observer, super::backends::OURS, 0).await?;
    let sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(observer.query_one(sql, &[]).await?.try_get::<_, i64>(0)?, 1);
    Ok(())
}

async fn a_write_that_cannot_be_serialised_is_run_again(database: &TestDatabase) -> anyhow::Result<()> {
    let (observer, adversary) = (database.owner().await?, database.owner().await?);
    let isolation = "default_transaction_isolation = 'repeatable read'";
    let name = database.name();
    observer.batch_execute(&format!("ALTER ROLE firefly_ingest IN DATABASE {name} SET {isolation}")).await?;
    let ingest = database.ingest()?;
    write(&ingest, &batch([&point()])).await?;

    adversary.batch_execute("BEGIN").await?;
    touch(&adversary, &point()).await?;
    let grown = batch([&point().with(2.0, 2.0, 1.0, 1.0)]);
    let commit = async {
        until(&observer, OURS_WAITING, 1).await?;
        anyhow::Ok(adversary.batch_execute("COMMIT").await?)
    };
    let write = async { anyhow::Ok(write(&ingest, &grown).await?) };
    let (written, ()) = tokio::try_join!(write, commit)?;
    assert_eq!(written.statistic_sets, 1);
    assert_eq!(stored::statistic_sets(&observer).await?, grown.statistic_sets);
    Ok(())
}

/// `ON CONFLICT` looks for the fingerprint, finds none and inserts; meanwhile another writer adds the series, so that the
/// primary key refuses it. An index that stops only `firefly_ingest`, maintained before the unique ones, holds the moment.
async fn a_series_that_another_writer_adds_at_the_same_moment_is_no_error(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    let (ingest, observer) = (database.ingest()?, database.owner().await?);
    // The day's chunk is there, so that the writers do not wait for each other at making it.
    write(&ingest, &batch([&point().of("cart")])).await?;
    observer
        .batch_execute(
            "DELETE FROM firefly.series;
            CREATE FUNCTION public.gate(id bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
            BEGIN
                IF current_user = 'firefly_ingest' THEN
                    PERFORM pg_advisory_xact_lock(1);
                END IF;
                RETURN id;
            END
            $$;
            ALTER TABLE firefly.series DROP CONSTRAINT series_pkey, DROP CONSTRAINT series_fingerprint_key;
            CREATE INDEX gate ON firefly.series (public.gate(id));
            ALTER TABLE firefly.series ADD PRIMARY KEY (id);
            ALTER TABLE firefly.series ADD UNIQUE (fingerprint);
            SELECT pg_advisory_lock(1)",
        )
        .await?;
    // Of another hour: late writers of one hour wait for each other.
    let [first, second] = [point(), point().minute(60)];
    let (mine, yours) = (batch([&first]), batch([&second]));
    let add_the_series = async {
        until(&observer, OURS_WAITING, 1).await?;
        write(&door(&database.owner_url())?, &yours).await?;
        anyhow::Ok(observer.batch_execute("SELECT pg_advisory_unlock(1)").await?)
    };
    let write = async { anyhow::Ok(write(&ingest, &mine).await?) };
    let (written, ()) = tokio::try_join!(write, add_the_series)?;
    assert_eq!(written.statistic_sets, 1);
    assert_eq!(stored::count(&observer, "firefly.statistic_set").await?, 3);
    assert_eq!(stored::series(&observer).await?, stored::series_of(&batch([&first, &second])));
    Ok(())
}
