//! Series, labels, values, metadata and exemplars.

use serde_json::json;

use super::endpoint::Endpoint;
use super::sample::sampled;

#[tokio::test]
async fn the_catalogue_is_listed() {
    let database = sampled().await;
    let endpoint = Endpoint::on(&database).await;
    for (path, parameters, data) in [
        ("/api/v1/labels", &[][..], r#"["__name__","a label","code","instance","job"]"#),
        ("/api/v1/labels", &[("match[]", "up"), ("match[]", "odd_name")], r#"["__name__","job"]"#),
        (
            "/api/v1/labels",
            &[("match[]", "up"), ("match[]", r#"{"odd.name"}"#)],
            r#"["__name__","a label","job"]"#,
        ),
        ("/api/v1/label/job/values", &[], r#"["api","web"]"#),
        ("/api/v1/label/job/values", &[("match[]", r#"requests_total{code="500"}"#)], r#"["api"]"#),
        ("/api/v1/label/__name__/values", &[("limit", "40000")], r#"["odd.name","requests_total","up"]"#),
        ("/api/v1/label/nothing/values", &[], "[]"),
        ("/api/v1/label/instance/values", &[], r#"["\u003cb\u003e\u0026","a"]"#),
        ("/api/v1/label/U__a_20_label/values", &[], r#"["x\"y\\z\n\u2028é"]"#),
        ("/api/v1/label/a%20label/values", &[], r#"["x\"y\\z\n\u2028é"]"#),
        (
            "/api/v1/series",
            &[("match[]", "up"), ("match[]", r#"requests_total{job="web"}"#), ("match[]", "up")],
            r#"[{"__name__":"requests_total","code":"200","instance":"<b>&","job":"web"},{"__name__":"up","job":"api"}]"#,
        ),
        ("/api/v1/series", &[("match[]", "nothing")], "[]"),
        ("/api/v1/series", &[("match[]", "up"), ("start", "1772442300"), ("end", "1772442000")], "[]"),
        ("/api/v1/series", &[("match[]", "up"), ("start", "1772528400")], "[]"),
        (
            "/api/v1/metadata",
            &[],
            r#"{"requests":[{"type":"counter","unit":"","help":"Requests \u003e 0."}],"up":[{"type":"gauge","unit":"","help":"Is it up?"}]}"#,
        ),
        (
            "/api/v1/metadata",
            &[("metric", "up")],
            r#"{"up":[{"type":"gauge","unit":"","help":"Is it up?"}]}"#,
        ),
        ("/api/v1/metadata", &[("metric", "nothing")], "{}"),
        ("/api/v1/metadata", &[("limit", "0")], "{}"),
        (
            "/api/v1/query_exemplars",
            &[("query", "rate(requests_total[5m]) + up"), ("start", "1772442000"), ("end", "1772442300")],
            r#"[{"seriesLabels":{"__name__":"requests_total","code":"500","instance":"a","job":"api"},"exemplars":[{"labels":{"span_id":"8448eb211c80319d","trace_id":"0af7651916cd43dd8448eb211c80319c"},"value":"0.25","timestamp":1772442010.479}]}]"#,
        ),
        (
            "/api/v1/query_exemplars",
            &[("query", "test"), ("start", "1700000000000"), ("end", "1700000360000")],
            "[]",
        ),
    ] {
        let expected = format!(r#"{{"status":"success","data":{data}}}"#);
        let answer = endpoint.ask(path, parameters).await;
        assert_eq!(answer.text, expected, "{path} {parameters:?}\n{}", endpoint.0.log());
        if matches!(path, "/api/v1/labels" | "/api/v1/series" | "/api/v1/query_exemplars") {
            assert_eq!(endpoint.post(path, parameters).await.text, expected, "{path} {parameters:?}");
        }
    }
    // As Prometheus: nothing to look for exemplars of.
    assert_eq!(endpoint.ask("/api/v1/query_exemplars", &[("query", "1")]).await.status, 204);
}

#[tokio::test]
async fn lists_are_cut_to_a_limit_with_a_warning() {
    let database = sampled().await;
    let endpoint = Endpoint::on(&database).await;
    for (path, parameters, length) in [
        ("/api/v1/labels", &[("limit", "2")][..], 5),
        ("/api/v1/label/__name__/values", &[("limit", "2")], 3),
        ("/api/v1/series", &[("match[]", "requests_total"), ("limit", "2")], 3),
    ] {
        let cut = endpoint.ask(path, parameters).await;
        assert_eq!(cut.data().as_array().unwrap().len(), 2, "{path}");
        assert_eq!(cut.warnings(), json!(["results truncated due to limit"]), "{path}");
        for limit in ["0", &length.to_string()] {
            let mut parameters = parameters.to_vec();
            parameters.retain(|(name, _)| *name != "limit");
            parameters.push(("limit", limit));
            let whole = endpoint.ask(path, &parameters).await;
            assert_eq!(whole.data().as_array().unwrap().len(), length, "{path}");
            assert!(whole.warnings().is_null(), "{path}");
        }
    }
}
