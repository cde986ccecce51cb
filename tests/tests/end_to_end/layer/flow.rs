//! One request through six functions: function URL → `api` → Invoke of `stock`, and → SQS → `orders` → EventBridge →
//! `billing` → SNS → `receipts` → Kinesis → `ledger`.

use firefly_tests::jaeger_client::JaegerTrace;
use firefly_tests::lambda_node::{Layer, Node, Runtime, Shop};
use serde_json::json;

use super::gateway::Traces;
use super::trace::{Caller, drawn, invocation, invocations, kind, parent, string};

/// A function, the one that called it, the operation that did, where the context was found, and the trigger.
const HOPS: [(&str, &str, &str, &str, &str); 5] = [
    ("stock", "api", "Invoke", "lambda.client_context", ""),
    ("orders", "api", "SendMessage", "sqs.message_attributes", "pubsub"),
    ("billing", "orders", "PutEvents", "eventbridge.detail", "pubsub"),
    ("receipts", "billing", "Publish", "sns.message_attributes", "pubsub"),
    ("ledger", "receipts", "PutRecord", "kinesis.data.payload", "pubsub"),
];

async fn one_trace_over_every_hop(node: Node, layer: Layer) {
    let traces = Traces::start().await;
    let runtime = Runtime::create(node, layer).unwrap();
    let shop = Shop::open(runtime, &traces.exporter(), &[]).await.unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    // The second one publishes in another way, which the instrumentations leave out.
    for (is_cold, publish) in [(true, "Publish"), (false, "PublishBatch")] {
        let caller = Caller::new();
        let order = json!({ "id": 1, "article": "lamp", "batch": publish == "PublishBatch" });
        let request = client
            .post(shop.host().url("api"))
            .header("traceparent", caller.traceparent())
            .header("content-type", "application/json")
            .body(order.to_string());
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let body = answer.text().await.unwrap();
        assert_eq!((status, body.as_str()), (202, r#"{"left":7}"#), "{}", shop.log());
        // Each function exports by itself, and not always before the next one does.
        let is_whole = |trace: &JaegerTrace| {
            HOPS.iter().all(|(function, ..)| !invocations(trace, function).is_empty())
                && !invocations(trace, "api").is_empty()
        };
        let trace = traces.try_wait_for(&caller.trace_id, is_whole).await;
        let trace = trace.unwrap_or_else(|so_far| panic!("{so_far}\n{}", shop.log()));
        assert_hops(&trace, &caller, is_cold, publish);
    }
}

fn assert_hops(trace: &JaegerTrace, caller: &Caller, is_cold: bool, publish: &str) {
    let api = invocation(trace, "api");
    assert_eq!(api.parent(), Some(caller.span_id.as_str()), "{}", drawn(trace));
    assert_eq!(string(api, "firefly.context.source"), "http.headers", "{}", drawn(trace));
    assert_eq!(string(api, "faas.trigger"), "http", "{}", drawn(trace));
    for (function, from, operation, source, trigger) in HOPS {
        let operation = if operation == "Publish" { publish } else { operation };
        let span = invocation(trace, function);
        let call = parent(trace, span);
        let what = format!("{function}\n{}", drawn(trace));
        assert_eq!(trace.service(call), from, "{what}");
        assert_eq!(string(call, "rpc.method"), operation, "{what}");
        assert!(["client", "producer"].contains(&kind(call)), "{what}");
        assert_eq!(parent(trace, call).span_id, invocation(trace, from).span_id, "{what}");
        assert_eq!(string(span, "firefly.context.source"), source, "{what}");
        assert_eq!(string(span, "faas.trigger"), trigger, "{what}");
        assert_eq!(string(span, "cloud.account.id"), "000000000000", "{what}");
        assert!(string(span, "cloud.resource_id").ends_with(&format!(":function:{function}")), "{what}");
        assert!(!string(span, "faas.invocation_id").is_empty(), "{what}");
        assert_eq!(span.tag("faas.coldstart"), Some(&json!(is_cold)), "{what}");
    }
}

#[tokio::test]
async fn one_trace_with_the_companion() {
    one_trace_over_every_hop(Node::Installed, Layer::Companion).await;
}

#[tokio::test]
async fn one_trace_with_the_single_layer() {
    one_trace_over_every_hop(Node::Installed, Layer::Single).await;
}

#[tokio::test]
async fn one_trace_with_the_companion_in_node_22() {
    one_trace_over_every_hop(Node::V22, Layer::Companion).await;
}

#[tokio::test]
async fn one_trace_with_the_single_layer_in_node_22() {
    one_trace_over_every_hop(Node::V22, Layer::Single).await;
}

#[tokio::test]
async fn one_trace_with_the_companion_in_node_24() {
    one_trace_over_every_hop(Node::V24, Layer::Companion).await;
}

#[tokio::test]
async fn one_trace_with_the_single_layer_in_node_24() {
    one_trace_over_every_hop(Node::V24, Layer::Single).await;
}
