//! Which hours are made, when, and from what.

use firefly_tests::demo::Unit;
use firefly_tests::test_database::{TestDatabase, connect};
use tokio_postgres::error::SqlState;

use super::super::backends::{OURS_WAITING, until};
use super::super::stored;
use super::{differences, hours_ago, invocations, made, point, refresh, refresh_all, store};

on_each_server!(
    an_hour_is_made_when_it_is_over_and_again_when_points_come_late,
    only_so_many_hours_are_made_at_once_the_newest_first,
    a_writer_of_the_current_hour_leaves_its_row_alone,
    no_point_is_missed_that_comes_while_its_hour_is_made,
    an_hour_that_a_writer_holds_is_left_for_the_next_time,
    late_writers_of_an_hour_do_not_wait_for_each_other,
    what_is_stored_already_is_made_after_the_migration,
    hours_that_the_release_before_wrote_are_made,
    a_series_is_added_up_whatever_its_namespace,
    who_may_do_it,
);

async fn an_hour_is_made_when_it_is_over_and_again_when_points_come_late(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    let (ingest, owner) = (database.ingest()?, database.owner().await?);
    // Ahead, so that the current hour cannot end under the test's feet.
    store(&ingest, &[invocations(hours_ago(-1), 0, 9)]).await?;
    assert_eq!(refresh(&ingest, u8::MAX).await?, 0);
    let hour = hours_ago(3);
    store(&ingest, &[invocations(hour, 0, 1), invocations(hour, 59, 2)]).await?;
    refresh_all(&ingest).await?;
    assert_eq!(made(&owner).await?, [(hour, 3.0)]);
    assert_eq!(refresh(&ingest, u8::MAX).await?, 0, "nothing has come since");
    store(&ingest, &[invocations(hour, 30, 4), invocations(hour, 59, 3)]).await?;
    assert_eq!(refresh(&ingest, u8::MAX).await?, 1);
    assert_eq!(made(&owner).await?, [(hour, 8.0)]);
    Ok(())
}

async fn only_so_many_hours_are_made_at_once_the_newest_first(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, owner) = (database.ingest()?, database.owner().await?);
    let hours = [hours_ago(4), hours_ago(3), hours_ago(2)];
    store(&ingest, &hours.map(|hour| invocations(hour, 1, 1))).await?;
    let mut seen = Vec::new();
    while refresh(&ingest, 1).await? > 0 {
        seen.push(made(&owner).await?);
    }
    // The hour before the current one may be over too: nothing came in it.
    seen.retain(|made| !made.is_empty());
    let newest = |count: usize| hours[3 - count..].iter().map(|hour| (*hour, 1.0)).collect::<Vec<_>>();
    assert_eq!(seen, [newest(1), newest(2), newest(3)]);
    Ok(())
}

async fn a_writer_of_the_current_hour_leaves_its_row_alone(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, owner) = (database.ingest()?, database.owner().await?);
    let hour = hours_ago(-1);
    store(&ingest, &[invocations(hour, 0, 1)]).await?;
    let before = stored::row_versions(&owner, "firefly.statistic_hour_bucket").await?;
    assert_eq!(before.len(), 1);
    store(&ingest, &[invocations(hour, 1, 1)]).await?;
    assert_eq!(stored::row_versions(&owner, "firefly.statistic_hour_bucket").await?, before);
    // Nor does it wait for somebody who has it.
    let other = database.owner().await?;
    other.batch_execute("BEGIN; UPDATE firefly.statistic_hour_bucket SET stale = true").await?;
    store(&ingest, &[invocations(hour, 2, 1)]).await?;
    Ok(())
}

async fn no_point_is_missed_that_comes_while_its_hour_is_made(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, other, owner) = (database.ingest()?, database.ingest()?, database.owner().await?);
    let hour = hours_ago(5);
    for samples in 1..=2 {
        // Of the hours since then there is nothing to do the second time.
        refresh_all(&ingest).await?;
        store(&ingest, &[invocations(hour, 0, samples)]).await?;
    }
    // Holds up the refreshing in its middle: it has taken the hour, and cannot yet write what it has read.
    let gate = database.owner().await?;
    gate.batch_execute("BEGIN; LOCK TABLE firefly.statistic_hour").await?;
    let refreshed = async { refresh(&ingest, 1).await };
    let late = [invocations(hour, 1, 2)];
    let written = async {
        until(&owner, OURS_WAITING, 1).await?;
        let open_the_gate = async {
            until(&owner, OURS_WAITING, 2).await?;
            anyhow::Ok(gate.batch_execute("ROLLBACK").await?)
        };
        tokio::try_join!(store(&other, &late), open_the_gate)
    };
    tokio::try_join!(refreshed, written)?;
    refresh_all(&ingest).await?;
    assert_eq!(made(&owner).await?, [(hour, 4.0)]);
    Ok(())
}

