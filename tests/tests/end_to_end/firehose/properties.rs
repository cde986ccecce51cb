//! However a stream is cut into records and deliveries, the same rows are stored.

use firefly_tests::test_database::{Server, TestDatabase};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestRunner};

use super::endpoint::{Endpoint, function};
use super::rows::Stored;
use super::sample::{delivery, minutes_ago};
use crate::metric_stream::fixtures::expected;
use crate::metric_stream::splits::{any_stream, most_complete};

const CASES: usize = 4;

#[tokio::test]
async fn any_split_order_and_repetition_of_a_stream_stores_the_same_rows() {
    let mut runner = TestRunner::new(Config::default());
    for server in Server::ALL {
        for _ in 0..CASES {
            let stream = any_stream(minutes_ago(8)).new_tree(&mut runner).unwrap().current();
            let database = TestDatabase::create(server).await.unwrap();
            let endpoint = Endpoint::start(function(&database.ingest_url())).await;
            for records in &stream.deliveries {
                endpoint.deliver(&delivery(records.clone())).await;
            }
            let stored = Stored::in_database(&database).await;
            let context = format!("{server:?}: {stream:?}");
            assert_eq!(stored.points, expected(&most_complete(&stream.points)), "{context}");
            assert!(stored.dead_letters.is_empty(), "{context}");
        }
    }
}
