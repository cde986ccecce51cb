//! Answers to the byte. The expected ones are those of Prometheus 3.14 on the same samples.

use super::endpoint::Endpoint;
use super::sample::{LOOK, sampled};

/// Queries at [`LOOK`], and `data`.
const ANSWERS: &[(&str, &str)] = &[
    ("1+1", r#"{"resultType":"scalar","result":[1772442300,"2"]}"#),
    ("1e30", r#"{"resultType":"scalar","result":[1772442300,"1000000000000000000000000000000"]}"#),
    ("1e-7", r#"{"resultType":"scalar","result":[1772442300,"0.0000001"]}"#),
    ("NaN", r#"{"resultType":"scalar","result":[1772442300,"NaN"]}"#),
    (r#""<b>&\"\b""#, r#"{"resultType":"string","result":[1772442300,"\u003cb\u003e\u0026\"\b"]}"#),
    ("nothing", r#"{"resultType":"vector","result":[]}"#),
    ("vector(1e21)", r#"{"resultType":"vector","result":[{"metric":{},"value":[1772442300,"1e+21"]}]}"#),
    ("vector(-1e-7)", r#"{"resultType":"vector","result":[{"metric":{},"value":[1772442300,"-1e-07"]}]}"#),
    (
        "up",
        r#"{"resultType":"vector","result":[{"metric":{"__name__":"up","job":"api"},"value":[1772442300,"1"]}]}"#,
    ),
    (
        "sum by (job) (rate(requests_total[1m]))",
        r#"{"resultType":"vector","result":[{"metric":{"job":"web"},"value":[1772442300,"0.06666666666666665"]},{"metric":{"job":"api"},"value":[1772442300,"0.7333333333333333"]}]}"#,
    ),
    (
        r#"requests_total{job="web"}"#,
        r#"{"resultType":"vector","result":[{"metric":{"__name__":"requests_total","code":"200","instance":"<b>&","job":"web"},"value":[1772442300,"20"]}]}"#,
    ),
    (
        r#"{"odd.name"} offset 4m59s"#,
        "{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"__name__\":\"odd.name\",\"a label\":\"x\\\"y\\\\z\\n\u{2028}é\"},\"value\":[1772442300,\"0.5\"]}]}",
    ),
    (
        "up[30s]",
        r#"{"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"api"},"values":[[1772442285,"1"],[1772442300,"1"]]}]}"#,
    ),
    ("nothing[5m]", r#"{"resultType":"matrix","result":[]}"#),
];

#[tokio::test]
async fn every_kind_of_value_is_written_as_prometheus_writes_it() {
    let database = sampled().await;
    let endpoint = Endpoint::on(&database).await;
    for (query, data) in ANSWERS {
        let answer = endpoint.ask("/api/v1/query", &[("query", query), ("time", LOOK)]).await;
        assert_eq!(answer.text, format!(r#"{{"status":"success","data":{data}}}"#), "{query}");
    }
}

#[tokio::test]
async fn ranges_are_matrices_of_steps() {
    let database = sampled().await;
    let endpoint = Endpoint::on(&database).await;
    for (query, data) in [
        (
            "time()",
            r#"{"resultType":"matrix","result":[{"metric":{},"values":[[1772442300.500,"1772442300.5"],[1772442302,"1772442302"],[1772442303.500,"1772442303.5"]]}]}"#,
        ),
        ("nothing", r#"{"resultType":"matrix","result":[]}"#),
        (
            "count by (job) (requests_total) > 1",
            r#"{"resultType":"matrix","result":[{"metric":{"job":"api"},"values":[[1772442300.500,"2"],[1772442302,"2"],[1772442303.500,"2"]]}]}"#,
        ),
    ] {
        let parameters =
            [("query", query), ("start", "1772442300.5"), ("end", "1772442304"), ("step", "1.5")];
        let expected = format!(r#"{{"status":"success","data":{data}}}"#);
        assert_eq!(endpoint.ask("/api/v1/query_range", &parameters).await.text, expected, "{query}");
        assert_eq!(endpoint.post("/api/v1/query_range", &parameters).await.text, expected, "{query}");
    }
}

#[tokio::test]
async fn annotations_and_failures_name_what_they_are_about() {
    let database = sampled().await;
    let endpoint = Endpoint::on(&database).await;
    for (query, tail) in [
        (
            "rate(up[1m])",
            r#","infos":["PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \"up\" (1:6)"]}"#,
        ),
        (
            "quantile(2, up)",
            r#","warnings":["PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)"]}"#,
        ),
    ] {
        let answer = endpoint.ask("/api/v1/query", &[("query", query), ("time", LOOK)]).await;
        assert!(answer.text.ends_with(tail), "{query}: {}", answer.text);
    }
    let many = "requests_total * on(job) group_left up * on(job) requests_total";
    let answer = endpoint.ask("/api/v1/query", &[("query", many), ("time", LOOK)]).await;
    let (kind, error) = answer.error();
    assert_eq!((answer.status, &*kind), (422, "execution"));
    assert!(error.contains("found duplicate series for the match group"), "{error}");
}
