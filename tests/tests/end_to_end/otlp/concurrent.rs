//! Exports at the same time.

use std::sync::Arc;

use firefly_tests::test_database::{Server, TestDatabase};

use super::endpoint::{Endpoint, function};
use super::rows::Stored;
use super::sample::{export_of, spans};

#[tokio::test]
async fn many_instances_with_the_same_new_spans_do_not_lock_each_other_out() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let endpoint = Arc::new(Endpoint::start(function(&database.ingest_url())).await);
        let all = spans(70);
        let exporting: Vec<_> = (0..8)
            .map(|number| {
                // Overlapping, and in opposite orders.
                let mut part: Vec<_> = all.iter().skip(number * 5).take(35).cloned().collect();
                if number % 2 == 1 {
                    part.reverse();
                }
                let endpoint = Arc::clone(&endpoint);
                tokio::spawn(async move { endpoint.export(&export_of(part)).await })
            })
            .collect();
        for exported in exporting {
            exported.await.unwrap();
        }
        let stored = Stored::in_database(&database).await;
        assert_eq!(stored.counts(), [70, 0], "{server:?}");
        assert_eq!(stored.catalogue.len(), 1 + 1 + 7, "{server:?}");
        assert!(!endpoint.log().contains("not stored"), "{}", endpoint.log());
    }
}
