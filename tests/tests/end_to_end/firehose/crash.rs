//! A database that crashes under the function.

use std::time::Duration;

use firefly_tests::firehose_sender::{Format, Outcome, RetryPolicy, undecodable_line};
use tokio_postgres::Client;

use super::endpoint::{Endpoint, function};
use super::rows::Stored;
use super::sample::{delivery, delivery_of, minute, minutes_ago};
use super::scratch_server::ScratchServer;
use crate::metric_stream::fixtures::expected;

/// Waits until the function's statement waits for a lock.
async fn until_blocked(observer: &Client) {
    let sql = "SELECT count(*) FROM pg_stat_activity
        WHERE usename = 'firefly_ingest' AND wait_event_type = 'Lock'";
    let blocked = async {
        while observer.query_one(sql, &[]).await.unwrap().get::<_, i64>(0) == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), blocked).await.expect("the statement never waited");
}

#[tokio::test]
async fn a_crash_in_the_middle_of_a_batch_leaves_all_of_it_or_nothing() {
    let server = ScratchServer::start().await.unwrap();
    let endpoint = Endpoint::start(function(&server.ingest_url())).await;
    endpoint.deliver(&delivery_of(&minute(1, minutes_ago(9), 1), Format::Json)).await;
    let before = Stored::read(&server.owner().await).await;
    let points = minute(10, minutes_ago(3), 4);
    let batch = delivery([delivery_of(&points, Format::Json).records, vec![undecodable_line()]].concat());

    for table in ["statistic_set", "series", "dead_letter"] {
        let holder = server.owner().await;
        holder.batch_execute(&format!("BEGIN; LOCK TABLE firefly.{table}")).await.unwrap();
        let sender = endpoint.sender();
        let waiting = {
            let batch = batch.clone();
            tokio::spawn(async move { sender.deliver(&batch).await })
        };
        until_blocked(&server.owner().await).await;
        server.crash().await;
        let answer = waiting.await.unwrap();
        assert_eq!(answer.status(), Some(503), "{table}: {answer:?}\n{}", endpoint.log());
        server.restart().await;
        assert_eq!(Stored::read(&server.owner().await).await, before, "half of a batch is stored: {table}");
    }

    endpoint.deliver(&batch).await;
    let after = Stored::read(&server.owner().await).await;
    assert_eq!(after.points, expected(&[minute(1, minutes_ago_of(&before), 1), points].concat()));
    assert_eq!(after.counts(), [11, 10, 1]);
    drop(endpoint);
    server.remove().await;
}

/// The time of the one point that was there before.
fn minutes_ago_of(before: &Stored) -> i64 {
    before.points[0].time_ms
}

#[tokio::test]
async fn retries_over_an_outage_leave_no_hole() {
    let server = ScratchServer::start().await.unwrap();
    let endpoint = Endpoint::start(function(&server.ingest_url())).await;
    let newest = minutes_ago(3);
    let minutes: Vec<_> = (0..40).map(|number| minute(5, newest - number * 60_000, 3)).collect();
    // Retries begin after 20 ms, and go on for two minutes.
    let policy = RetryPolicy { duration: Duration::from_secs(6_000), time_scale: 0.02 };
    let sender = endpoint.sender();
    let sending = {
        let deliveries: Vec<_> = minutes.iter().map(|points| delivery_of(points, Format::Otel10)).collect();
        tokio::spawn(async move {
            let mut most_attempts = 0;
            for delivery in &deliveries {
                match sender.deliver_with_retry(delivery, &policy).await {
                    Outcome::Delivered { attempts } => most_attempts = most_attempts.max(attempts),
                    failed => panic!("{failed:?}"),
                }
            }
            most_attempts
        })
    };
    let observer = server.owner().await;
    let sql = "SELECT count(*) FROM firefly.statistic_set";
    while observer.query_one(sql, &[]).await.unwrap().get::<_, i64>(0) < 20 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.crash().await;
    server.restart().await;
    let most_attempts = sending.await.unwrap();
    assert!(most_attempts > 1, "the outage went by unnoticed");
    assert_eq!(Stored::read(&server.owner().await).await.points, expected(&minutes.concat()));
    drop(endpoint);
    server.remove().await;
}
