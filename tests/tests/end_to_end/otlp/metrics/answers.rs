//! What is stored, and what the exporter is told of it.

use firefly_model::STALE_MARKER;
use firefly_tests::test_database::{Server, TestDatabase, connect};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use prost::Message;
use tokio::net::TcpSocket;

use super::rows::Stored;
use super::sample::{
    CUMULATIVE, DELTA, all_kinds, export_of, gauge, histogram, metric, minute_ago, number, sum,
};
use super::{encoded, start};
use crate::firehose::database::forward;
use crate::otlp::endpoint::{Endpoint, JSON, PROTOBUF, function};
use crate::otlp::sample::{DAY, SECOND};

const ROUTE: &str = r#"{http_route="/orders"}"#;

fn expected_samples() -> Vec<(String, i64, f64)> {
    let route = |name: &str| format!("{name}{ROUTE}");
    let le = |name: &str, le: &str| format!("{name}_bucket{{le={le:?}}}");
    let info =
        r#"target_info{cloud_region="eu-west-1",faas_instance="i-1",instance="i-1",job="shop/checkout"}"#;
    let mut samples = vec![
        (route("memory_usage_bytes"), 0, 7.0),
        (route("gone_ratio"), 0, STALE_MARKER),
        (route("http_requests_total"), 0, 12.0),
        (route("invocations_total"), 0, 1.0),
        (route("invocations_total"), 1, 2.0),
        ("duration_seconds_count".to_owned(), 0, 4.0),
        ("duration_seconds_sum".to_owned(), 0, 1.5),
        (le("duration_seconds", "0.25"), 0, 1.0),
        (le("duration_seconds", "1"), 0, 3.0),
        (le("duration_seconds", "+Inf"), 0, 4.0),
        ("size_count".to_owned(), 0, 3.0),
        ("size_sum".to_owned(), 0, 5.0),
        (le("size", "0"), 0, 1.0),
        (le("size", "0.8408964152537145"), 0, 1.0),
        (le("size", "1"), 0, 2.0),
        (le("size", "1.189207115002721"), 0, 3.0),
        (le("size", "+Inf"), 0, 3.0),
        ("latency_milliseconds_count".to_owned(), 0, 2.0),
        ("latency_milliseconds_sum".to_owned(), 0, 0.75),
        (r#"latency_milliseconds{quantile="0.5"}"#.to_owned(), 0, 0.25),
        (info.to_owned(), 0, 1.0),
        (info.to_owned(), 1, 1.0),
    ];
    samples.sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
    samples
}

#[tokio::test]
async fn every_kind_is_stored_in_either_encoding_and_exporting_it_again_changes_nothing() {
    for server in Server::ALL {
        let time = minute_ago();
        let export = export_of(all_kinds(time));
        let mut all = Vec::new();
        for (content_type, body) in encoded(&export) {
            let (database, endpoint) = start(server).await;
            let answer = endpoint.send_metrics(content_type, body).await;
            assert_eq!((answer.status, &*answer.message), (200, ""), "{}", endpoint.log());
            let stored = Stored::in_database(&database, time).await;

            for (content_type, body) in encoded(&export) {
                assert_eq!(endpoint.send_metrics(content_type, body).await.status, 200);
            }
            let cold = Endpoint::start(function(&database.ingest_url())).await;
            cold.export_metrics(&export).await;
            assert_eq!(Stored::in_database(&database, time).await, stored, "{server:?}");
            all.push(stored);
        }
        assert_eq!(all[0], all[1], "{server:?}");
        let expected: Vec<_> = expected_samples()
            .into_iter()
            .map(|(name, since, value)| (name, since, value.to_bits()))
            .collect();
        assert_eq!(all[0].samples, expected, "{server:?}");
        let ids = format!(r#"{{"span_id": "{}", "trace_id": "{}"}}"#, "cd".repeat(8), "ab".repeat(16));
        assert_eq!(all[0].exemplars, [format!("duration_seconds_bucket 1 {ids} 0.3")]);
        assert_eq!(
            all[0].metadata,
            [
                "duration_seconds histogram seconds|About duration.",
                "gone_ratio gauge |About gone.",
                "http_requests_total counter |About http.requests.",
                "invocations_total unknown |About invocations.",
                "latency_milliseconds summary milliseconds|About latency.",
                "memory_usage_bytes gauge bytes|About memory.usage.",
                "size histogram |About size.",
                "target_info gauge |Target metadata",
            ]
        );
        assert_eq!(all[0].dead_letters, []);
    }
}

#[tokio::test]
async fn delta_amounts_of_several_exports_add_up() {
    let (database, endpoint) = start(Server::Postgresql).await;
    let time = minute_ago();
    for (offset, amount) in [(0, 1.0), (10, 2.0), (20, 4.0), (10, 2.0)] {
        let points = vec![number(time + offset * SECOND, amount)];
        endpoint.export_metrics(&export_of(vec![metric("calls", "", sum(DELTA, points))])).await;
    }
    let sql = "SELECT sum(value) FROM sample_point WHERE metric = 'calls_total'";
    let row = connect(&database.read_url()).await.unwrap().query_one(sql, &[]).await.unwrap();
    assert_eq!(row.get::<_, f64>(0), 7.0);
}

/// Metrics of which something cannot be stored, with what the exporter is told.
fn odd_metrics(time: u64) -> [(Metric, &'static str); 5] {
    let points = vec![number(time, 1.0), number(time - 30 * DAY, 1.0), number(0, 1.0)];
    [
        (metric("late", "", gauge(points)), "metric \"late\": a data point has the time "),
        (metric("odd", "", sum(0, vec![number(time, 1.0)])), "metric \"odd\": its temporality is neither"),
        (
            metric("wide", "", histogram(time, vec![1, 2])),
            "metric \"wide\": a histogram has 2 bucket counts and 2",
        ),
        (
            Metric { data: None, ..metric("new", "", gauge(vec![])) },
            "metric \"new\": it is neither a gauge, a sum",
        ),
        (metric("%", "", gauge(vec![number(time, 1.0)])), "metric \"%\": its name has no letter or digit"),
    ]
}

#[tokio::test]
async fn what_cannot_be_stored_is_named_and_set_aside_and_holds_nothing_back() {
    let time = minute_ago();
    let mut metrics: Vec<_> = odd_metrics(time).into_iter().map(|(metric, _)| metric).collect();
    metrics.push(metric("good", "", sum(CUMULATIVE, vec![number(time, 1.0)])));
    for (content_type, body) in encoded(&export_of(metrics)) {
        let (database, endpoint) = start(Server::Postgresql).await;
        let answer = endpoint.send_metrics(content_type, body).await;
        assert_eq!((answer.status, answer.rejected), (200, 6), "{answer:?}");
        let reasons: Vec<_> = answer.message.split("; ").collect();
        for (reason, (_, expected)) in reasons.iter().zip(odd_metrics(time)) {
            assert!(reason.starts_with(expected), "{reason}");
        }
        let stored = Stored::in_database(&database, time).await;
        let names: Vec<_> = stored.values().into_iter().map(|(name, ..)| name.to_owned()).collect();
        assert_eq!(names[..2], [format!("good_total{ROUTE}"), format!("late{ROUTE}")]);
        assert_eq!(names.len(), 3, "and target_info");
        assert_eq!(stored.dead_letters.len(), 5);
        for letter in &stored.dead_letters {
            assert!(reasons.contains(&&*letter.reason) && letter.source == "otlp", "{letter:?}");
            // Sent again, it is the same metric with the same fault, and the same letter.
            let again = endpoint.send_metrics(content_type, letter.bytes.clone()).await;
            let until_now = |reason: &str| reason.split(", before ").next().map(str::to_owned);
            assert_eq!(until_now(&again.message), until_now(&letter.reason));
        }
        let after = Stored::in_database(&database, time).await;
        assert_eq!((after.samples, after.dead_letters.len()), (stored.samples, 5));
    }
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
    let time = minute_ago();
    let export = export_of(all_kinds(time));
    for (content_type, body) in encoded(&export) {
        let answer = endpoint.send_metrics(content_type, body).await;
        assert_eq!((answer.status, answer.retry_after.as_deref()), (503, Some("5")), "{answer:?}");
    }
    forward(socket.listen(8).unwrap(), &database.ingest_url());
    endpoint.export_metrics(&export).await;
    assert_eq!(Stored::in_database(&database, time).await.samples.len(), expected_samples().len());
}

#[tokio::test]
async fn garbage_is_refused_and_nothing_needs_no_database() {
    let database = TestDatabase::create(Server::Postgresql).await.unwrap();
    let mut nowhere = database.ingest_url();
    nowhere.set_port(Some(1)).unwrap();
    let endpoint = Endpoint::start(function(&nowhere)).await;
    let empty = metric("empty", "", gauge(Vec::new()));
    for (content_type, body) in [
        (PROTOBUF, Vec::new()),
        (PROTOBUF, export_of(vec![empty]).encode_to_vec()),
        (JSON, b"{}".to_vec()),
        (JSON, serde_json::to_vec(&ExportMetricsServiceRequest::default()).unwrap()),
    ] {
        assert_eq!(endpoint.send_metrics(content_type, body).await.status, 200);
    }
    for (content_type, body) in [(PROTOBUF, &b"\x0a\xff"[..]), (JSON, b"{"), (PROTOBUF, b"{}")] {
        assert_eq!(endpoint.send_metrics(content_type, body.to_vec()).await.status, 400, "{body:?}");
    }
}
