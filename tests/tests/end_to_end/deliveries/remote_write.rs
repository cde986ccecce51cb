//! The function `remote-write`.

use firefly_tests::remote_write::{Exemplar, Protocol, Series, body};
use firefly_tests::test_database::{Server, TestDatabase};

use super::{Counted, assert_counted};
use crate::remote_write::endpoint::{Endpoint, compressed, function};
use crate::remote_write::sample::{labels, many, minute_ago, series};

const DAY_MS: i64 = 86_400_000;

#[tokio::test]
async fn samples_count_each_time_and_are_stored_once() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let endpoint = Endpoint::start(function(&database.ingest_url())).await;
        let time = minute_ago();
        let mut with_exemplar = series("with_exemplar", "a", vec![(time, 1.0)]);
        with_exemplar.exemplars = vec![Exemplar { labels: labels(&[("trace_id", "ab")]), time, value: 1.0 }];
        let good = [many("up", 30, time), vec![with_exemplar]].concat();
        let odd = vec![
            series("old", "a", vec![(time - 16 * DAY_MS, 1.0), (time, 1.0)]),
            series("up", "twice", vec![(time, 1.0), (time, 2.0)]),
        ];
        let exemplar_alone =
            vec![Series { exemplars: good[30].exemplars.clone(), ..series("requests_total", "a", vec![]) }];
        let mut expected = Counted::default();
        for (all, status, data_points, stored, set_aside) in [
            (&good, 204, 31, 31, 0),
            (&good, 204, 31, 0, 0),
            (&odd, 400, 4, 2, 1),
            (&odd, 400, 4, 0, 1),
            (&exemplar_alone, 204, 0, 0, 0),
            (&Vec::new(), 204, 0, 0, 0),
        ] {
            for protocol in Protocol::ALL {
                let answer = endpoint.write(all, protocol).await;
                assert_eq!(answer.status, status, "{answer:?}\n{}", endpoint.log());
                let bytes = compressed(&body(all, protocol)).len();
                // The second version brings what is there already.
                let stored = if protocol == Protocol::ALL[0] { stored } else { 0 };
                expected = expected.and(Counted::one(data_points, stored, set_aside, bytes));
                assert_counted(&database, "remote-write", expected).await;
            }
        }
    }
}
