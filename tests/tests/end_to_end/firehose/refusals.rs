//! Requests that nothing is stored of.

use std::io::Write;

use firefly_tests::demo::MINUTE_MS;
use firefly_tests::firehose_sender::Format;
use firefly_tests::test_database::{Server, TestDatabase};
use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::Method;

use super::bodies::gzip;
use super::endpoint::{Endpoint, KEY, NEXT_KEY, REQUEST_ID, function};
use super::rows::Stored;
use super::sample::{delivery_of, minute, minutes_ago};

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
        assert_eq!(Stored::in_database(&self.database).await.counts(), [0, 0, 0], "{}", self.endpoint.log());
    }

    /// Posts a body with the right key.
    async fn post(&self, encoding: Option<&str>, body: impl Into<reqwest::Body>) -> (u16, String) {
        let mut request = self.endpoint.post();
        if let Some(encoding) = encoding {
            request = request.header("content-encoding", encoding);
        }
        let answer = self.endpoint.send(request.body(body), REQUEST_ID).await;
        (answer.status, answer.error_message.unwrap_or_default())
    }
}

fn good_body() -> String {
    delivery_of(&minute(3, minutes_ago(3), 2), Format::Json).body()
}

/// The gzip of a gigabyte of blanks, in one member: the second million, which refers to the first, a thousand times.
pub fn bomb() -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let mut million_more = || {
        encoder.write_all(&vec![b' '; 1_000_000]).unwrap();
        encoder.flush().unwrap();
        encoder.get_ref().clone()
    };
    let (one, two) = (million_more(), million_more());
    [one.clone(), two[one.len()..].repeat(1_000)].concat()
}

#[tokio::test]
async fn a_missing_or_wrong_key_is_refused_with_401() {
    let refusing = Refusing::start().await;
    let endpoint = &refusing.endpoint;
    let delivery = delivery_of(&minute(3, minutes_ago(3), 2), Format::Json);
    let key_and_more = format!("{KEY}x");
    let both = format!("{KEY},{NEXT_KEY}");
    for key in
        [None, Some(""), Some("wrong-key-of-some-length"), Some(&KEY[1..]), Some(&key_and_more), Some(&both)]
    {
        let sender = match key {
            Some(key) => endpoint.sender_without_key().access_key(key),
            None => endpoint.sender_without_key(),
        };
        let answer = sender.deliver(&delivery).await;
        assert_eq!(answer.status(), Some(401), "{key:?}: {answer:?}");
        assert!(answer.reason().contains("X-Amz-Firehose-Access-Key"), "{answer:?}");
    }
    refusing.assert_nothing_stored().await;
}

#[tokio::test]
async fn the_key_is_checked_before_anything_is_inflated_or_read() {
    let refusing = Refusing::start().await;
    for (encoding, body) in [("gzip", bomb()), ("br", b"?".to_vec()), ("identity", b"{".to_vec())] {
        let request = refusing.endpoint.request(Method::POST).header("x-amz-firehose-request-id", REQUEST_ID);
        let request = request.header("x-amz-firehose-access-key", "wrong-key-of-some-length");
        let request = request.header("content-encoding", encoding).body(body);
        assert_eq!(refusing.endpoint.send(request, REQUEST_ID).await.status, 401, "{encoding}");
    }
    refusing.assert_nothing_stored().await;
}

#[tokio::test]
async fn both_keys_of_a_rotation_are_good() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let endpoint = Endpoint::start(function(&database.ingest_url())).await;
    let newest = minutes_ago(3);
    for (time, key) in [(newest, KEY), (newest - MINUTE_MS, NEXT_KEY)] {
        let delivery = delivery_of(&minute(3, time, 2), Format::Json);
        assert!(endpoint.sender_without_key().access_key(key).deliver(&delivery).await.is_delivered());
    }
    assert_eq!(Stored::in_database(&database).await.counts(), [6, 3, 0]);
}

