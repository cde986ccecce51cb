//! A database that is away or slow.

use std::time::{Duration, Instant};

use firefly_tests::remote_write::Protocol;
use firefly_tests::test_database::{Server, TestDatabase, connect};
use tokio::net::TcpSocket;

use super::endpoint::{Answer, Endpoint, function};
use super::rows::Stored;
use super::sample::{everything, minute_ago, series};
use crate::firehose::database::forward;
use crate::firehose::locks::until_waiting;

fn assert_to_be_repeated(answer: &Answer, endpoint: &Endpoint) {
    assert_eq!(answer.status, 503, "{answer:?}\n{}", endpoint.log());
    assert_eq!(answer.headers["retry-after"], "5");
    assert!(answer.written.is_none_or(|written| written == [0; 3]), "{answer:?}");
}

#[tokio::test]
async fn a_database_that_is_away_is_answered_with_503_and_the_retry_completes_the_write() {
    let database = TestDatabase::create(Server::Postgresql).await.unwrap();
    // Bound, so that nobody else takes the port, but not listening: connections are refused.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let mut url = database.ingest_url();
    url.set_port(Some(socket.local_addr().unwrap().port())).unwrap();
    let endpoint = Endpoint::start(function(&url)).await;
    let all = everything(minute_ago());
    for protocol in Protocol::ALL {
        let answer = endpoint.write(&all, protocol).await;
        assert_to_be_repeated(&answer, &endpoint);
        assert!(answer.text.contains("cannot connect to the database"), "{answer:?}");
    }
    let pids = endpoint.pids();
    forward(socket.listen(8).unwrap(), &database.ingest_url());
    endpoint.store(&all, Protocol::Two).await;
    assert_eq!(endpoint.pids(), pids, "the same instance recovers");
    assert_eq!(Stored::in_database(&database).await.counts(), [10, 2, 4, 0]);
}

#[tokio::test]
async fn a_slow_database_is_answered_with_503_in_time_and_nothing_is_half_stored() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let mut short = function(&database.ingest_url());
        short.timeout = Duration::from_secs(6);
        let endpoint = Endpoint::start(short).await;
        let time = minute_ago();
        endpoint.store(&[series("before", "a", vec![(time, 1.0)])], Protocol::One).await;

        let mut holder = connect(&database.owner_url()).await.unwrap();
        let lock = holder.transaction().await.unwrap();
        lock.batch_execute("LOCK TABLE firefly.sample").await.unwrap();
        let started = Instant::now();
        let answer = endpoint.write(&everything(time), Protocol::Two).await;
        assert_to_be_repeated(&answer, &endpoint);
        assert!(started.elapsed() < Duration::from_secs(6), "{server:?}: {:?}", started.elapsed());
        // Nothing is left behind that would store the samples after the answer.
        until_waiting(&database.owner().await.unwrap(), 0).await;
        lock.rollback().await.unwrap();
        assert_eq!(Stored::read(&holder).await.counts(), [1, 0, 1, 0], "{server:?}");
        endpoint.store(&everything(time), Protocol::Two).await;
        assert_eq!(Stored::read(&holder).await.counts(), [11, 2, 5, 0], "{server:?}");
    }
}
