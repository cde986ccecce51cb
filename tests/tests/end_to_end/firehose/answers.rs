//! What is stored, what is set aside, and what Firehose is told of it.

use firefly_tests::firehose_sender::{Format, undecodable_line, undecodable_message};
use firefly_tests::test_database::{Server, TestDatabase};

use super::endpoint::{Endpoint, function};
use super::rows::Stored;
use super::sample::{delivery, delivery_of, minute, minutes_ago};
use crate::metric_stream::fixtures::expected;

async fn start(server: Server) -> (TestDatabase, Endpoint) {
    let database = TestDatabase::create(server).await.unwrap();
    let endpoint = Endpoint::start(function(&database.ingest_url())).await;
    (database, endpoint)
}

#[tokio::test]
async fn what_is_delivered_is_stored_and_delivering_it_again_changes_nothing() {
    for server in Server::ALL {
        let (database, endpoint) = start(server).await;
        let points = minute(20, minutes_ago(3), 7);
        let first = delivery_of(&points, Format::Json);
        endpoint.deliver(&first).await;
        let stored = Stored::in_database(&database).await;
        assert_eq!(stored.points, expected(&points), "{server:?}");
        assert_eq!(stored.counts(), [20, 20, 0], "{server:?}");

        endpoint.deliver(&first).await;
        assert_eq!(Stored::in_database(&database).await, stored, "the same request id, {server:?}");
        endpoint.deliver(&delivery_of(&points, Format::Json)).await;
        assert_eq!(Stored::in_database(&database).await, stored, "a new request id, {server:?}");
        assert_eq!(endpoint.pids().len(), 1, "one instance served all, {server:?}");
    }
}

#[tokio::test]
async fn an_instance_that_knows_nothing_yet_stores_nothing_twice() {
    let (database, endpoint) = start(Server::Postgresql).await;
    let delivery = delivery_of(&minute(20, minutes_ago(3), 7), Format::Otel10);
    endpoint.deliver(&delivery).await;
    let stored = Stored::in_database(&database).await;
    let cold = Endpoint::start(function(&database.ingest_url())).await;
    cold.deliver(&delivery).await;
    assert_eq!(Stored::in_database(&database).await, stored);
}

#[tokio::test]
async fn a_poison_record_does_not_hold_back_the_good_ones() {
    for server in Server::ALL {
        let (database, endpoint) = start(server).await;
        let points = minute(6, minutes_ago(3), 2);
        let good = |format| delivery_of(&points, format).records;
        let line = undecodable_line();
        let with_poison = delivery(
            [good(Format::Json), vec![line.clone(), undecodable_message()], good(Format::Otel10)].concat(),
        );
        endpoint.deliver(&with_poison).await;
        let stored = Stored::in_database(&database).await;
        assert_eq!(stored.points, expected(&points), "{server:?}");

        let [message, set_aside] = stored.dead_letters.as_slice() else {
            panic!("{:?}", stored.dead_letters)
        };
        assert_eq!(message.bytes, undecodable_message());
        assert!(message.reason.starts_with("not an OpenTelemetry metrics message"), "{}", message.reason);
        assert_eq!(set_aside.bytes, line.trim_ascii_end());
        assert!(set_aside.reason.starts_with("not a line of a metric stream's JSON"), "{}", set_aside.reason);
        for letter in &stored.dead_letters {
            assert_eq!(letter.source, "firehose");
            assert_eq!(
                letter.source_arn.as_deref(),
                Some("arn:aws:firehose:eu-west-1:111122223333:deliverystream/shop-metrics")
            );
            assert_eq!(letter.request_id, with_poison.request_id);
            assert_eq!(usize::try_from(letter.size_bytes), Ok(letter.bytes.len()));
        }
        assert!(endpoint.log().contains("set aside"), "{}", endpoint.log());

        endpoint.deliver(&delivery(with_poison.records)).await;
        assert_eq!(Stored::in_database(&database).await, stored, "set aside once, {server:?}");
    }
}