#[tokio::test]
async fn what_does_not_come_from_firehose_is_refused_with_400() {
    let refusing = Refusing::start().await;
    let endpoint = &refusing.endpoint;
    let key = ("x-amz-firehose-access-key", KEY);
    let id = ("x-amz-firehose-request-id", REQUEST_ID);
    let body_id = delivery_of(&[], Format::Json);
    let cases = [
        (Method::GET, vec![], None, ""),
        (Method::GET, vec![key], None, ""),
        (Method::GET, vec![key, id], None, REQUEST_ID),
        (Method::GET, vec![id], None, REQUEST_ID),
        (Method::PUT, vec![key, id], Some(good_body()), REQUEST_ID),
        (Method::OPTIONS, vec![], None, ""),
        (Method::POST, vec![], Some(good_body()), ""),
        (Method::POST, vec![("x-amz-firehose-request-id", "")], Some(good_body()), ""),
        (Method::POST, vec![key], Some("{}".to_owned()), ""),
        (Method::POST, vec![key], Some(body_id.body()), body_id.request_id.as_str()),
    ];
    for (method, headers, body, answered_id) in cases {
        let case = format!("{method} {headers:?}");
        let mut request = endpoint.request(method);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let answer = endpoint.send(request.body(body.unwrap_or_default()), answered_id).await;
        assert_eq!(answer.status, 400, "{case}");
        assert!(answer.error_message.unwrap().starts_with("not a Firehose delivery"), "{case}");
    }
    refusing.assert_nothing_stored().await;
}

#[tokio::test]
async fn a_body_that_is_no_envelope_is_refused_with_400() {
    let refusing = Refusing::start().await;
    let too_many = vec![r#"{"data":""}"#; 10_001].join(",");
    for body in [
        String::new(),
        "{".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        r#"{"records":[]}"#.to_owned(),
        format!(r#"{{"requestId":"{REQUEST_ID}"}}"#),
        format!(r#"{{"requestId":"{REQUEST_ID}","records":[{{}}]}}"#),
        format!(r#"{{"requestId":"{REQUEST_ID}","records":{{}}}}"#),
        format!(r#"{{"requestId":"{REQUEST_ID}","records":[{too_many}]}}"#),
        good_body() + "x",
        good_body()[1..].to_owned(),
        "[".repeat(1_000_000),
    ] {
        let start = body[..body.len().min(60)].to_owned();
        let (status, message) = refusing.post(None, body).await;
        assert_eq!(status, 400, "{start}: {message}");
        assert!(message.contains("delivery") && message.len() < 300, "{start}: {message}");
    }
    refusing.assert_nothing_stored().await;
}

#[tokio::test]
async fn a_body_that_cannot_be_inflated_is_refused_with_400() {
    let refusing = Refusing::start().await;
    let whole = gzip(good_body().as_bytes());
    let members = gzip(&vec![b' '; 1_000_000]).repeat(1_000);
    for (encoding, body, part) in [
        (Some("gzip"), whole[..whole.len() / 2].to_vec(), "damaged"),
        (None, whole[..whole.len() - 1].to_vec(), "damaged"),
        (Some("gzip"), good_body().into_bytes(), "damaged"),
        (Some("gzip"), Vec::new(), "damaged"),
        (Some("gzip"), bomb(), "more than 67108864 bytes"),
        (None, members, "more than 67108864 bytes"),
        (Some("br"), whole.clone(), "expected a body in gzip"),
        (Some("gzip, gzip"), gzip(&whole), "expected a body in gzip"),
        (Some("gzip"), gzip(&whole), "not a Firehose delivery request"),
    ] {
        let (status, message) = refusing.post(encoding, body).await;
        assert_eq!(status, 400, "{encoding:?} {part}: {message}");
        assert!(message.contains(part), "{encoding:?} {part}: {message}");
    }
    refusing.assert_nothing_stored().await;
}
