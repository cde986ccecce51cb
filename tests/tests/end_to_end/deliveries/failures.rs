//! A database that fails: what is counted is what is stored.

use std::time::Duration;

use firefly_tests::firehose_sender::Format;
use firefly_tests::remote_write::Protocol;
use firefly_tests::test_database::{Server, TestDatabase, connect};
use prost::Message;

use super::{Counted, assert_counted, counted};
use crate::firehose::endpoint::{Endpoint, function};
use crate::firehose::locks::until_waiting;
use crate::firehose::rows::Stored;
use crate::firehose::sample::{delivery_of, minute, minutes_ago};
use crate::otlp::sample::{export_of, spans};
use crate::{otlp, remote_write};

#[tokio::test]
async fn a_delivery_that_fails_counts_nothing_and_its_repetition_once() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let mut short = function(&database.ingest_url());
        short.timeout = Duration::from_secs(6);
        let endpoint = Endpoint::start(short).await;
        let mut holder = database.owner().await.unwrap();
        let delivery = delivery_of(&minute(4, minutes_ago(3), 1), Format::Json);
        let lock = holder.transaction().await.unwrap();
        lock.batch_execute("LOCK TABLE firefly.statistic_set").await.unwrap();
        let answer = endpoint.sender().gzip(true).deliver(&delivery).await;
        assert_eq!(answer.status(), Some(503), "{answer:?}");
        until_waiting(&database.owner().await.unwrap(), 0).await;
        lock.rollback().await.unwrap();
        assert!(counted(&database).await.is_empty(), "{server:?}");
        endpoint.deliver(&delivery).await;
        let expected = Counted::one(4, 4, 0, delivery.gzip_body().unwrap().len());
        assert_counted(&database, "firehose", expected).await;
    }
}

/// Data, catalogue and dead letters are written in the transaction of the count, by each of the writers.
#[tokio::test]
async fn what_cannot_be_counted_is_not_stored() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let owner = database.owner().await.unwrap();
        owner
            .batch_execute(
                "ALTER TABLE firefly.delivery_minute ADD CONSTRAINT refused CHECK (deliveries < 1)",
            )
            .await
            .unwrap();
        let firehose = Endpoint::start(function(&database.ingest_url())).await;
        let mut delivery = delivery_of(&minute(4, minutes_ago(3), 1), Format::Json);
        delivery.records.push(b"poison\n".to_vec());
        let answer = firehose.sender().deliver(&delivery).await;
        assert_eq!(answer.status(), Some(503), "{answer:?}");
        assert!(answer.reason().contains("refused"), "{answer:?}");
        assert_eq!(Stored::read(&owner).await.counts(), [0, 0, 0], "{server:?}");

        let otlp = otlp::endpoint::Endpoint::start(otlp::endpoint::function(&database.ingest_url())).await;
        let request = otlp.post(otlp::endpoint::PROTOBUF).body(export_of(spans(3)).encode_to_vec());
        assert_eq!(otlp.send(request).await.status, 503);
        let remote_write =
            remote_write::endpoint::Endpoint::start(remote_write::endpoint::function(&database.ingest_url()))
                .await;
        let series = remote_write::sample::many("up", 3, remote_write::sample::minute_ago());
        assert_eq!(remote_write.write(&series, Protocol::Two).await.status, 503);
        let sql =
            "SELECT (SELECT count(*) FROM firefly.stored_span) + (SELECT count(*) FROM firefly.operation)
            + (SELECT count(*) FROM firefly.sample) + (SELECT count(*) FROM firefly.series)
            + (SELECT count(*) FROM firefly.delivery_minute)";
        assert_eq!(owner.query_one(sql, &[]).await.unwrap().get::<_, i64>(0), 0, "{server:?}");

        owner.batch_execute("ALTER TABLE firefly.delivery_minute DROP CONSTRAINT refused").await.unwrap();
        firehose.deliver(&delivery).await;
        assert_eq!(Stored::read(&owner).await.counts(), [4, 4, 1], "{server:?}");
        let expected = Counted::one(4, 4, 1, delivery.gzip_body().unwrap().len());
        assert_counted(&database, "firehose", expected).await;
    }
}

/// A native partition that is missing fails the first attempt, and a lost connection may.
#[tokio::test]
async fn an_attempt_that_the_function_repeats_by_itself_counts_once() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let endpoint = Endpoint::start(function(&database.ingest_url())).await;
        let day = 24 * 60;
        let points: Vec<_> = (0..5).flat_map(|days| minute(2, minutes_ago(3 + days * day), 1)).collect();
        let delivery = delivery_of(&points, Format::Json);
        endpoint.deliver(&delivery).await;
        let once = Counted::one(10, 10, 0, delivery.gzip_body().unwrap().len());
        assert_counted(&database, "firehose", once).await;

        let owner = connect(&database.owner_url()).await.unwrap();
        let sql = "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity
            WHERE datname = current_database() AND usename = 'firefly_ingest'";
        assert!(owner.query_one(sql, &[]).await.unwrap().get::<_, bool>(0));
        endpoint.deliver(&delivery).await;
        assert_counted(&database, "firehose", once.and(Counted { stored: 0, ..once })).await;
    }
}
