//! What Prometheus' own pages ask.

use reqwest::Method;
use serde_json::json;

use super::endpoint::{Endpoint, KEY};
use super::sample::sampled;

#[tokio::test]
async fn pages_of_prometheus_find_what_there_is() {
    let database = sampled().await;
    let endpoint = Endpoint::on(&database).await;
    for (path, data) in [
        ("rules", r#"{"groups":[]}"#),
        ("rules?type=alert&match[]=up", r#"{"groups":[]}"#),
        ("alerts", r#"{"alerts":[]}"#),
        ("targets", r#"{"activeTargets":[],"droppedTargets":[],"droppedTargetCounts":{}}"#),
        ("targets?state=active", r#"{"activeTargets":[],"droppedTargets":[],"droppedTargetCounts":null}"#),
        ("targets/metadata", "[]"),
        ("scrape_pools", r#"{"scrapePools":[]}"#),
        ("alertmanagers", r#"{"activeAlertmanagers":[],"droppedAlertmanagers":[]}"#),
        ("notifications", "[]"),
        ("status/config", r#"{"yaml":""}"#),
        ("status/walreplay", r#"{"min":0,"max":0,"current":0}"#),
        (
            "status/flags",
            r#"{"enable-feature":"promql-delayed-name-removal","query.lookback-delta":"5m","query.max-concurrency":"1","query.max-samples":"5000000","query.timeout":"110s"}"#,
        ),
        (
            "format_query?query=sum(rate(foo%7Ba%3D%22b%22%7D%5B5m%5D))by(a)%3E1",
            r#""sum by (a) (rate(foo{a=\"b\"}[5m])) \u003e 1""#,
        ),
    ] {
        let answer = endpoint.get(&format!("/api/v1/{path}")).await;
        assert_eq!(answer.text, format!(r#"{{"status":"success","data":{data}}}"#), "{path}");
    }
    assert_eq!(endpoint.get("/api/v1/notifications/live").await.status, 204);

    let tsdb = endpoint.get("/api/v1/status/tsdb?limit=1").await.data();
    assert_eq!(tsdb["headStats"]["numSeries"], 5);
    assert_eq!(tsdb["seriesCountByMetricName"], json!([{"name": "requests_total", "value": 3}]));
    assert_eq!(tsdb["labelValueCountByLabelName"], json!([{"name": "__name__", "value": 3}]));
    assert_eq!(tsdb["seriesCountByLabelValuePair"].as_array().unwrap().len(), 1);

    let info = endpoint.get("/api/v1/status/runtimeinfo").await.data();
    for name in ["startTime", "serverTime", "lastConfigTime"] {
        assert!(info[name].as_str().unwrap().ends_with('Z'), "{info}");
    }
}

#[tokio::test]
async fn checks_of_health_are_answered_in_a_line() {
    let database = sampled().await;
    let endpoint = Endpoint::on(&database).await;
    for (path, text) in [("/-/healthy", "Firefly is Healthy.\n"), ("/-/ready", "Firefly is Ready.\n")] {
        let answer = endpoint.get(path).await;
        assert_eq!((answer.status, &*answer.text), (200, text));
        let head = endpoint.send(endpoint.request(Method::HEAD, path).bearer_auth(KEY)).await;
        assert_eq!((head.status, &*head.text), (200, ""));
    }
    assert!(endpoint.get("/").await.text.starts_with("Firefly"));
}
