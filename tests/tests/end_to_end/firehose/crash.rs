//! A database that crashes under the function.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use firefly_tests::demo::{MINUTE_MS, Point};
use firefly_tests::firehose_sender::{Format, Outcome, RetryPolicy, Sender, undecodable_line};

use super::endpoint::{Endpoint, function};
use super::locks::until_waiting;
use super::rows::Stored;
use super::sample::{delivery, delivery_of, minute, minutes_ago};
use super::scratch_server::ScratchServer;
use crate::metric_stream::fixtures::expected;

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
        until_waiting(&server.owner().await, 1).await;
        server.crash().await;
        let answer = waiting.await.unwrap();
        assert_eq!(answer.status(), Some(503), "{table}: {answer:?}\n{}", endpoint.log());
        server.restart().await;
        assert_eq!(Stored::read(&server.owner().await).await, before, "half of a batch is stored: {table}");
    }

    endpoint.deliver(&batch).await;
    let after = Stored::read(&server.owner().await).await;
    assert_eq!(after.points, expected(&[minute(1, before.points[0].time_ms, 1), points].concat()));
    assert_eq!(after.counts(), [11, 10, 1]);
    drop(endpoint);
    server.remove().await;
}

#[tokio::test]
async fn retries_over_an_outage_leave_no_hole() {
    let server = ScratchServer::start().await.unwrap();
    let endpoint = Endpoint::start(function(&server.ingest_url())).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let sending = tokio::spawn(send_until(Arc::clone(&is_over), endpoint.sender()));
    let observer = server.owner().await;
    let sql = "SELECT count(*) FROM firefly.statistic_set";
    while observer.query_one(sql, &[]).await.unwrap().get::<_, i64>(0) < 20 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.crash().await;
    server.restart().await;
    is_over.store(true, Ordering::Relaxed);
    let (sent, most_attempts) = sending.await.unwrap();
    assert!(most_attempts > 1, "the outage went by unnoticed");
    assert_eq!(Stored::read(&server.owner().await).await.points, expected(&sent));
    drop(endpoint);
    server.remove().await;
}

/// Delivers minute after minute as Firehose does. Gives what was sent, and the most attempts that one delivery took.
async fn send_until(is_over: Arc<AtomicBool>, sender: Sender) -> (Vec<Point>, u32) {
    // Retries begin after 20 ms, and go on for two minutes.
    let policy = RetryPolicy { duration: Duration::from_secs(6_000), time_scale: 0.02 };
    let (mut sent, mut most_attempts) = (Vec::new(), 0);
    let newest = minutes_ago(3);
    for number in 0.. {
        let points = minute(5, newest - number * MINUTE_MS, 3);
        match sender.deliver_with_retry(&delivery_of(&points, Format::Otel10), &policy).await {
            Outcome::Delivered { attempts } => most_attempts = most_attempts.max(attempts),
            failed => panic!("{failed:?}"),
        }
        sent.extend(points);
        if is_over.load(Ordering::Relaxed) {
            break;
        }
    }
    (sent, most_attempts)
}
