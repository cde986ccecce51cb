//! Deliveries of the same minutes at the same time, and in the wrong order.

use firefly_tests::demo::MINUTE_MS;
use firefly_tests::firehose_sender::Format;
use firefly_tests::test_database::{Server, TestDatabase};

use super::endpoint::{Endpoint, function};
use super::locks::until_waiting;
use super::rows::Stored;
use super::sample::{delivery_of, minute, minutes_ago};
use crate::metric_stream::fixtures::expected;

const ROUNDS: i64 = 25;

#[tokio::test]
async fn two_copies_of_a_minute_at_once_end_with_the_more_complete_one() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let endpoint = Endpoint::start(function(&database.ingest_url())).await;
        let observer = database.owner().await.unwrap();
        let mut holder = database.owner().await.unwrap();
        let newest = minutes_ago(3);
        let mut final_points = Vec::new();
        for round in 0..ROUNDS {
            let time = newest - round * MINUTE_MS;
            let (older, newer) = (minute(40, time, 2), minute(40, time, 3));
            let reversed: Vec<_> = newer.iter().rev().cloned().collect();
            let (older, reversed) =
                (delivery_of(&older, Format::Json), delivery_of(&reversed, Format::Otel07));
            let lock = holder.transaction().await.unwrap();
            lock.batch_execute("LOCK TABLE firefly.statistic_set").await.unwrap();
            let release = async {
                until_waiting(&observer, 2).await;
                lock.rollback().await.unwrap();
            };
            tokio::join!(endpoint.deliver(&older), endpoint.deliver(&reversed), release);
            final_points.extend(newer);
        }
        assert_eq!(endpoint.pids().len(), 2, "both instances took part, {server:?}");
        assert_eq!(Stored::in_database(&database).await.points, expected(&final_points), "{server:?}");
        assert!(!endpoint.log().contains("not stored"), "{}", endpoint.log());
    }
}

#[tokio::test]
async fn many_instances_with_the_same_new_series_do_not_lock_each_other_out() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let endpoint = Endpoint::start(function(&database.ingest_url())).await;
        let time = minutes_ago(3);
        let copies: Vec<_> = (1..=8).map(|samples| minute(60, time, samples)).collect();
        let deliveries: Vec<_> = copies
            .iter()
            .enumerate()
            .map(|(number, points)| delivery_of(points, Format::ALL[number % Format::ALL.len()]))
            .collect();
        let sending: Vec<_> = deliveries
            .into_iter()
            .map(|delivery| {
                let sender = endpoint.sender();
                tokio::spawn(async move { sender.deliver(&delivery).await })
            })
            .collect();
        for sent in sending {
            let answer = sent.await.unwrap();
            assert!(answer.is_delivered(), "{server:?}: {answer:?}\n{}", endpoint.log());
        }
        let stored = Stored::in_database(&database).await;
        assert_eq!(stored.points, expected(&copies[7]), "{server:?}");
        assert_eq!(stored.counts(), [60, 60, 0], "{server:?}");
    }
}

#[tokio::test]
async fn a_late_older_copy_does_not_undo_a_newer_one() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let endpoint = Endpoint::start(function(&database.ingest_url())).await;
        let time = minutes_ago(3);
        for samples in [2, 5, 4, 1, 5] {
            endpoint.deliver(&delivery_of(&minute(10, time, samples), Format::Json)).await;
        }
        // And within one delivery, in which a row may be written only once.
        let copies: Vec<_> = [6, 8, 7].into_iter().flat_map(|samples| minute(10, time, samples)).collect();
        endpoint.deliver(&delivery_of(&copies, Format::Json)).await;
        let stored = Stored::in_database(&database).await;
        assert_eq!(stored.points, expected(&minute(10, time, 8)), "{server:?}");
    }
}
