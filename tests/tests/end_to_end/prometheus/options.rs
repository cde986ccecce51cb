//! What queries can be asked beside the query.

use serde_json::json;

use super::endpoint::Endpoint;
use super::sample::{LOOK, sampled};

#[tokio::test]
async fn results_are_cut_to_a_limit_with_a_warning() {
    let database = sampled().await;
    let endpoint = Endpoint::on(&database).await;
    let range = [("start", LOOK), ("end", LOOK), ("step", "15")];
    for (path, parameters) in [("/api/v1/query", &[("time", LOOK)][..]), ("/api/v1/query_range", &range)] {
        for (limit, length, warnings) in [
            ("1", 1, json!(["results truncated due to limit"])),
            ("3", 3, json!(null)),
            ("0", 3, json!(null)),
        ] {
            let asked = [parameters, &[("query", "requests_total"), ("limit", limit)]].concat();
            let answer = endpoint.ask(path, &asked).await;
            assert_eq!(answer.data()["result"].as_array().unwrap().len(), length, "{path} {limit}");
            assert_eq!(answer.warnings(), warnings, "{path} {limit}");
        }
    }
    let scalar = endpoint.ask("/api/v1/query", &[("query", "1"), ("limit", "1")]).await;
    assert!(scalar.warnings().is_null());
}

#[tokio::test]
async fn statistics_are_told_when_asked_for() {
    let database = sampled().await;
    let endpoint = Endpoint::on(&database).await;
    for stats in ["true", "all"] {
        let asked = [("query", "requests_total"), ("time", LOOK), ("stats", stats)];
        let answer = endpoint.ask("/api/v1/query", &asked).await;
        let (data, statistics) = (answer.data(), &answer.data()["stats"]);
        assert_eq!(data["result"].as_array().unwrap().len(), 3);
        assert_eq!(statistics["samples"]["totalQueryableSamples"], 3, "{statistics}");
        assert!(statistics["samples"]["peakSamples"].as_u64().unwrap() >= 3, "{statistics}");
        for timing in [
            "evalTotalTime",
            "resultSortTime",
            "queryPreparationTime",
            "innerEvalTime",
            "execQueueTime",
            "execTotalTime",
        ] {
            assert!(statistics["timings"][timing].is_number(), "{timing}: {statistics}");
        }
        assert!(statistics["timings"]["queryPreparationTime"].as_f64().unwrap() > 0.0);
        assert!(answer.warnings().is_null());
    }
    let answer = endpoint.ask("/api/v1/query", &[("query", "1"), ("stats", "some")]).await;
    assert!(answer.data()["stats"].is_object());
    assert!(answer.warnings()[0].as_str().unwrap().starts_with("value \"some\" for parameter \"stats\""));
    assert!(endpoint.ask("/api/v1/query", &[("query", "1")]).await.data().get("stats").is_none());
}

#[tokio::test]
async fn the_lookback_can_be_set() {
    let database = sampled().await;
    let endpoint = Endpoint::on(&database).await;
    // The last sample is of 09:29:45.
    for (time, lookback, length) in [
        ("1772443785", "", 1),
        ("1772444084", "", 1),
        ("1772444085", "", 0),
        ("1772444085", "6m", 1),
        ("1772443800", "10", 0),
        ("1772443800", "-1", 1),
    ] {
        let asked = [("query", "up"), ("time", time), ("lookback_delta", lookback)];
        let answer = endpoint.post("/api/v1/query", &asked).await;
        assert_eq!(answer.data()["result"].as_array().unwrap().len(), length, "{time} {lookback}");
    }
}
