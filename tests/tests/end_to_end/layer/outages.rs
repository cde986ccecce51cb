//! A gateway that cannot be reached, and an invocation that Lambda stops.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use firefly_tests::lambda_node::{Exporter, Layer, Node};
use firefly_tests::references::free_addresses;
use futures_util::future::join_all;
use serde_json::json;

use super::gateway::Traces;
use super::hosted::Hosted;
use super::trace::{Caller, drawn, invocation, invocations, kind, string};

/// What an answer may wait for an export: `FIREFLY_FLUSH_TIMEOUT_MS` and `OTEL_BSP_EXPORT_TIMEOUT` by default.
fn bound(layer: Layer) -> Duration {
    Duration::from_millis(if layer == Layer::Single { 500 } else { 2_000 })
}

/// What else an invocation takes on a busy machine; far below the 10 and 30 s that exporters wait by themselves.
const BUSY: Duration = Duration::from_secs(3);

#[tokio::test]
async fn answers_do_not_wait_for_a_gateway_that_is_not_there() {
    let [closed, silent] = free_addresses().unwrap();
    // Connections are made, and nobody answers.
    let _listener = TcpListener::bind(silent).unwrap();
    let places = Node::ALL.into_iter().flat_map(|node| Layer::FIREFLY.map(|layer| (node, layer)));
    join_all(places.map(async |(node, layer)| {
        for gateway in [closed, silent] {
            let exporter = Exporter { url: format!("http://{gateway}"), key: "any".into() };
            let functions = [("echo", "handlers/echo.handler")];
            let hosted = Hosted::start((node, layer), &functions, &exporter, &[]).await;
            hosted.invoke("echo", &json!({})).await;
            for event in [json!({ "call": 1 }), json!({ "call": 2 })] {
                let start = Instant::now();
                let answer = hosted.invoke("echo", &event).await;
                let took = start.elapsed();
                assert_eq!(answer["event"], event, "{node:?} {layer:?}");
                assert!(took < bound(layer) + BUSY, "{node:?} {layer:?}: {took:?}\n{}", hosted.log("echo"));
            }
        }
    }))
    .await;
}

#[tokio::test]
async fn spans_of_an_invocation_that_is_stopped_arrive() {
    let traces = Traces::start().await;
    let [silent] = free_addresses().unwrap();
    let _listener = TcpListener::bind(silent).unwrap();
    let never_answers = format!("http://{silent}/");
    let places = Node::ALL.into_iter().flat_map(|node| Layer::FIREFLY.map(|layer| (node, layer)));
    join_all(places.map(async |(node, layer)| {
        let functions = [("hanging", "handlers/hanging.handler")];
        // Half of its time, as the gateway has a cold start as well.
        let more = [("NEVER_ANSWERS", never_answers.as_str()), ("FIREFLY_TIMEOUT_MARGIN_MS", "3000")];
        let hosted = Hosted::start((node, layer), &functions, &traces.exporter(), &more).await;
        let caller = Caller::new();
        let event = json!({ "headers": { "traceparent": caller.traceparent() } });
        let error = hosted.try_invoke("hanging", &event).await.unwrap_err().to_string();
        assert!(error.contains("timed out"), "{node:?} {layer:?}: {error}");
        let trace =
            traces.wait_for(&caller.trace_id, |trace| !invocations(trace, "hanging").is_empty()).await;
        let what = format!("{node:?} {layer:?}\n{}", drawn(&trace));
        let invocation = invocation(&trace, "hanging");
        let call = trace.spans.iter().find(|span| kind(span) == "client").expect(&what);
        assert_eq!(call.parent(), Some(invocation.span_id.as_str()), "{what}");
        for span in [invocation, call] {
            assert_eq!(string(span, "otel.status_code"), "ERROR", "{what}");
            assert!(string(span, "otel.status_description").starts_with("timeout"), "{what}");
        }
    }))
    .await;
}
