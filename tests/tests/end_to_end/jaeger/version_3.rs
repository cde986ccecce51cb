//! The API as Jaeger's UI uses it.

use firefly_tests::test_database::{Server, TestDatabase};
use serde_json::json;

use super::endpoint::Endpoint;
use super::sample::{start, store_sample};

const ORDER: &str = "0af7651916cd43dd8448eb211c80319c";
const TIMES: &str = "query.startTimeMin=2026-01-01T00:00:00Z&query.startTimeMax=2100-01-01T00:00:00Z";

#[tokio::test]
async fn services_operations_and_traces_have_their_shapes() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let endpoint = Endpoint::on(&database).await;
        assert_eq!(endpoint.body("/api/v3/services").await, json!({ "services": [] }));
        store_sample(&database, start()).await.unwrap();
        assert_eq!(endpoint.body("/api/v3/services").await, json!({ "services": ["pay", "shop/web"] }));
        let operations = json!({ "operations": [{ "name": "charge", "spanKind": "client" }] });
        for path in ["/api/v3/operations?service=pay", "/api/v3/operations?service=pay&spanKind=client"] {
            assert_eq!(endpoint.body(path).await, operations, "{path}");
        }
        assert_eq!(
            endpoint.body("/api/v3/operations?service=pay&span_kind=server").await,
            json!({ "operations": [] })
        );
        let trace =
            endpoint.body(&format!("/api/v3/traces/{ORDER}?startTime=2026-01-01T00:00:00+01:00")).await;
        let spans = trace["result"]["resourceSpans"].as_array().unwrap();
        assert_eq!(spans.len(), 2);
        let charge = &spans[1]["scopeSpans"][0]["spans"][0];
        assert_eq!((&charge["name"], &charge["kind"]), (&json!("charge"), &json!(3)));
        assert_eq!(
            (&charge["traceId"], &charge["parentSpanId"]),
            (&json!(ORDER), &json!("0000000000000001"))
        );
        assert_eq!(charge["status"], json!({ "code": 2, "message": "card refused" }));
        assert_eq!(endpoint.get("/api/v3/traces/abc").await.status, 404);
    }
}

#[tokio::test]
async fn a_summary_tells_what_a_list_shows() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let start = start();
    store_sample(&database, start).await.unwrap();
    let endpoint = Endpoint::on(&database).await;
    let path = format!("/api/v3/trace-summaries?{TIMES}&query.serviceName=pay");
    assert_eq!(
        endpoint.body(&path).await,
        json!({ "summaries": [{
            "traceId": ORDER,
            "rootServiceName": "shop/web",
            "rootOperationName": "POST /orders",
            "minStartTimeUnixNano": start.0.to_string(),
            "maxEndTimeUnixNano": (start.0 + 1_500_000_000).to_string(),
            "spanCount": 2,
            "errorSpanCount": 1,
            "services": [
                { "name": "pay", "spanCount": 1, "errorSpanCount": 1 },
                { "name": "shop/web", "spanCount": 1, "errorSpanCount": 0 },
            ],
        }] })
    );
    let all = endpoint.body(&format!("/api/v3/trace-summaries?{TIMES}")).await;
    assert_eq!(all["summaries"].as_array().unwrap().len(), 2, "of all services");
}
