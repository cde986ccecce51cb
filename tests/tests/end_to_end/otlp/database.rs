//! A database that is away or slow.

use std::time::{Duration, Instant};

use firefly_tests::test_database::{Server, TestDatabase, connect};
use prost::Message;
use tokio::net::TcpSocket;

use super::endpoint::{Answer, Endpoint, JSON, PROTOBUF, function};
use super::rows::Stored;
use super::sample::{export_of, spans};
use crate::firehose::database::forward;
use crate::firehose::locks::until_waiting;

fn assert_to_be_repeated(answer: &Answer, endpoint: &Endpoint) {
    assert_eq!((answer.status, answer.code), (503, 14), "{answer:?}\n{}", endpoint.log());
    assert_eq!(answer.headers["retry-after"], "5");
}

#[tokio::test]
async fn a_database_that_is_away_is_answered_with_503_and_the_retry_completes_the_export() {
    let database = TestDatabase::create(Server::Postgresql).await.unwrap();
    // Bound, so that nobody else takes the port, but not listening: connections are refused.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let mut url = database.ingest_url();
    url.set_port(Some(socket.local_addr().unwrap().port())).unwrap();
    let endpoint = Endpoint::start(function(&url)).await;
    let export = export_of(spans(5));
    for (content_type, body) in
        [(PROTOBUF, export.encode_to_vec()), (JSON, serde_json::to_vec(&export).unwrap())]
    {
        let answer = endpoint.send(endpoint.post(content_type).body(body)).await;
        assert_to_be_repeated(&answer, &endpoint);
        assert!(answer.message.contains("cannot connect to the database"), "{answer:?}");
    }
    let pids = endpoint.pids();
    forward(socket.listen(8).unwrap(), &database.ingest_url());
    endpoint.export(&export).await;
    assert_eq!(endpoint.pids(), pids, "the same instance recovers");
    assert_eq!(Stored::in_database(&database).await.counts(), [5, 0]);
}

#[tokio::test]
async fn a_slow_database_is_answered_with_503_in_time_and_nothing_is_half_stored() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let mut short = function(&database.ingest_url());
        short.timeout = Duration::from_secs(6);
        let endpoint = Endpoint::start(short).await;
        endpoint.export(&export_of(spans(1))).await;

        let mut holder = connect(&database.owner_url()).await.unwrap();
        let lock = holder.transaction().await.unwrap();
        lock.batch_execute("LOCK TABLE firefly.stored_span").await.unwrap();
        let export = export_of(spans(5));
        let started = Instant::now();
        let answer = endpoint.send(endpoint.post(PROTOBUF).body(export.encode_to_vec())).await;
        assert_to_be_repeated(&answer, &endpoint);
        assert!(started.elapsed() < Duration::from_secs(6), "{server:?}: {:?}", started.elapsed());
        // Nothing is left behind that would store the spans after the answer.
        until_waiting(&database.owner().await.unwrap(), 0).await;
        lock.rollback().await.unwrap();
        assert_eq!(Stored::read(&holder).await.spans.len(), 1, "{server:?}");
        endpoint.export(&export).await;
        // The first span's time differs between the two exports: it is another span.
        assert_eq!(Stored::read(&holder).await.spans.len(), 6, "{server:?}");
    }
}
