//! Input that is set aside.

use firefly_model::DeadLetter;
use firefly_storage::{MetricWriter, Origin};
use firefly_tests::test_database::TestDatabase;
use tokio_postgres::Client;

use super::batches::{batch, point};
use super::{ORIGIN, backends, patience, stored, write};

on_each_server!(
    a_dead_letter_keeps_its_bytes_reason_size_and_origin,
    the_same_bytes_again_make_no_second_row,
    the_same_bytes_of_another_source_are_another_row,
    a_batch_that_cannot_be_stored_stores_no_dead_letter,
    batches_of_two_writers_may_hold_the_same_letters_in_any_order,
);

/// Four bytes, of which `reason` says why they are here.
pub fn letter(reason: &str) -> DeadLetter {
    DeadLetter { reason: reason.to_owned(), bytes: vec![0, 1, 0xfe, 0xff], size_bytes: 4 }
}

async fn reasons(client: &Client) -> anyhow::Result<Vec<String>> {
    let rows = client.query("SELECT reason FROM firefly.dead_letter ORDER BY reason", &[]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

async fn a_dead_letter_keeps_its_bytes_reason_size_and_origin(database: &TestDatabase) -> anyhow::Result<()> {
    let mut batch = batch([&point()]);
    batch.dead_letters.push(DeadLetter { size_bytes: 5_000_000_000, ..letter("not \0 JSON") });
    write(&database.ingest()?, &batch).await?;
    let owner = database.owner().await?;
    let sql = "SELECT bytes, reason, size_bytes, source, source_arn, request_id, received_at BETWEEN now() - interval '1 h' AND now()
        FROM firefly.dead_letter";
    let row = owner.query_one(sql, &[]).await?;
    assert_eq!(row.get::<_, &[u8]>(0), [0, 1, 0xfe, 0xff]);
    assert_eq!(row.get::<_, &str>(1), "not \u{fffd} JSON", "text cannot hold U+0000");
    assert_eq!(row.get::<_, i64>(2), 5_000_000_000);
    assert_eq!(row.get::<_, &str>(3), ORIGIN.source);
    assert_eq!(row.get::<_, Option<&str>>(4), ORIGIN.source_arn);
    assert_eq!(row.get::<_, &str>(5), ORIGIN.request_id);
    assert!(row.get::<_, bool>(6));
    Ok(())
}

async fn the_same_bytes_again_make_no_second_row(database: &TestDatabase) -> anyhow::Result<()> {
    let ingest = database.ingest()?;
    let mut batch = batch([]);
    batch.dead_letters = vec![letter("the first reason"), letter("the first reason")];
    write(&ingest, &batch).await?;
    batch.dead_letters = vec![letter("later")];
    let again = Origin { request_id: "request-2", source_arn: None, ..ORIGIN };
    ingest.write_metrics(&batch, again, patience()).await?;
    assert_eq!(reasons(&database.owner().await?).await?, ["the first reason"]);
    Ok(())
}

async fn the_same_bytes_of_another_source_are_another_row(database: &TestDatabase) -> anyhow::Result<()> {
    let ingest = database.ingest()?;
    for source in ["firehose", "remote-write"] {
        let mut batch = batch([]);
        batch.dead_letters.push(letter(source));
        ingest.write_metrics(&batch, Origin { source, ..ORIGIN }, patience()).await?;
    }
    assert_eq!(reasons(&database.owner().await?).await?, ["firehose", "remote-write"]);
    Ok(())
}

async fn a_batch_that_cannot_be_stored_stores_no_dead_letter(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, owner) = (database.ingest()?, database.owner().await?);
    // The year 300,000, which PostgreSQL refuses, and one that its 64 bits of microseconds cannot express.
    for time_ms in [9_405_000_000_000_000, i64::MAX] {
        let mut batch = batch(&[point(), point().at(time_ms)]);
        batch.dead_letters.push(letter("undecodable"));
        write(&ingest, &batch).await.unwrap_err();
        for table in ["dead_letter", "series", "statistic_set"] {
            assert_eq!(stored::count(&owner, &format!("firefly.{table}")).await?, 0, "{table} at {time_ms}");
        }
    }
    write(&ingest, &batch([&point()])).await?;
    Ok(())
}

/// Each waits for the other's rows, so that a deadlock would be found and cost a second.
async fn batches_of_two_writers_may_hold_the_same_letters_in_any_order(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    let (one, other) = (database.ingest()?, database.ingest()?);
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    for round in 0..20_u8 {
        let letters = |order: &mut dyn Iterator<Item = u8>| {
            let mut batch = batch([]);
            let letters = order.map(|n| DeadLetter { bytes: vec![round, n], ..letter("twice") });
            batch.dead_letters = letters.collect();
            batch
        };
        let (forwards, backwards) = (letters(&mut (0..200)), letters(&mut (0..200).rev()));
        let (first, second) = tokio::join!(write(&one, &forwards), write(&other, &backwards));
        first?;
        second?;
    }
    drop((one, other));
    let owner = database.owner().await?;
    // A backend reports its deadlocks when it ends, at the latest.
    backends::until(&owner, backends::OURS, 0).await?;
    assert_eq!(stored::count(&owner, "firefly.dead_letter").await?, 20 * 200);
    assert_eq!(owner.query_one(deadlocks, &[]).await?.get::<_, i64>(0), 0);
    Ok(())
}
