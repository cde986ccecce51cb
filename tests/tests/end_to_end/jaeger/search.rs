//! Searches, in both versions: the same traces are found.

use firefly_tests::test_database::{Server, TestDatabase};
use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use super::endpoint::Endpoint;
use super::sample::{start, store_sample};

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

/// The names of the first spans of the traces that are found: v1, v3 and its summaries.
async fn found(endpoint: &Endpoint, search: &[(&str, &str)]) -> Vec<String> {
    let (mut v1, mut v3) = (String::new(), String::new());
    for (name, value) in search {
        let v3_name = match *name {
            "service" => "serviceName",
            "operation" => "operationName",
            "tags" => "attributes",
            "minDuration" => "durationMin",
            "maxDuration" => "durationMax",
            "limit" => "searchDepth",
            other => panic!("{other}"),
        };
        v1 += &format!("&{name}={}", encoded(value));
        v3 += &format!("&query.{v3_name}={}", encoded(value));
    }
    let body = endpoint.body(&format!("/api/traces?{}", &v1[1..])).await;
    let ids: Vec<_> = body["data"].as_array().unwrap().iter().map(|trace| id(&trace["traceID"])).collect();
    let path = |what: &str| {
        format!(
            "/api/v3/{what}?query.startTimeMin=2026-01-01T00:00:00Z&query.startTimeMax=2100-01-01T00:00:00+00:00{v3}"
        )
    };
    let (traces, summaries) =
        (endpoint.get(&path("traces")).await, endpoint.get(&path("trace-summaries")).await);
    if ids.is_empty() {
        assert_eq!((traces.status, summaries.status), (404, 404), "{search:?}");
        assert_eq!(traces.body["error"]["message"], "No traces found");
    } else {
        let mut of_v3: Vec<_> = traces.body["result"]["resourceSpans"]
            .as_array()
            .unwrap()
            .iter()
            .map(|spans| id(&spans["scopeSpans"][0]["spans"][0]["traceId"]))
            .collect();
        of_v3.dedup();
        assert_eq!(of_v3, ids, "{search:?}");
        let summarised = summaries.body["summaries"].as_array().unwrap().iter();
        assert_eq!(summarised.map(|summary| id(&summary["traceId"])).collect::<Vec<_>>(), ids, "{search:?}");
    }
    ids
}

fn id(text: &Value) -> String {
    format!("{:0>32}", text.as_str().unwrap())
}

#[tokio::test]
async fn traces_are_found_by_everything_that_they_show() {
    let (order, slow) = ("0af7651916cd43dd8448eb211c80319c", "00000000000000008448eb211c80319d");
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        store_sample(&database, start()).await.unwrap();
        let endpoint = Endpoint::on(&database).await;
        for (search, expected) in [
            (&[("service", "shop/web")][..], &[order, slow][..]),
            (&[("service", "shop/web"), ("limit", "1")], &[order]),
            (&[("service", "shop/web"), ("operation", "GET /")], &[slow]),
            (&[("service", "pay")], &[order]),
            (&[("service", "pay"), ("operation", "GET /")], &[]),
            (&[("service", "none")], &[]),
            (&[("service", "shop/web"), ("minDuration", "1.6s")], &[slow]),
            (&[("service", "shop/web"), ("minDuration", "1500ms"), ("maxDuration", "1.5s")], &[order]),
            (&[("service", "shop/web"), ("maxDuration", "1499999us")], &[]),
            (&[("service", "shop/web"), ("tags", r#"{"http.status_code":"200"}"#)], &[order]),
            (&[("service", "shop/web"), ("tags", r#"{"http.status_code":"404"}"#)], &[]),
            (&[("service", "shop/web"), ("tags", r#"{"big":"9223372036854775807"}"#)], &[order]),
            (&[("service", "shop/web"), ("tags", r#"{"items":"[\"tea\",\"cup\"]"}"#)], &[order]),
            (&[("service", "shop/web"), ("tags", r#"{"items":"[\"cup\"]"}"#)], &[]),
            (&[("service", "shop/web"), ("tags", r#"{"slow":"true"}"#)], &[slow]),
            (&[("service", "shop/web"), ("tags", r#"{"faas.instance":"i-1"}"#)], &[order]),
            (&[("service", "pay"), ("tags", r#"{"error":"true","span.kind":"client"}"#)], &[order]),
            (&[("service", "shop/web"), ("tags", r#"{"error":"true"}"#)], &[]),
            (&[("service", "pay"), ("tags", r#"{"otel.status_description":"card refused"}"#)], &[order]),
            (&[("service", "pay"), ("tags", r#"{"exception.type":"CardError"}"#)], &[order]),
            (&[("service", "pay"), ("tags", r#"{"event":"exception"}"#)], &[order]),
        ] {
            assert_eq!(found(&endpoint, search).await, expected, "{server:?} {search:?}");
        }
    }
}

#[tokio::test]
async fn only_spans_that_began_in_time_are_found() {
    let database = TestDatabase::create(Server::Postgresql).await.unwrap();
    let start = start();
    store_sample(&database, start).await.unwrap();
    let endpoint = Endpoint::on(&database).await;
    let start = start.0 / 1_000;
    for (from, to, count) in
        [(start, start, 1), (start + 1, start + 2, 0), (start - 60_000_000, start - 1, 1), (0, start, 2)]
    {
        let body = endpoint.body(&format!("/api/traces?service=shop%2Fweb&start={from}&end={to}")).await;
        assert_eq!(body["data"].as_array().unwrap().len(), count, "{from} to {to}");
    }
    assert_eq!(
        endpoint.body("/api/traces?service=shop%2Fweb&tag=slow:true").await["data"].as_array().unwrap().len(),
        1
    );
}
