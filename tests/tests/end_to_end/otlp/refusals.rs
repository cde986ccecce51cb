//! Requests that nothing is stored of.

use firefly_tests::test_database::{Server, TestDatabase};
use prost::Message;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;

use super::endpoint::{Endpoint, JSON, PROTOBUF, function};
use super::rows::Stored;
use super::sample::{export_of, spans};
use crate::deployed::{KEY, NEXT_KEY};
use crate::firehose::bodies::gzip;
use crate::firehose::refusals::bomb;

/// An endpoint whose database gets nothing in these tests, which is asserted in the end.
struct Refusing {
    database: TestDatabase,
    endpoint: Endpoint,
}

impl Refusing {
    async fn start() -> Self {
        let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
        let endpoint = Endpoint::start(function(&database.ingest_url())).await;
        Self { database, endpoint }
    }

    async fn assert_nothing_stored(self) {
        assert_eq!(Stored::in_database(&self.database).await.counts(), [0, 0], "{}", self.endpoint.log());
    }
}

fn good_body() -> Vec<u8> {
    export_of(spans(3)).encode_to_vec()
}

#[tokio::test]
async fn a_missing_or_wrong_key_is_refused_before_anything_is_read() {
    let refusing = Refusing::start().await;
    let endpoint = &refusing.endpoint;
    let bearer_and_more = format!("Bearer {KEY}x");
    let both = format!("{KEY},{NEXT_KEY}");
    for (name, value) in [
        ("x-other", "nothing"),
        ("authorization", "Bearer wrong-key-of-some-length"),
        ("authorization", bearer_and_more.as_str()),
        ("authorization", "Bearer"),
        ("x-firefly-key", both.as_str()),
        ("x-firefly-key", ""),
    ] {
        for (encoding, body) in [("identity", good_body()), ("gzip", bomb()), ("br", b"?".to_vec())] {
            let request = endpoint.request(PROTOBUF).header(name, value);
            let answer = endpoint.send(request.header("content-encoding", encoding).body(body)).await;
            assert_eq!((answer.status, answer.code), (401, 16), "{name}: {answer:?}");
            assert!(answer.message.contains("x-firefly-key"), "{answer:?}");
        }
    }
    refusing.assert_nothing_stored().await;
}

#[tokio::test]
async fn each_key_is_good_in_each_of_its_places() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let endpoint = Endpoint::start(function(&database.ingest_url())).await;
    for key in [KEY, NEXT_KEY] {
        for (name, value) in [("authorization", format!("Bearer {key}")), ("x-firefly-key", key.to_owned())] {
            let request = endpoint.request(PROTOBUF).header(name, value).body(good_body());
            assert_eq!(endpoint.send(request).await.status, 200, "{name}");
        }
    }
}

#[tokio::test]
async fn other_paths_methods_and_content_types_are_refused_by_name() {
    let refusing = Refusing::start().await;
    let endpoint = &refusing.endpoint;
    for path in ["/", "/v1", "/v1/logs", "/otlp/v1/traces", "/v1/traces/x"] {
        for method in [Method::GET, Method::POST] {
            let request = endpoint.to_path(method, path).bearer_auth(KEY).header(CONTENT_TYPE, PROTOBUF);
            let answer = endpoint.send(request.body(good_body())).await;
            assert_eq!((answer.status, answer.code), (404, 5), "{path}: {answer:?}");
            assert!(answer.message.contains("/v1/traces"), "{answer:?}");
        }
    }
    for method in [Method::GET, Method::PUT, Method::OPTIONS] {
        let answer = endpoint.send(endpoint.to_path(method, "/v1/traces").bearer_auth(KEY)).await;
        assert_eq!((answer.status, answer.code), (405, 12), "{answer:?}");
        assert_eq!(answer.headers["allow"], "POST");
    }
    for content_type in ["text/plain", "application/grpc", "application/x-www-form-urlencoded"] {
        let answer = endpoint.send(endpoint.post(content_type).body(good_body())).await;
        assert_eq!((answer.status, answer.code), (415, 3), "{answer:?}");
        assert!(answer.message.contains(PROTOBUF) && answer.message.contains(JSON), "{answer:?}");
    }
    refusing.assert_nothing_stored().await;
}

#[tokio::test]
async fn garbage_is_refused_as_such() {
    let refusing = Refusing::start().await;
    let endpoint = &refusing.endpoint;
    let whole = good_body();
    let compressed = gzip(&whole);
    for (content_type, encoding, body, part) in [
        (PROTOBUF, "identity", whole[..whole.len() - 1].to_vec(), "in protobuf"),
        (PROTOBUF, "identity", b"{}".to_vec(), "in protobuf"),
        (JSON, "identity", whole.clone(), "in JSON"),
        (JSON, "identity", Vec::new(), "in JSON"),
        (JSON, "identity", br#"{"":"#.repeat(250_000), "levels deep"),
        (JSON, "identity", b"[]".to_vec(), "not an object"),
        (PROTOBUF, "gzip", compressed[..compressed.len() / 2].to_vec(), "damaged"),
        (PROTOBUF, "deflate", whole.clone(), "damaged"),
        (PROTOBUF, "zstd", whole.clone(), "damaged"),
        (PROTOBUF, "gzip", bomb(), "more than 67108864 bytes"),
        (PROTOBUF, "br", whole.clone(), "expected a body in gzip"),
        (PROTOBUF, "identity", export_of(spans(50_001)).encode_to_vec(), "more than 50000 spans"),
    ] {
        let body = if body.len() > 1_000_000 { gzip(&body) } else { body };
        let answer =
            endpoint.send(endpoint.post(content_type).header("content-encoding", encoding).body(body)).await;
        assert_eq!((answer.status, answer.code), (400, 3), "{part}: {answer:?}");
        assert!(answer.message.contains(part), "{part}: {answer:?}");
    }
    refusing.assert_nothing_stored().await;
}
