//! Each call of Grafana's Prometheus data source, as it sends it.

use serde_json::json;

use super::endpoint::Endpoint;
use super::sample::{LOOK, sampled};

#[tokio::test]
async fn save_and_test_finds_a_prometheus() {
    let database = sampled().await;
    let endpoint = Endpoint::on(&database).await;
    let answer = endpoint.post("/api/v1/query", &[("query", "1+1"), ("time", "4")]).await;
    assert_eq!(answer.text, r#"{"status":"success","data":{"resultType":"scalar","result":[4,"2"]}}"#);
    let info = endpoint.get("/api/v1/status/buildinfo").await.data();
    assert_eq!(info["version"], "3.14.0");
    let names: Vec<_> = info.as_object().unwrap().keys().map(String::as_str).collect();
    // Anything in `features` would make it a Mimir.
    assert_eq!(names, ["branch", "buildDate", "buildUser", "goVersion", "revision", "version"]);
}

#[tokio::test]
async fn the_data_source_is_loaded() {
    let database = sampled().await;
    let endpoint = Endpoint::on(&database).await;
    assert_eq!(endpoint.get("/api/v1/rules").await.data(), json!({"groups": []}));
    let probe = "/api/v1/query_exemplars?query=test&start=1772440500000&end=1772442300000";
    assert_eq!(endpoint.get(probe).await.data(), json!([]));
}

#[tokio::test]
async fn the_editor_and_its_browser_find_names_and_values() {
    let database = sampled().await;
    let endpoint = Endpoint::on(&database).await;
    let range = [("start", "1772442000"), ("end", "1772443800"), ("limit", "40000")];
    let names = endpoint.ask("/api/v1/label/__name__/values", &range).await.data();
    assert_eq!(names, json!(["odd.name", "requests_total", "up"]));
    let labels = endpoint.post("/api/v1/labels", &[&range[..], &[("match[]", "up")]].concat()).await;
    assert_eq!(labels.data(), json!(["__name__", "job"]));
    let metadata = endpoint.get("/api/v1/metadata?limit=40000").await.data();
    assert_eq!(metadata["up"][0]["type"], "gauge");
    let series =
        endpoint.post("/api/v1/series", &[&range[..], &[("match[]", r#"{__name__!=""}"#)]].concat()).await;
    assert_eq!(series.data().as_array().unwrap().len(), 5);
    let asked = [&range[..], &[("match[]", r#"requests_total{job=~"web|nothing"}"#)]].concat();
    let values = endpoint.ask("/api/v1/label/code/values", &asked).await.data();
    assert_eq!(values, json!(["200"]));
    // Retried as GET after a POST that is not allowed.
    let post = endpoint.post("/api/v1/label/code/values", &asked).await;
    assert_eq!(post.status, 405);
    // `query_result` of a variable, and the hints of the query builder.
    assert_eq!(endpoint.query("count(up)", LOOK).await["result"][0]["value"][1], "1");
}

#[tokio::test]
async fn panels_get_ranges_and_instants() {
    let database = sampled().await;
    let endpoint = Endpoint::on(&database).await;
    let range = [
        ("query", r#"sum by(code) (increase(requests_total{job="api"}[1m]))"#),
        ("start", "1772442300"),
        ("end", "1772443200"),
        ("step", "15"),
        ("timeout", "60s"),
    ];
    let panel = endpoint.post("/api/v1/query_range", &range).await;
    let data = panel.data();
    assert_eq!(data["resultType"], "matrix");
    assert!(panel.text.starts_with(r#"{"status":"success","data":{"resultType":"matrix","result":["#));
    for (series, (code, value)) in
        data["result"].as_array().unwrap().iter().zip([("200", "40"), ("500", "4")])
    {
        assert_eq!(series["metric"], json!({"code": code}));
        let values = series["values"].as_array().unwrap();
        assert_eq!((values.len(), &values[60]), (61, &json!([1_772_443_200, value])));
    }
    let instant = endpoint
        .post("/api/v1/query", &[("query", "topk(1, requests_total)"), ("time", "1772442301.5")])
        .await;
    assert_eq!(instant.data()["result"][0]["value"], json!([1_772_442_301.5, "200"]));
}

#[tokio::test]
async fn exemplars_lead_to_their_traces() {
    let database = sampled().await;
    let endpoint = Endpoint::on(&database).await;
    let asked = [
        ("query", "rate(requests_total[1m])"),
        ("start", "1772442000"),
        ("end", "1772443800"),
        ("step", "15"),
    ];
    let exemplars = endpoint.post("/api/v1/query_exemplars", &asked).await.data();
    assert_eq!(exemplars[0]["seriesLabels"]["code"], "500");
    assert_eq!(exemplars[0]["exemplars"][0]["labels"]["trace_id"], "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(exemplars[0]["exemplars"][0]["timestamp"], 1_772_442_010.479);
}
