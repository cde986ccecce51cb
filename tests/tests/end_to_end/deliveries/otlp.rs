//! The function `otlp`.

use std::collections::BTreeMap;

use firefly_tests::test_database::{Server, TestDatabase};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder};

use super::{Counted, assert_counted, counted};
use crate::deployed::KEY;
use crate::firehose::bodies::gzip;
use crate::otlp::endpoint::{Endpoint, JSON, PROTOBUF, function};
use crate::otlp::metrics::sample as metrics;
use crate::otlp::sample::{DAY, SECOND, export_of, now, span, spans};

async fn start(server: Server) -> (TestDatabase, Endpoint) {
    let database = TestDatabase::create(server).await.unwrap();
    let endpoint = Endpoint::start(function(&database.ingest_url())).await;
    (database, endpoint)
}

fn post(endpoint: &Endpoint, path: &str, content_type: &str) -> RequestBuilder {
    endpoint.to_path(Method::POST, path).bearer_auth(KEY).header(CONTENT_TYPE, content_type)
}

/// Sends a request, and asserts that it is accepted, be it in part.
async fn accept(endpoint: &Endpoint, request: RequestBuilder) {
    let (status, _, body) = endpoint.execute(request.build().unwrap()).await;
    assert_eq!(status, 200, "{}\n{}", String::from_utf8_lossy(&body), endpoint.log());
}

#[tokio::test]
async fn spans_count_each_time_and_are_stored_once() {
    for server in Server::ALL {
        let (database, endpoint) = start(server).await;
        let old = Span { start_time_unix_nano: now() - 16 * DAY, ..span(40, "old") };
        let nameless = Span { trace_id: vec![0; 16], ..span(41, "no trace") };
        let copy = span(42, "twice");
        let good = export_of(spans(30)).encode_to_vec();
        let odd = export_of(vec![old, nameless, copy.clone(), copy]).encode_to_vec();
        let mut expected = Counted::default();
        for (body, data_points, stored, set_aside) in
            [(&good, 30, 30, 0), (&odd, 4, 1, 2), (&good, 30, 0, 0), (&odd, 4, 0, 2)]
        {
            accept(&endpoint, post(&endpoint, "/v1/traces", PROTOBUF).body(body.clone())).await;
            expected = expected.and(Counted::one(data_points, stored, set_aside, body.len()));
            assert_counted(&database, "otlp spans", expected).await;
        }
        let compressed = gzip(&good);
        let request = post(&endpoint, "/v1/traces", PROTOBUF).header(CONTENT_ENCODING, "gzip");
        accept(&endpoint, request.body(compressed.clone())).await;
        let expected = expected.and(Counted::one(30, 0, 0, compressed.len()));
        assert_counted(&database, "otlp spans", expected).await;
    }
}

#[tokio::test]
async fn metrics_count_the_samples_that_they_become() {
    for server in Server::ALL {
        let (database, endpoint) = start(server).await;
        let time = metrics::minute_ago();
        let body = |of| metrics::export_of(of).encode_to_vec();
        // A histogram of three buckets is five samples, and says that its instance is there.
        let good = body(vec![metrics::metric("duration", "s", metrics::histogram(time, vec![1, 2, 1]))]);
        let number = metrics::number;
        let odd = body(vec![
            metrics::metric(
                "old",
                "1",
                metrics::gauge(vec![number(time - 16 * DAY, 1.0), number(time - 17 * DAY, 1.0)]),
            ),
            metrics::metric(
                "up",
                "1",
                metrics::gauge(vec![number(time + SECOND, 1.0), number(time + SECOND, 2.0)]),
            ),
        ]);
        let mut expected = Counted::default();
        for (body, data_points, stored, set_aside) in
            [(&good, 6, 6, 0), (&good, 6, 0, 0), (&odd, 5, 2, 1), (&odd, 5, 0, 1)]
        {
            accept(&endpoint, post(&endpoint, "/v1/metrics", PROTOBUF).body(body.clone())).await;
            expected = expected.and(Counted::one(data_points, stored, set_aside, body.len()));
            assert_counted(&database, "otlp metrics", expected).await;
        }
    }
}

#[tokio::test]
async fn exports_of_nothing_count_as_deliveries() {
    for server in Server::ALL {
        let (database, endpoint) = start(server).await;
        for path in ["/v1/traces", "/v1/metrics"] {
            accept(&endpoint, post(&endpoint, path, PROTOBUF).body(Vec::new())).await;
            accept(&endpoint, post(&endpoint, path, JSON).body("{}")).await;
        }
        let resource_alone = ExportMetricsServiceRequest::default().encode_to_vec();
        accept(&endpoint, post(&endpoint, "/v1/metrics", PROTOBUF).body(resource_alone)).await;
        let spans = Counted { deliveries: 2, bytes: 2, ..Counted::default() };
        let metrics = Counted { deliveries: 3, bytes: 2, ..Counted::default() };
        let expected = [("otlp spans", spans), ("otlp metrics", metrics)];
        let expected: BTreeMap<_, _> = expected.map(|(source, counted)| (source.to_owned(), counted)).into();
        assert_eq!(counted(&database).await, expected, "{server:?}");
    }
}

#[tokio::test]
async fn what_is_refused_counts_as_nothing() {
    let (database, endpoint) = start(Server::Postgresql).await;
    let request = post(&endpoint, "/v1/traces", PROTOBUF).body("{}");
    assert_eq!(endpoint.send(request).await.status, 400);
    let request = endpoint.request(PROTOBUF).body(export_of(spans(3)).encode_to_vec());
    assert_eq!(endpoint.send(request).await.status, 401);
    assert!(counted(&database).await.is_empty());
}
