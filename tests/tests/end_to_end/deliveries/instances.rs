//! Several instances at once.

use firefly_tests::firehose_sender::Format;
use firefly_tests::test_database::{Server, TestDatabase};
use uuid::Uuid;

use super::{Counted, assert_counted};
use crate::firehose::endpoint::{Endpoint, function};
use crate::firehose::locks::until_waiting;
use crate::firehose::sample::{delivery_of, minute, minutes_ago};

const AT_ONCE: i64 = 6;
const ROUNDS: i64 = 5;

#[tokio::test]
async fn each_counts_in_rows_of_its_own_and_nothing_is_lost() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let endpoint = Endpoint::start(function(&database.ingest_url())).await;
        let observer = database.owner().await.unwrap();
        let mut holder = database.owner().await.unwrap();
        let deliveries: Vec<_> = (0..AT_ONCE)
            .map(|number| delivery_of(&minute(10, minutes_ago(3 + number), 1), Format::Json))
            .collect();
        let bytes: usize = deliveries.iter().map(|delivery| delivery.body().len()).sum();
        for _ in 0..ROUNDS {
            // Held back until all of them are at it, each in an instance.
            let lock = holder.transaction().await.unwrap();
            lock.batch_execute("LOCK TABLE firefly.delivery_minute").await.unwrap();
            let sending: Vec<_> = deliveries
                .iter()
                .cloned()
                .map(|delivery| {
                    let sender = endpoint.sender();
                    tokio::spawn(async move { sender.deliver(&delivery).await })
                })
                .collect();
            until_waiting(&observer, AT_ONCE).await;
            lock.rollback().await.unwrap();
            for sent in sending {
                let answer = sent.await.unwrap();
                assert!(answer.is_delivered(), "{server:?}: {answer:?}\n{}", endpoint.log());
            }
        }
        let points = 10 * AT_ONCE;
        let once = Counted { deliveries: AT_ONCE, ..Counted::one(points, 0, 0, bytes) };
        let all = (1..ROUNDS).fold(Counted { stored: points, ..once }, |sum, _| sum.and(once));
        assert_counted(&database, "firehose", all).await;
        let sql = "SELECT DISTINCT instance FROM firefly.delivery_minute";
        let instances: Vec<Uuid> =
            observer.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
        assert!(instances.iter().all(|instance| instance.get_version_num() == 4), "{instances:?}");
        assert_eq!(instances.len(), endpoint.pids().len(), "{server:?}");
    }
}

#[tokio::test]
async fn none_waits_for_the_row_of_another() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let one = Endpoint::start(function(&database.ingest_url())).await;
        let other = Endpoint::start(function(&database.ingest_url())).await;
        let delivery = |minutes| delivery_of(&minute(3, minutes_ago(minutes), 1), Format::Json);
        one.deliver(&delivery(5)).await;
        let mut holder = database.owner().await.unwrap();
        let lock = holder.transaction().await.unwrap();
        let rows = lock.execute("UPDATE firefly.delivery_minute SET bytes = bytes", &[]).await.unwrap();
        assert_eq!(rows, 1);
        other.deliver(&delivery(4)).await;
        lock.rollback().await.unwrap();
        let rows: i64 = holder
            .query_one("SELECT count(DISTINCT instance) FROM firefly.delivery_minute", &[])
            .await
            .unwrap()
            .get(0);
        assert_eq!(rows, 2, "{server:?}");
    }
}