async fn an_hour_that_a_writer_holds_is_left_for_the_next_time(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    let (ingest, owner) = (database.ingest()?, database.owner().await?);
    let hours = [hours_ago(4), hours_ago(3)];
    for samples in 1..=2 {
        refresh_all(&ingest).await?;
        store(&ingest, &hours.map(|hour| invocations(hour, 1, samples))).await?;
    }
    let writer = database.owner().await?;
    let newest = format!("to_timestamp({})", hours[1] / 1_000);
    writer
        .batch_execute(&format!(
            "BEGIN;
            UPDATE firefly.statistic_hour_bucket SET stale = true WHERE hour = {newest};
            UPDATE firefly.statistic_set SET samples = 7 WHERE time >= {newest}"
        ))
        .await?;
    assert_eq!(made(&owner).await?, [(hours[0], 1.0), (hours[1], 1.0)]);
    refresh_all(&ingest).await?;
    assert_eq!(made(&owner).await?, [(hours[0], 2.0), (hours[1], 1.0)], "without waiting");
    writer.batch_execute("COMMIT").await?;
    refresh_all(&ingest).await?;
    assert_eq!(made(&owner).await?, [(hours[0], 2.0), (hours[1], 7.0)]);
    Ok(())
}

async fn late_writers_of_an_hour_do_not_wait_for_each_other(database: &TestDatabase) -> anyhow::Result<()> {
    let (one, other, owner) = (database.ingest()?, database.ingest()?, database.owner().await?);
    let hour = hours_ago(5);
    store(&one, &[invocations(hour, 0, 1)]).await?;
    // Holds up one of them behind its hour.
    let gate = database.owner().await?;
    gate.batch_execute("BEGIN; SELECT FROM firefly.series FOR UPDATE").await?;
    let mut again = invocations(hour, 1, 1);
    again.unit = Unit::Milliseconds;
    let held_up = [again];
    let through = [point("checkout", "Invocations", hour, 1, 1)];
    let pass = async {
        until(&owner, OURS_WAITING, 1).await?;
        store(&other, &through).await?;
        anyhow::Ok(gate.batch_execute("ROLLBACK").await?)
    };
    tokio::try_join!(store(&one, &held_up), pass)?;
    refresh_all(&one).await?;
    assert_eq!(made(&owner).await?, [(hour, 3.0)]);
    Ok(())
}

async fn what_is_stored_already_is_made_after_the_migration(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, owner) = (database.ingest()?, database.owner().await?);
    let hours = [hours_ago(50), hours_ago(3)];
    store(&ingest, &hours.map(|hour| invocations(hour, 1, 1))).await?;
    owner.batch_execute("DELETE FROM firefly.statistic_hour_bucket").await?;
    let migration = include_str!("../../../../../shared/storage/migrations/0006_hours.sql");
    let begin = migration.find("INSERT INTO firefly.statistic_hour_bucket").unwrap();
    let length = migration[begin..].find(';').unwrap();
    owner.batch_execute(&migration[begin..begin + length]).await?;
    assert_eq!(stored::count(&owner, "firefly.statistic_hour_bucket WHERE stale").await?, 48);
    refresh_all(&ingest).await?;
    assert_eq!(made(&owner).await?, hours.map(|hour| (hour, 1.0)));
    Ok(())
}

/// It knows nothing of hours.
async fn hours_that_the_release_before_wrote_are_made(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, owner) = (database.ingest()?, database.owner().await?);
    let hours = [hours_ago(9), hours_ago(6), hours_ago(3)];
    store(&ingest, &hours.map(|hour| invocations(hour, 1, 1))).await?;
    owner
        .batch_execute(
            "DELETE FROM firefly.statistic_hour_bucket
            WHERE hour > (SELECT min(hour) FROM firefly.statistic_hour_bucket)",
        )
        .await?;
    refresh_all(&ingest).await?;
    assert_eq!(made(&owner).await?, hours.map(|hour| (hour, 1.0)));
    assert_eq!(differences(&owner).await?, 0);
    Ok(())
}

async fn a_series_is_added_up_whatever_its_namespace(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, owner) = (database.ingest()?, database.owner().await?);
    let hour = hours_ago(7);
    let mut point = invocations(hour, 1, 3);
    point.namespace = "AWS/SQS".into();
    point.dimensions.clear();
    store(&ingest, &[point]).await?;
    refresh_all(&ingest).await?;
    assert_eq!(made(&owner).await?, [(hour, 3.0)]);
    Ok(())
}

async fn who_may_do_it(database: &TestDatabase) -> anyhow::Result<()> {
    let refused = [
        (database.read_url(), "SELECT firefly.refresh_statistic_hours(1)"),
        (database.read_url(), "DELETE FROM firefly.statistic_hour"),
        (database.ingest_url(), "DELETE FROM firefly.statistic_hour_bucket"),
        (database.ingest_url(), "UPDATE firefly.statistic_hour SET samples = 0"),
        (database.ingest_url(), "SELECT * FROM firefly.lambda_activity(now(), now())"),
    ];
    for (url, statement) in refused {
        let error = connect(&url).await?.batch_execute(statement).await.unwrap_err();
        assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{statement}: {error}");
    }
    Ok(())
}
