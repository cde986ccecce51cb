//! Requests that nothing is stored of.

use firefly_tests::remote_write::{Protocol, body};
use firefly_tests::test_database::{Server, TestDatabase};
use reqwest::Method;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE};

use super::endpoint::{Endpoint, compressed, function};
use super::rows::Stored;
use super::sample::{everything, many, minute_ago};
use crate::deployed::{KEY, NEXT_KEY};

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
        let stored = Stored::in_database(&self.database).await;
        assert_eq!(stored.counts(), [0; 4], "{}", self.endpoint.log());
    }
}

fn good_body(protocol: Protocol) -> Vec<u8> {
    compressed(&body(&everything(minute_ago()), protocol))
}

/// A claim of 64 MiB and one byte, before as many zeros.
fn bomb() -> Vec<u8> {
    compressed(&vec![0; 64 * 1024 * 1024 + 1])
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
        ("authorization", "Basic dXNlcjp3cm9uZy1rZXktb2Ytc29tZS1sZW5ndGg="),
        ("x-firefly-key", both.as_str()),
    ] {
        for protocol in Protocol::ALL {
            for body in [good_body(protocol), bomb(), b"?".to_vec()] {
                let request = endpoint.request(protocol).header(name, value).body(body);
                let answer = endpoint.send(request).await;
                assert_eq!(answer.status, 401, "{name}: {answer:?}");
                assert_eq!(answer.headers["www-authenticate"], "Bearer");
                assert!(answer.text.contains("x-firefly-key"), "{answer:?}");
            }
        }
    }
    refusing.assert_nothing_stored().await;
}

#[tokio::test]
async fn each_key_is_good_in_each_of_its_places() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let endpoint = Endpoint::start(function(&database.ingest_url())).await;
    let good = good_body(Protocol::Two);
    for key in [KEY, NEXT_KEY] {
        for request in [
            endpoint.request(Protocol::Two).bearer_auth(key),
            endpoint.request(Protocol::Two).basic_auth("prometheus", Some(key)),
            endpoint.request(Protocol::Two).header("x-firefly-key", key),
        ] {
            assert_eq!(endpoint.send(request.body(good.clone())).await.status, 204);
        }
    }
}

#[tokio::test]
async fn other_paths_methods_and_types_are_refused_by_name() {
    let refusing = Refusing::start().await;
    let endpoint = &refusing.endpoint;
    for path in ["/", "/api/v1", "/api/v1/read", "/write", "/api/v1/write/x"] {
        let request = endpoint.to_path(Method::POST, path).bearer_auth(KEY);
        let answer = endpoint.send(request.body(good_body(Protocol::One))).await;
        assert_eq!(answer.status, 404, "{path}: {answer:?}");
        assert!(answer.text.contains("/api/v1/write"), "{answer:?}");
    }
    for method in [Method::GET, Method::PUT, Method::OPTIONS] {
        let answer = endpoint.send(endpoint.to_path(method, "/api/v1/write").bearer_auth(KEY)).await;
        assert_eq!(answer.status, 405, "{answer:?}");
        assert_eq!(answer.headers["allow"], "POST");
    }
    for (content_type, encoding) in [
        ("application/json", "snappy"),
        ("application/x-protobuf;proto=io.prometheus.write.v3.Request", "snappy"),
        ("application/x-protobuf", "gzip"),
        ("application/x-protobuf", "zstd"),
    ] {
        let request = endpoint.to_path(Method::POST, "/api/v1/write").bearer_auth(KEY);
        let request = request.header(CONTENT_TYPE, content_type).header(CONTENT_ENCODING, encoding);
        let answer = endpoint.send(request.body(good_body(Protocol::One))).await;
        assert_eq!(answer.status, 415, "{answer:?}");
    }
    refusing.assert_nothing_stored().await;
}

#[tokio::test]
async fn garbage_is_refused_as_such() {
    let refusing = Refusing::start().await;
    let endpoint = &refusing.endpoint;
    for protocol in Protocol::ALL {
        let plain = body(&everything(minute_ago()), protocol);
        let whole = compressed(&plain);
        for (body, status, part) in [
            (whole[..whole.len() - 1].to_vec(), 400, "damaged"),
            (plain.clone(), 400, "damaged"),
            (Vec::new(), 400, "damaged"),
            (compressed(&plain[..plain.len() - 1]), 400, "not a remote write in protobuf"),
            (compressed(b"{}"), 400, "not a remote write in protobuf"),
            (bomb(), 413, "more than 67108864 bytes"),
        ] {
            let answer = endpoint.send(endpoint.request(protocol).bearer_auth(KEY).body(body)).await;
            assert_eq!(answer.status, status, "{part}: {answer:?}");
            assert!(answer.text.contains(part), "{part}: {answer:?}");
            assert!(answer.written.is_none_or(|written| written == [0; 3]), "{answer:?}");
        }
    }
    let mut too_many = many("up", 1, minute_ago());
    too_many[0].samples = vec![(minute_ago(), 1.0); 500_001];
    let answer = endpoint.write(&too_many, Protocol::Two).await;
    assert_eq!(answer.status, 413, "{answer:?}");
    assert!(answer.text.contains("more than 500000 samples: lower max_samples_per_send"), "{answer:?}");
    refusing.assert_nothing_stored().await;
}