#[tokio::test]
async fn a_delivery_of_nothing_but_poison_is_delivered() {
    let (database, endpoint) = start(Server::Timescaledb).await;
    endpoint.deliver(&delivery(vec![undecodable_line(), undecodable_message(), b"hello".to_vec()])).await;
    assert_eq!(Stored::in_database(&database).await.counts(), [0, 0, 3]);
}

#[tokio::test]
async fn a_delivery_with_too_much_poison_is_refused_as_a_whole() {
    let (database, endpoint) = start(Server::Timescaledb).await;
    let good = delivery_of(&minute(3, minutes_ago(3), 2), Format::Json).records;
    let many_lines = (0..=1_000).map(|number| format!("line {number}\n")).collect::<String>().into_bytes();
    let large = (0..5).map(|number| [&[b'x'; 900_000][..], &[number]].concat()).collect();
    for (poison, what) in [(vec![many_lines], "1000 pieces"), (large, "4096000 bytes")] {
        let too_much = delivery([good.clone(), poison].concat());
        let answer = endpoint.sender().gzip(true).deliver(&too_much).await;
        assert_eq!(answer.status(), Some(400), "{what}: {answer:?}");
        assert!(answer.reason().contains(what), "{what}: {answer:?}");
    }
    assert_eq!(Stored::in_database(&database).await.counts(), [0, 0, 0]);
}

#[tokio::test]
async fn demo_data_and_records_without_data_are_delivered_and_leave_nothing() {
    let (database, endpoint) = start(Server::Timescaledb).await;
    let demo = br#"{"TICKER_SYMBOL":"QXZ","SECTOR":"HEALTHCARE","CHANGE":-0.05,"PRICE":84.51}"#;
    let records = vec![demo.to_vec(), Vec::new(), b"\n".to_vec(), b" \r\n\r\n".to_vec(), vec![0]];
    endpoint.deliver(&delivery(records)).await;
    endpoint.deliver(&delivery(Vec::new())).await;
    endpoint.deliver(&delivery(vec![Vec::new(); 10_000])).await;
    assert_eq!(Stored::in_database(&database).await.counts(), [0, 0, 0]);
}

#[tokio::test]
async fn line_ends_of_any_kind_separate_lines() {
    let (database, endpoint) = start(Server::Timescaledb).await;
    let points = minute(5, minutes_ago(3), 2);
    let lines = String::from_utf8(delivery_of(&points, Format::Json).records.concat()).unwrap();
    let windows = lines.replace('\n', "\r\n\r\n");
    endpoint.deliver(&delivery(vec![windows.into_bytes(), lines.trim_end().as_bytes().to_vec()])).await;
    let stored = Stored::in_database(&database).await;
    assert_eq!(stored.points, expected(&points));
    assert!(stored.dead_letters.is_empty());
}

#[tokio::test]
async fn malformed_common_attributes_are_ignored() {
    let (database, endpoint) = start(Server::Timescaledb).await;
    let points = minute(1, minutes_ago(3), 2);
    let body = delivery_of(&points, Format::Json).body();
    for attributes in ["", "x", "[]", r#"{"commonAttributes":{"a":1}}"#, r#"{"commonAttributes":null}"#] {
        let request =
            endpoint.post().header("x-amz-firehose-common-attributes", attributes).body(body.clone());
        assert_eq!(endpoint.send(request, super::endpoint::REQUEST_ID).await.status, 200, "{attributes}");
    }
    assert_eq!(Stored::in_database(&database).await.points, expected(&points));
    assert!(endpoint.log().contains("common attributes are malformed"), "{}", endpoint.log());

    let labelled = endpoint.sender().common_attributes(&[("stage", "demo")]);
    assert!(labelled.deliver(&delivery_of(&points, Format::Json)).await.is_delivered());
    assert!(endpoint.log().contains(r#""stage": "demo""#), "{}", endpoint.log());
}
