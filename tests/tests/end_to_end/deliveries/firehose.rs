//! The function `firehose`.

use firefly_tests::demo::MINUTE_MS;
use firefly_tests::firehose_sender::{Delivery, Format, undecodable_line, undecodable_message};
use firefly_tests::test_database::{Server, TestDatabase};

use super::{Counted, assert_counted, counted};
use crate::firehose::endpoint::{Endpoint, function};
use crate::firehose::sample::{delivery, delivery_of, minute, minutes_ago};

const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

fn compressed(delivery: &Delivery) -> usize {
    delivery.gzip_body().unwrap().len()
}

#[tokio::test]
async fn a_delivery_counts_each_time_and_its_rows_when_they_change() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let endpoint = Endpoint::start(function(&database.ingest_url())).await;
        let time = minutes_ago(3);
        let first = delivery_of(&minute(20, time, 2), Format::Json);
        let fuller = delivery_of(&minute(5, time, 3), Format::Otel10);
        let copies = delivery_of(
            &[minute(7, time - MINUTE_MS, 1), minute(7, time - MINUTE_MS, 2)].concat(),
            Format::Otel07,
        );
        let mut expected = Counted::default();
        for (delivery, data_points, stored) in
            [(&first, 20, 20), (&first, 20, 0), (&fuller, 5, 5), (&first, 20, 0), (&copies, 14, 7)]
        {
            endpoint.deliver(delivery).await;
            expected = expected.and(Counted::one(data_points, stored, 0, compressed(delivery)));
            assert_counted(&database, "firehose", expected).await;
        }
        let plain = endpoint.sender().deliver(&first).await;
        assert!(plain.is_delivered(), "{plain:?}");
        assert_counted(&database, "firehose", expected.and(Counted::one(20, 0, 0, first.body().len()))).await;
    }
}

#[tokio::test]
async fn deliveries_without_data_count_as_deliveries() {
    let database = TestDatabase::create(Server::Postgresql).await.unwrap();
    let endpoint = Endpoint::start(function(&database.ingest_url())).await;
    let mut expected = Counted::default();
    // As Firehose tests its destination, and demo data.
    for records in [vec![], vec![Vec::new()], vec![b"\n".to_vec(), br#"{"TICKER_SYMBOL":"QXZ"}"#.to_vec()]] {
        let delivery = delivery(records);
        endpoint.deliver(&delivery).await;
        expected = expected.and(Counted::one(0, 0, 0, compressed(&delivery)));
        assert_counted(&database, "firehose", expected).await;
    }
}

#[tokio::test]
async fn what_is_set_aside_counts_whether_it_is_new_or_not() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let endpoint = Endpoint::start(function(&database.ingest_url())).await;
        let good = delivery_of(&minute(6, minutes_ago(3), 2), Format::Json).records;
        let old = delivery_of(&minute(4, minutes_ago(3) - 30 * DAY_MS, 2), Format::Json).records;
        let poison = vec![undecodable_line(), undecodable_message()];
        let mixed = delivery([good, old, poison].concat());
        let once = Counted::one(10, 6, 6, compressed(&mixed));
        endpoint.deliver(&mixed).await;
        assert_counted(&database, "firehose", once).await;
        endpoint.deliver(&mixed).await;
        assert_counted(&database, "firehose", once.and(Counted { stored: 0, ..once })).await;
        let letters: i64 = database
            .owner()
            .await
            .unwrap()
            .query_one("SELECT count(*) FROM firefly.dead_letter", &[])
            .await
            .unwrap()
            .get(0);
        assert_eq!(letters, 6, "{server:?}");
    }
}

#[tokio::test]
async fn what_is_refused_counts_as_nothing() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let endpoint = Endpoint::start(function(&database.ingest_url())).await;
    let good = delivery_of(&minute(3, minutes_ago(3), 2), Format::Json);
    let keyless = endpoint.sender_without_key().deliver(&good).await;
    assert_eq!(keyless.status(), Some(401), "{keyless:?}");
    let lines = (0..=1_000).map(|number| format!("line {number}\n")).collect::<String>().into_bytes();
    let poisoned = endpoint.sender().deliver(&delivery([good.records, vec![lines]].concat())).await;
    assert_eq!(poisoned.status(), Some(400), "{poisoned:?}");
    assert!(counted(&database).await.is_empty());
}
