//! What becomes of writes in the database, and what the sender is told.

use std::sync::Arc;

use firefly_tests::remote_write::{Exemplar, Protocol, Series, body};
use firefly_tests::test_database::{Server, TestDatabase};

use super::endpoint::{Endpoint, function};
use super::rows::Stored;
use super::sample::{STALE, everything, labels, many, minute_ago, said, series};

const DAY: i64 = 86_400_000;

async fn start(server: Server) -> (TestDatabase, Endpoint) {
    let database = TestDatabase::create(server).await.unwrap();
    let endpoint = Endpoint::start(function(&database.ingest_url())).await;
    (database, endpoint)
}

#[tokio::test]
async fn both_versions_store_the_same_and_writing_it_again_changes_nothing() {
    for server in Server::ALL {
        let (database, endpoint) = start(server).await;
        let time = minute_ago();
        let all = everything(time);
        let mut before = None;
        for protocol in Protocol::ALL {
            endpoint.store(&all, protocol).await;
            let stored = Stored::in_database(&database).await;
            assert!(before.as_ref().is_none_or(|before| *before == stored), "{before:?}\n{stored:?}");
            before = Some(stored);
        }
        let stored = before.unwrap();
        assert_eq!(stored.counts(), [10, 2, 4, 0], "{server:?}");
        let odd: Vec<_> = stored.samples.iter().filter(|(name, ..)| name == "odd{job=\"a\"}").collect();
        let expected: Vec<_> = all[0].samples.iter().map(|(time, value)| (*time, value.to_bits())).collect();
        assert_eq!(odd.iter().map(|(_, time, bits)| (*time, *bits)).collect::<Vec<_>>(), expected);
        assert_eq!(odd[5].2, STALE);
        assert!(
            stored
                .samples
                .iter()
                .any(|(name, ..)| { name == "größe.außen{job=\"a\",k8s.pod/name=\"x \\\"y\\\" ☃\"}" })
        );
        let (of, with) = &stored.exemplars[0];
        let bucket = "duration_seconds_bucket{job=\"a\",le=\"0.5\"}".to_owned();
        assert_eq!(*of, (bucket, time - 1, 0.25_f64.to_bits()));
        assert_eq!(with["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
        let metadata =
            ["duration_seconds histogram seconds|About duration_seconds.", "odd gauge |About odd."];
        assert_eq!(stored.metadata, metadata);
    }
}

#[tokio::test]
async fn the_first_sample_of_a_moment_stays_and_another_is_no_error() {
    let (database, endpoint) = start(Server::Timescaledb).await;
    let time = minute_ago();
    for protocol in Protocol::ALL {
        for value in [1.0, 2.0] {
            endpoint.store(&[series("up", "a", vec![(time, value), (time, 3.0)])], protocol).await;
        }
    }
    let stored = Stored::in_database(&database).await;
    assert_eq!(stored.samples, [("up{job=\"a\"}".to_owned(), time, 1_f64.to_bits())]);
}

#[tokio::test]
async fn what_cannot_be_stored_is_named_and_set_aside_and_the_rest_is_stored() {
    let time = minute_ago();
    let mut native = series("native", "a", vec![(time, 1.0)]);
    native.histograms = 2;
    let mut exemplar = series("exemplar", "a", vec![(time, 1.0)]);
    exemplar.exemplars = vec![Exemplar { labels: labels(&[("a", "1"), ("a", "2")]), time, value: 1.0 }];
    let nameless =
        Series { labels: labels(&[("job", "a")]), samples: vec![(time, 1.0)], ..Series::default() };
    let all = [
        series("up", "a", vec![(time, 1.0)]),
        series("old", "a", vec![(time - 16 * DAY, 1.0), (time, 2.0)]),
        native,
        exemplar,
        nameless,
    ];
    for protocol in Protocol::ALL {
        let (database, endpoint) = start(Server::Timescaledb).await;
        let answer = endpoint.write(&all, protocol).await;
        assert_eq!(answer.status, 400, "{answer:?}");
        assert_eq!(answer.written, (protocol == Protocol::Two).then_some([4, 0, 0]));
        for part in [
            "stored are 4 samples and 0 exemplars; refused is series \"old{job=a}\": a sample has the time",
            "FIREFLY_MAX_AGE_DAYS",
            "\"native{job=a}\": native histograms are not supported",
            "\"exemplar{job=a}\": in the labels of an exemplar: the label \"a\" comes twice",
            "\"{job=a}\": it has no name",
        ] {
            assert!(answer.text.contains(part), "{part}: {answer:?}");
        }
        let stored = Stored::in_database(&database).await;
        assert_eq!(stored.counts(), [4, 0, 4, 4], "{stored:?}");
        for letter in &stored.dead_letters {
            assert_eq!((letter.source.as_str(), letter.source_arn.as_deref()), ("remote-write", None));
            assert_eq!(usize::try_from(letter.size_bytes), Ok(letter.bytes.len()));
            let again = endpoint.post(protocol, &letter.bytes).await;
            assert_eq!(again.status, 400, "{again:?}");
            let reason = letter.reason.split(" has the time").next().unwrap();
            assert!(again.text.contains(reason), "{again:?}\n{letter:?}");
        }
        let after = Stored::in_database(&database).await;
        assert_eq!(after, stored, "what is set aside and sent again is set aside already");
    }
}

#[tokio::test]
async fn of_a_longer_window_an_old_sample_is_stored() {
    let database = TestDatabase::create(Server::Postgresql).await.unwrap();
    let patient = function(&database.ingest_url()).env("FIREFLY_MAX_AGE_DAYS", "20");
    let endpoint = Endpoint::start(patient).await;
    endpoint.store(&[series("old", "a", vec![(minute_ago() - 16 * DAY, 1.0)])], Protocol::Two).await;
    assert_eq!(Stored::in_database(&database).await.counts(), [1, 0, 1, 0]);
}

#[tokio::test]
async fn a_write_of_nothing_does_not_need_the_database() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let mut url = database.ingest_url();
    url.set_port(Some(1)).unwrap();
    let endpoint = Endpoint::start(function(&url)).await;
    for protocol in Protocol::ALL {
        endpoint.store(&[], protocol).await;
    }
}

#[tokio::test]
async fn metadata_may_come_alone_as_version_1_has_it() {
    let (database, endpoint) = start(Server::Timescaledb).await;
    let alone = Series { metadata: said(1, "requests", "requests"), ..Series::default() };
    let plain = body(&[alone], Protocol::One);
    // Without the empty series that came with it.
    let answer = endpoint.post(Protocol::One, &plain[2..]).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    let stored = Stored::in_database(&database).await;
    assert_eq!(stored.metadata, ["requests counter requests|About requests."]);
}

#[tokio::test]
async fn writes_at_the_same_time_all_arrive() {
    for server in Server::ALL {
        let (database, endpoint) = start(server).await;
        let (endpoint, time) = (Arc::new(endpoint), minute_ago());
        let all = many("up", 70, time);
        let writing: Vec<_> = (0..8)
            .map(|number| {
                let mut part: Vec<_> = all.iter().skip(number * 5).take(35).cloned().collect();
                let protocol = Protocol::ALL[number % 2];
                if number % 2 == 1 {
                    part.reverse();
                }
                let endpoint = Arc::clone(&endpoint);
                tokio::spawn(async move { endpoint.store(&part, protocol).await })
            })
            .collect();
        for written in writing {
            written.await.unwrap();
        }
        assert_eq!(Stored::in_database(&database).await.counts(), [70, 0, 70, 0], "{server:?}");
        assert!(!endpoint.log().contains("not stored"), "{}", endpoint.log());
    }
}
