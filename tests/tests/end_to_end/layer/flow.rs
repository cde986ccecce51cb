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
    let caller = Caller::new();
    let answer = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .post(shop.host().url("api"))
        .header("traceparent", caller.traceparent())
        .header("content-type", "application/json")
        .body(json!({ "id": 1, "article": "lamp" }).to_string())
        .send()
        .await
        .unwrap();
    let status = answer.status();
    assert_eq!((status.as_u16(), answer.text().await.unwrap().as_str()), (202, r#"{"left":7}"#), "{}", shop.log());
    let trace = traces.wait_for(&caller.trace_id, |trace| !invocations(trace, "ledger").is_empty()).await;
    assert_hops(&trace, &caller);
}

fn assert_hops(trace: &JaegerTrace, caller: &Caller) {
    let api = invocation(trace, "api");
    // Jaeger shows no parent that it does not have, but Firefly does.
    assert_eq!(api.parent(), Some(caller.span_id.as_str()), "{}", drawn(trace));
    assert_eq!(string(api, "firefly.context.source"), "http.headers", "{}", drawn(trace));
    assert_eq!(string(api, "faas.trigger"), "http", "{}", drawn(trace));
    for (function, from, operation, source, trigger) in HOPS {
        let span = invocation(trace, function);
        let call = parent(trace, span);
        let what = format!("{function}\n{}", drawn(trace));
        assert_eq!(trace.service(call), from, "{what}");
        assert!(call.operation_name.contains(operation) || string(call, "rpc.method") == operation, "{what}");
        assert!(["client", "producer"].contains(&kind(call)), "{what}");
        assert_eq!(parent(trace, call).span_id, invocation(trace, from).span_id, "{what}");
        assert_eq!(string(span, "firefly.context.source"), source, "{what}");
        assert_eq!(string(span, "faas.trigger"), trigger, "{what}");
        assert_eq!(string(span, "cloud.account.id"), "000000000000", "{what}");
        assert!(string(span, "cloud.resource_id").ends_with(&format!(":function:{function}")), "{what}");
        assert!(!string(span, "faas.invocation_id").is_empty(), "{what}");
        assert_eq!(span.tag("faas.coldstart"), Some(&json!(true)), "{what}");
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
