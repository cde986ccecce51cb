//! Who calls whom, made once for each five minutes.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use firefly_model::UnixNanos;
use firefly_model::trace::{Span, SpanBatch};
use firefly_storage::{Database, SpanWriter};
use firefly_tests::test_database::TestDatabase;
use tokio_postgres::Client;

use super::super::backends::{OURS_WAITING, until};
use super::super::patience;
use super::{SECOND_NANOS, batch_of, child_of, failed, span, write};

on_each_server!(
    calls_between_services_are_counted_once,
    a_bucket_is_made_when_it_is_over_and_again_when_spans_come_late,
    a_parent_that_comes_late_is_found,
    no_span_is_missed_that_comes_while_its_bucket_is_made,
    only_so_many_buckets_are_made_at_once,
);

const BUCKET_NANOS: u64 = 300 * SECOND_NANOS;

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// The start of the bucket that is so many before the current one.
fn bucket(before_now: u64) -> UnixNanos {
    let current = u64::try_from(now().as_nanos()).unwrap_or(u64::MAX) / BUCKET_NANOS;
    UnixNanos((current - before_now) * BUCKET_NANOS)
}

fn at(start: UnixNanos, seconds: u64, span: Span) -> Span {
    let start = start.0 + seconds * SECOND_NANOS;
    Span { start: UnixNanos(start), end: UnixNanos(start + SECOND_NANOS), ..span }
}

/// The web calls the cart, which fails, and itself.
fn call(trace: u128, start: UnixNanos) -> SpanBatch {
    batch_of([
        ("web", at(start, 1, span(trace, 1, "GET /"))),
        ("cart", at(start, 2, failed(child_of(1, span(trace, 2, "cart"))))),
        ("web", at(start, 3, child_of(1, span(trace, 3, "render")))),
    ])
}

async fn refresh(database: &Database) -> anyhow::Result<u64> {
    Ok(database.refresh_service_edges(u8::MAX, patience()).await?)
}

async fn edges(client: &Client) -> anyhow::Result<Vec<(String, String, i64, i64)>> {
    let sql = "SELECT parent, child, sum(calls)::bigint, sum(errors)::bigint FROM firefly.service_edge
        GROUP BY 1, 2 ORDER BY 1, 2";
    let rows = client.query(sql, &[]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect())
}

fn edge(parent: &str, child: &str, calls: i64, errors: i64) -> (String, String, i64, i64) {
    (parent.into(), child.into(), calls, errors)
}

async fn calls_between_services_are_counted_once(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, owner) = (database.ingest()?, database.owner().await?);
    for trace in 1..=3 {
        for _ in 0..2 {
            write(&ingest, &call(trace, bucket(10))).await?;
        }
    }
    // A bucket before, as the message waited in a queue, and a parent that nobody sent.
    let waited = batch_of([
        ("cart", at(bucket(20), 0, span(9, 1, "send"))),
        ("mail", at(bucket(10), 9, child_of(1, span(9, 2, "receive")))),
        ("mail", at(bucket(10), 9, child_of(99, span(9, 3, "receive")))),
    ]);
    write(&ingest, &waited).await?;
    assert!(refresh(&ingest).await? > 0);
    let expected = [edge("cart", "mail", 1, 0), edge("web", "cart", 3, 3)];
    assert_eq!(edges(&owner).await?, expected);
    assert_eq!(refresh(&ingest).await?, 0, "nothing has come since");
    assert_eq!(edges(&owner).await?, expected);
    Ok(())
}

async fn a_bucket_is_made_when_it_is_over_and_again_when_spans_come_late(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    let (ingest, owner) = (database.ingest()?, database.owner().await?);
    // Ahead, so that the current bucket cannot end under the test's feet.
    let ahead = UnixNanos(bucket(0).0 + BUCKET_NANOS);
    write(&ingest, &call(1, ahead)).await?;
    assert_eq!(refresh(&ingest).await?, 0);
    write(&ingest, &call(2, bucket(10))).await?;
    refresh(&ingest).await?;
    assert_eq!(edges(&owner).await?, [edge("web", "cart", 1, 1)]);
    write(&ingest, &call(3, bucket(10))).await?;
    refresh(&ingest).await?;
    assert_eq!(edges(&owner).await?, [edge("web", "cart", 2, 2)]);
    Ok(())
}

async fn a_parent_that_comes_late_is_found(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, owner) = (database.ingest()?, database.owner().await?);
    // It lasts for fifteen minutes, and its child begins ten minutes after its end.
    let parent = at(bucket(10), 0, span(1, 1, "GET /"));
    let parent = Span { end: UnixNanos(bucket(7).0), ..parent };
    write(&ingest, &batch_of([("mail", at(bucket(5), 1, child_of(1, span(1, 2, "receive"))))])).await?;
    refresh(&ingest).await?;
    assert_eq!(edges(&owner).await?, []);
    write(&ingest, &batch_of([("web", parent)])).await?;
    refresh(&ingest).await?;
    assert_eq!(edges(&owner).await?, [edge("web", "mail", 1, 0)]);
    Ok(())
}

async fn no_span_is_missed_that_comes_while_its_bucket_is_made(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    let (ingest, other, owner) = (database.ingest()?, database.ingest()?, database.owner().await?);
    write(&ingest, &call(1, bucket(10))).await?;
    // Holds up the refreshing in its middle: it has taken the bucket, and cannot yet read who did what.
    let gate = database.owner().await?;
    gate.batch_execute("BEGIN; LOCK TABLE firefly.service_edge").await?;
    let refreshed = async { refresh(&ingest).await };
    let late = call(2, bucket(10));
    let written = async {
        until(&owner, OURS_WAITING, 1).await?;
        let write = async { anyhow::Ok(write(&other, &late).await?) };
        let open_the_gate = async {
            until(&owner, OURS_WAITING, 2).await?;
            anyhow::Ok(gate.batch_execute("ROLLBACK").await?)
        };
        tokio::try_join!(write, open_the_gate)
    };
    tokio::try_join!(refreshed, written)?;
    refresh(&ingest).await?;
    assert_eq!(edges(&owner).await?, [edge("web", "cart", 2, 2)]);
    Ok(())
}

async fn only_so_many_buckets_are_made_at_once(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, owner) = (database.ingest()?, database.owner().await?);
    for before in [30, 20] {
        write(&ingest, &call(before.into(), bucket(before))).await?;
    }
    assert_eq!(ingest.refresh_service_edges(1, patience()).await?, 1);
    assert_eq!(edges(&owner).await?, [edge("web", "cart", 1, 1)]);
    refresh(&ingest).await?;
    assert_eq!(edges(&owner).await?, [edge("web", "cart", 2, 2)]);
    Ok(())
}
