//! What is said about metrics: Prometheus hears it from a target that it scrapes, Firefly by remote write.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::routing::get;
use firefly_tests::prometheus_client::{PrometheusClient, Question};
use firefly_tests::references::Prometheus;
use firefly_tests::remote_write::{Metadata, Series};
use firefly_tests::test_database::Server;
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::answers::differences;
use super::pair::Gateway;

const METRICS: &str = "\
# TYPE shop_orders counter
# HELP shop_orders Orders, of any kind: \"all\".
shop_orders_total 5
# TYPE shop_open gauge
# HELP shop_open Whether it is.
shop_open 1
# TYPE shop_wait_seconds histogram
# UNIT shop_wait_seconds seconds
# HELP shop_wait_seconds How long <people> wait & see.
shop_wait_seconds_bucket{le=\"1.0\"} 1
shop_wait_seconds_bucket{le=\"+Inf\"} 2
shop_wait_seconds_sum 3
shop_wait_seconds_count 2
# TYPE shop_basket_bytes summary
# UNIT shop_basket_bytes bytes
# HELP shop_basket_bytes Größe.
shop_basket_bytes_sum 3
shop_basket_bytes_count 2
# TYPE shop_unknown unknown
# HELP shop_unknown Nobody knows.
shop_unknown 1
# EOF
";

/// The same by remote write, of a series of each family: kinds by number.
fn described(time_ms: i64) -> Vec<Series> {
    let of = |metric_type: i32, family: &str, unit: &str, help: &str| Series {
        labels: vec![("__name__".into(), family.into())],
        samples: vec![(time_ms, 1.0)],
        metadata: Some(Metadata { metric_type, family: family.into(), help: help.into(), unit: unit.into() }),
        ..Series::default()
    };
    vec![
        of(1, "shop_orders", "", "Orders, of any kind: \"all\"."),
        of(2, "shop_open", "", "Whether it is."),
        of(3, "shop_wait_seconds", "seconds", "How long <people> wait & see."),
        of(5, "shop_basket_bytes", "bytes", "Größe."),
        of(0, "shop_unknown", "", "Nobody knows."),
    ]
}

async fn shop() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let openmetrics = [("content-type", "application/openmetrics-text; version=1.0.0; charset=utf-8")];
    let router = Router::new().route("/metrics", get(move || async move { (openmetrics, METRICS) }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

#[tokio::test]
async fn what_is_said_about_metrics_is_as_prometheus_says_it() {
    let prometheus = Prometheus::scraping(shop().await).await.unwrap();
    let gateway = Gateway::start(Server::Timescaledb).await;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    gateway.write(&described(i64::try_from(now).unwrap())).await;
    let [expected, actual] = [PrometheusClient::new(&prometheus.url()).unwrap(), gateway.client()];
    let question = || Question::new("/api/v1/metadata");
    let deadline = Instant::now() + Duration::from_secs(30);
    while expected.ask(&question()).await.unwrap().body["data"].as_object().is_none_or(|data| data.len() < 5)
    {
        assert!(Instant::now() < deadline, "nothing is scraped:\n{}", prometheus.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for question in [
        question(),
        question().with("metric", "shop_open"),
        question().with("metric", "shop_wait_seconds"),
        question().with("metric", "nothing"),
        question().with("metric", ""),
        question().with("limit_per_metric", "1"),
        question().with("limit_per_metric", "0"),
        question().with("limit", "0"),
        question().with("limit", "100"),
        question().with("limit", "x"),
        question().with("limit_per_metric", "x"),
    ] {
        let (expected, actual) =
            (expected.ask(&question).await.unwrap(), actual.ask(&question).await.unwrap());
        let found = differences(&question, &expected, &actual);
        assert!(found.is_empty(), "{question}\n{}", found.join("\n"));
    }
    // Which of them is chance.
    let two = actual.ask(&question().with("limit", "2")).await.unwrap();
    assert_eq!(two.body["data"].as_object().unwrap().len(), 2);
}
