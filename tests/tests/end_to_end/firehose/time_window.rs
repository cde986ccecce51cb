//! Data points of an impossible time: set aside, so that they can be sent again.

use firefly_tests::demo::{MINUTE_MS, Point};
use firefly_tests::firehose_sender::Format;
use firefly_tests::test_database::{Server, TestDatabase};

use super::endpoint::{Endpoint, function};
use super::rows::{DeadLetter, Stored};
use super::sample::{delivery, delivery_of, invocations, minutes_ago};
use crate::metric_stream::fixtures::{Decoded, expected};

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// One of each kind: without a time, three hours ahead, 16 days old.
fn impossible() -> [Point; 3] {
    [
        invocations("timeless", 0, 1),
        invocations("ahead", minutes_ago(-3 * HOUR), 2),
        invocations("old", minutes_ago(16 * DAY), 3),
    ]
}

fn possible() -> [Point; 3] {
    [
        invocations("now", minutes_ago(0), 4),
        invocations("soon", minutes_ago(-2 * HOUR + 5), 5),
        invocations("two weeks ago", minutes_ago(14 * DAY), 6),
    ]
}

fn with_reason<'a>(letters: &'a [DeadLetter], reason: &str) -> &'a DeadLetter {
    let mut found = letters.iter().filter(|letter| letter.reason.contains(reason));
    match (found.next(), found.next()) {
        (Some(letter), None) => letter,
        _ => panic!("not one letter that says {reason:?}: {letters:?}"),
    }
}

#[tokio::test]
async fn points_of_an_impossible_time_are_set_aside_and_the_rest_is_stored() {
    for server in Server::ALL {
        for format in Format::ALL {
            let database = TestDatabase::create(server).await.unwrap();
            let endpoint = Endpoint::start(function(&database.ingest_url())).await;
            let (impossible, possible) = (impossible(), possible());
            let points = [&impossible[..], &possible].concat();
            endpoint.deliver(&delivery_of(&points, format)).await;
            let Stored { points: stored, dead_letters, series } = Stored::in_database(&database).await;
            assert_eq!(stored, expected(&possible), "{format:?} in {server:?}");
            assert_eq!((dead_letters.len(), series.len()), (3, 3), "{format:?} in {server:?}");
            let reasons = ["has no time", "two hours ahead", "FIREFLY_MAX_AGE_DAYS"];
            for (point, reason) in impossible.iter().zip(reasons) {
                let letter = with_reason(&dead_letters, reason);
                let read_again = Decoded::of(&letter.bytes);
                assert_eq!(read_again.data_points, expected(std::slice::from_ref(point)), "{format:?}");
                assert_eq!(read_again.set_aside, 0, "{format:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_dead_letter_sent_again_as_a_record_is_stored_once_its_reason_is_gone() {
    for format in Format::ALL {
        let database = TestDatabase::create(Server::Postgresql).await.unwrap();
        let endpoint = Endpoint::start(function(&database.ingest_url())).await;
        let impossible = impossible();
        endpoint.deliver(&delivery_of(&impossible, format)).await;
        let set_aside = Stored::in_database(&database).await;
        assert_eq!(set_aside.counts(), [0, 0, 3], "{format:?}");

        let patient = function(&database.ingest_url()).env("FIREFLY_MAX_AGE_DAYS", "400");
        let patient = Endpoint::start(patient).await;
        let records = set_aside.dead_letters.iter().map(|letter| letter.bytes.clone()).collect();
        patient.deliver(&delivery(records)).await;
        let stored = Stored::in_database(&database).await;
        assert_eq!(stored.points, expected(&impossible[2..]), "{format:?}");
        assert_eq!(stored.dead_letters, set_aside.dead_letters, "kept, and once: {format:?}");
    }
}

#[tokio::test]
async fn the_oldest_time_can_be_configured() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let strict = function(&database.ingest_url()).env("FIREFLY_MAX_AGE_DAYS", "1");
    let endpoint = Endpoint::start(strict).await;
    let a_day_ago = minutes_ago(DAY);
    let points = [
        invocations("yesterday", a_day_ago + 5 * MINUTE_MS, 1),
        invocations("before", a_day_ago - 5 * MINUTE_MS, 1),
    ];
    endpoint.deliver(&delivery_of(&points, Format::Json)).await;
    let stored = Stored::in_database(&database).await;
    assert_eq!(stored.points, expected(&points[..1]));
    assert_eq!(stored.dead_letters.len(), 1);
}
