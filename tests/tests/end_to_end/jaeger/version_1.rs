//! The API as Grafana uses it.

use firefly_tests::test_database::{Server, TestDatabase};
use serde_json::{Value, json};

use super::endpoint::Endpoint;
use super::sample::{start, store_sample};

const ORDER: &str = "0af7651916cd43dd8448eb211c80319c";
const SHORT: &str = "8448eb211c80319d";

async fn shop() -> (TestDatabase, Endpoint) {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    store_sample(&database, start()).await.unwrap();
    let endpoint = Endpoint::on(&database).await;
    (database, endpoint)
}

fn ids(body: &Value) -> Vec<&str> {
    body["data"].as_array().unwrap().iter().map(|trace| trace["traceID"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_empty_database_has_no_services_and_no_traces() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let endpoint = Endpoint::on(&database).await;
        let none = json!({ "data": [], "total": 0, "limit": 0, "offset": 0, "errors": null });
        for path in [
            "/api/services",
            "/api/services/a/operations",
            "/api/operations?service=a",
            "/api/traces?service=a",
            "/api/dependencies",
        ] {
            assert_eq!(endpoint.body(path).await, none, "{path}");
        }
    }
}

#[tokio::test]
async fn services_and_operations_are_listed() {
    let (_database, endpoint) = shop().await;
    let services = endpoint.body("/api/services").await;
    assert_eq!((&services["data"], &services["total"]), (&json!(["pay", "shop/web"]), &json!(2)));
    for path in ["/api/services/shop%2Fweb/operations", "/api/services/shop/web/operations"] {
        assert_eq!(endpoint.body(path).await["data"], json!(["GET /", "POST /orders"]), "{path}");
    }
    let all = endpoint.body("/api/operations?service=pay").await;
    assert_eq!(all["data"], json!([{ "name": "charge", "spanKind": "client" }]));
    for kind in ["server", "nonsense"] {
        let path = format!("/api/operations?service=pay&spanKind={kind}");
        assert_eq!(endpoint.body(&path).await["data"], json!([]));
    }
}

#[tokio::test]
async fn a_trace_is_found_by_its_id_in_every_spelling() {
    let (_database, endpoint) = shop().await;
    let by_id = endpoint.body(&format!("/api/traces/{ORDER}")).await;
    assert_eq!(ids(&by_id), [ORDER]);
    let trace = &by_id["data"][0];
    assert_eq!(trace["spans"].as_array().unwrap().len(), 2);
    assert_eq!(trace["processes"]["p1"]["serviceName"], "shop/web");
    assert_eq!(trace["processes"]["p1"]["tags"][0]["key"], "faas.instance");
    let charge = &trace["spans"][1];
    assert_eq!(charge["processID"], "p2");
    assert_eq!(
        charge["references"],
        json!([
            { "refType": "CHILD_OF", "traceID": ORDER, "spanID": "0000000000000001" },
            { "refType": "FOLLOWS_FROM", "traceID": SHORT, "spanID": "0000000000000007" },
        ])
    );
    for spelling in [
        "AF7651916CD43DD8448EB211C80319C",
        "1-0af76519-16cd43dd8448eb211c80319c",
        "0af76519-16cd-43dd-8448-eb211c80319c",
    ] {
        assert_eq!(endpoint.body(&format!("/api/traces/{spelling}")).await, by_id, "{spelling}");
    }
    assert_eq!(ids(&endpoint.body(&format!("/api/traces/{SHORT}")).await), [SHORT]);
    assert_eq!(endpoint.get("/api/traces/8448eb211c80319c").await.status, 404);
}

#[tokio::test]
async fn times_of_a_trace_are_hints_in_either_unit() {
    let (_database, endpoint) = shop().await;
    let start = start().0;
    for (unit, name) in [(1_000, "microseconds"), (1_000_000, "milliseconds")] {
        for times in [start..start + 60_000_000_000, 0..1_000_000_000] {
            let path = format!("/api/traces/{ORDER}?start={}&end={}", times.start / unit, times.end / unit);
            assert_eq!(ids(&endpoint.body(&path).await), [ORDER], "{name} {times:?}");
        }
    }
}

#[tokio::test]
async fn several_ids_come_with_what_is_missing() {
    let (_database, endpoint) = shop().await;
    let body = endpoint.body(&format!("/api/traces?traceID={SHORT}&traceID=abc&traceID={ORDER}")).await;
    assert_eq!(ids(&body), [SHORT, ORDER]);
    assert_eq!(body["errors"], json!([{ "msg": "trace not found", "traceID": "0000000000000abc" }]));
}

#[tokio::test]
async fn dependencies_are_those_of_the_time_and_the_service() {
    let (database, endpoint) = shop().await;
    let sql = "INSERT INTO firefly.service_edge (bucket, parent, child, calls, errors) VALUES
        (now() - interval '1 hour', 'shop', 'pay', 3, 1), (now() - interval '1 hour', 'pay', 'bank', 2, 0),
        (now() - interval '2 days', 'shop', 'old', 1, 0)";
    database.owner().await.unwrap().batch_execute(sql).await.unwrap();
    let edge = |parent: &str, child: &str, calls: u64| json!({ "parent": parent, "child": child, "callCount": calls });
    let all = endpoint.body("/api/dependencies").await;
    assert_eq!(all["data"], json!([edge("pay", "bank", 2), edge("shop", "pay", 3)]));
    let longer = endpoint.body("/api/dependencies?lookback=604800000&service=shop").await;
    assert_eq!(longer["data"], json!([edge("shop", "old", 1), edge("shop", "pay", 3)]));
    let past = start().0 / 1_000_000 - 7 * 86_400_000;
    assert_eq!(endpoint.body(&format!("/api/dependencies?endTs={past}")).await["data"], json!([]));
}
