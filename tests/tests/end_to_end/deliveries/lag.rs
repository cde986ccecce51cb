//! How late what was delivered was: from the end of its newest period or span, or its newest sample, until it was stored.

use std::time::{SystemTime, UNIX_EPOCH};

use firefly_tests::demo::MINUTE_MS;
use firefly_tests::firehose_sender::Format;
use firefly_tests::remote_write::Protocol;
use firefly_tests::test_database::{Server, TestDatabase, connect};
use opentelemetry_proto::tonic::trace::v1::Span;

use super::lags;
use crate::firehose::endpoint::{Endpoint, function};
use crate::firehose::sample::{delivery, delivery_of, minute, minutes_ago};
use crate::otlp::sample::{SECOND, export_of, now, span};
use crate::remote_write::sample::series;
use crate::{otlp, remote_write};

/// Seconds since 1970. The servers' clock is that of the tests.
fn clock() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64()
}

/// Asserts that a lag lies between those of the moments before and after the delivery.
#[track_caller]
fn assert_between(lag: Option<f64>, end: f64, [before, after]: [f64; 2]) {
    let lag = lag.unwrap();
    // PostgreSQL's clock has microseconds.
    assert!(
        lag >= before - end - 1e-5 && lag <= after - end + 1e-5,
        "{lag} of {before} to {after} since {end}"
    );
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds")]
fn seconds(millis: i64) -> f64 {
    millis as f64 / 1e3
}

#[tokio::test]
async fn of_metric_streams_it_begins_at_the_end_of_the_newest_period() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let endpoint = Endpoint::start(function(&database.ingest_url())).await;
        let read = connect(&database.read_url()).await.unwrap();
        endpoint.deliver(&delivery(vec![Vec::new()])).await;
        endpoint.deliver(&delivery(vec![b"poison".to_vec()])).await;
        assert_eq!(lags(&read).await, [None, None], "{server:?}");

        let newest = minutes_ago(4);
        let points =
            [minute(2, newest - 7 * MINUTE_MS, 1), minute(2, newest, 1), minute(2, newest - MINUTE_MS, 1)];
        let before = clock();
        endpoint.deliver(&delivery_of(&points.concat(), Format::Json)).await;
        let [maximum, average] = lags(&read).await;
        let end = seconds(newest + MINUTE_MS);
        assert_between(maximum, end, [before, clock()]);
        assert_eq!(average, maximum, "those without data have none");

        let before_newer = clock();
        endpoint.deliver(&delivery_of(&minute(1, minutes_ago(2), 1), Format::Json)).await;
        let newer = [before_newer, clock()].map(|moment| moment - seconds(minutes_ago(2) + MINUTE_MS));
        let [still, both] = lags(&read).await;
        assert_eq!(still, maximum);
        let expected = newer.map(|lag| (lag + maximum.unwrap()) / 2.0);
        // A minute more if one began meanwhile.
        assert!(
            both.unwrap() >= expected[0] - 1e-5 && both.unwrap() <= expected[1] + 30.0,
            "{both:?} {expected:?}"
        );
    }
}

#[tokio::test]
async fn of_a_period_that_is_not_over_it_is_none() {
    let database = TestDatabase::create(Server::Postgresql).await.unwrap();
    let endpoint = Endpoint::start(function(&database.ingest_url())).await;
    endpoint.deliver(&delivery_of(&minute(1, minutes_ago(-30), 1), Format::Json)).await;
    let read = connect(&database.read_url()).await.unwrap();
    assert_eq!(lags(&read).await, [Some(0.0), Some(0.0)]);
}

#[tokio::test]
async fn of_spans_it_begins_when_the_last_one_ended() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let endpoint =
            otlp::endpoint::Endpoint::start(otlp::endpoint::function(&database.ingest_url())).await;
        let started = now() - 600 * SECOND;
        let lasting = |number, seconds| Span {
            start_time_unix_nano: started - number * SECOND,
            end_time_unix_nano: started - number * SECOND + seconds * SECOND,
            ..span(number, "work")
        };
        // The one that began first ended last; of one without an end its start counts.
        let unfinished = Span { end_time_unix_nano: 0, ..lasting(3, 0) };
        let before = clock();
        endpoint.export(&export_of(vec![lasting(1, 5), lasting(20, 80), lasting(2, 30), unfinished])).await;
        let [maximum, average] = lags(&connect(&database.read_url()).await.unwrap()).await;
        let end = i64::try_from(started / 1_000_000).unwrap() + 60_000;
        assert_between(maximum, seconds(end), [before, clock()]);
        assert_eq!(average, maximum, "{server:?}");
    }
}

#[tokio::test]
async fn of_samples_it_begins_at_the_newest_one() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let endpoint =
            remote_write::endpoint::Endpoint::start(remote_write::endpoint::function(&database.ingest_url()))
                .await;
        let newest = i64::try_from(now() / 1_000_000).unwrap() - 45_000;
        let all = [
            series("up", "a", vec![(newest - 60_000, 1.0), (newest, 1.0)]),
            series("up", "b", vec![(newest - 30_000, 1.0)]),
        ];
        let before = clock();
        endpoint.store(&all, Protocol::Two).await;
        let [maximum, average] = lags(&connect(&database.read_url()).await.unwrap()).await;
        assert_between(maximum, seconds(newest), [before, clock()]);
        assert_eq!(average, maximum, "{server:?}");
    }
}
