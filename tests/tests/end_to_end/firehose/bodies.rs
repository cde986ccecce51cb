//! The ways in which a function URL hands a body over: as text or in base64, plain or compressed.

use std::io::Write;

use firefly_tests::firehose_sender::Format;
use firefly_tests::test_database::{Server, TestDatabase};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::endpoint::{Endpoint, REQUEST_ID, function};
use super::rows::Stored;
use super::sample::{delivery_of, minute, minutes_ago};
use crate::metric_stream::fixtures::expected;

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn every_way_of_handing_over_a_body_is_understood() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let endpoint = Endpoint::start(function(&database.ingest_url())).await;
    let cases: [(&str, Option<&str>, bool); 9] = [
        ("application/json", None, false),
        ("application/json", None, true),
        ("application/json", Some("gzip"), true),
        ("application/json", Some("GZIP"), true),
        ("application/json", Some("identity"), false),
        ("application/octet-stream", None, false),
        ("application/octet-stream", None, true),
        ("application/octet-stream", Some("x-gzip"), true),
        ("application/json; charset=utf-8", Some(""), false),
    ];
    for (number, (content_type, encoding, compressed)) in (0_u32..).zip(cases) {
        // One sample more each time, so that what is stored shows which body was the last.
        let points = minute(4, minutes_ago(3), number + 1);
        let body = delivery_of(&points, Format::Json).body().into_bytes();
        let mut request = endpoint.post();
        if let Some(encoding) = encoding {
            request = request.header("content-encoding", encoding);
        }
        let request = request.body(if compressed { gzip(&body) } else { body }).build().unwrap();
        let request = with_content_type(request, content_type);
        let answer = endpoint.send_built(request, REQUEST_ID).await;
        assert_eq!(answer.status, 200, "{content_type} {encoding:?} {compressed}: {answer:?}");
        assert_eq!(
            Stored::in_database(&database).await.points,
            expected(&points),
            "{content_type} {encoding:?}"
        );
    }
}

fn with_content_type(mut request: reqwest::Request, content_type: &str) -> reqwest::Request {
    request.headers_mut().insert("content-type", content_type.parse().unwrap());
    request
}

#[tokio::test]
async fn several_gzip_members_are_one_body() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let endpoint = Endpoint::start(function(&database.ingest_url())).await;
    let points = minute(4, minutes_ago(3), 1);
    let body = delivery_of(&points, Format::Json).body().into_bytes();
    let (start, end) = body.split_at(body.len() / 3);
    let members = [gzip(start), gzip(b""), gzip(end)].concat();
    let request = endpoint.post().header("content-encoding", "gzip").body(members);
    assert_eq!(endpoint.send(request, REQUEST_ID).await.status, 200);
    assert_eq!(Stored::in_database(&database).await.points, expected(&points));
}

#[tokio::test]
async fn the_answer_has_the_request_id_of_the_header() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let endpoint = Endpoint::start(function(&database.ingest_url())).await;
    let delivery = delivery_of(&minute(1, minutes_ago(3), 1), Format::Json);
    assert_ne!(delivery.request_id, REQUEST_ID);
    assert_eq!(endpoint.send(endpoint.post().body(delivery.body()), REQUEST_ID).await.status, 200);
    assert_eq!(Stored::in_database(&database).await.counts(), [1, 1, 0]);
}
