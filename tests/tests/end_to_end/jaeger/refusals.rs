//! What is not answered with what is asked for.

use firefly_tests::test_database::{Server, TestDatabase};
use reqwest::Method;
use url::Url;

use super::endpoint::{Endpoint, KEY, function};

#[tokio::test]
async fn every_mistake_has_its_status() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let endpoint = Endpoint::on(&database).await;
    let times = "query.startTimeMin=2026-01-01T00:00:00Z&query.startTimeMax=2026-01-02T00:00:00Z";
    for (path, status) in [
        ("/", 404),
        ("/search", 404),
        ("/api/", 404),
        ("/api/transform", 404),
        ("/api/v3/dependencies", 404),
        ("/api/traces", 400),
        ("/api/operations", 400),
        ("/api/v3/operations", 400),
        ("/api/traces?service=a&limit=x", 400),
        ("/api/traces?service=a&start=2026-01-01", 400),
        ("/api/traces?service=a&minDuration=2s&maxDuration=1s", 400),
        ("/api/traces?service=a&tags=%7B", 400),
        ("/api/traces?service=a&tag=b", 400),
        ("/api/traces?traceID=xyz", 400),
        ("/api/traces/xyz", 400),
        ("/api/traces/abc?start=x", 400),
        ("/api/traces/abc?raw=x", 400),
        ("/api/traces/abc", 404),
        ("/api/dependencies?lookback=1d", 400),
        ("/api/metrics/calls?service=a", 501),
        ("/api/metrics/latencies", 501),
        ("/api/v3/traces", 400),
        ("/api/v3/trace-summaries?query.startTimeMin=x", 400),
        ("/api/v3/traces/xyz", 400),
        ("/api/v3/traces/abc?startTime=1", 400),
        (&format!("/api/v3/traces?{times}&query.durationMin=1"), 400),
        (&format!("/api/v3/traces?{times}"), 404),
    ] {
        let answer = endpoint.get(path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
    }
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let request = endpoint.request(method.clone(), "/api/services").bearer_auth(KEY);
        assert_eq!(endpoint.send(request).await.status, 405, "{method}");
    }
}

#[tokio::test]
async fn without_its_database_the_function_says_so() {
    let nowhere = Url::parse("postgres://firefly_read:test-read@127.0.0.1:9/firefly").unwrap();
    let endpoint = Endpoint::start(function(&nowhere)).await;
    for path in ["/api/services", "/api/v3/services", "/api/traces?service=a", "/api/traces/abc"] {
        assert_eq!(endpoint.get(path).await.status, 503, "{path}");
    }
}

#[tokio::test]
async fn without_its_tables_the_function_says_so() {
    let database = TestDatabase::create_empty(Server::Postgresql).await.unwrap();
    let endpoint = Endpoint::on(&database).await;
    let answer = endpoint.get("/api/services").await;
    assert_eq!(answer.status, 503);
    let message = answer.body["errors"][0]["msg"].as_str().unwrap();
    assert!(message.contains("./scripts/migrate"), "{message}");
}
