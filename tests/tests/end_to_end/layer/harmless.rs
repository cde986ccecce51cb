//! A fault of ours, or an oddity of the user's, costs the trace at most, and never the answer.

use firefly_tests::lambda_node::{Layer, Node, Runtime};
use serde_json::{Value, json};

use super::gateway::Traces;
use super::hosted::Hosted;
use super::trace::{drawn, invocations, string};

const ECHO: [(&str, &str); 1] = [("echo", "handlers/echo.handler")];

/// Every version of Node.js with each of our layers.
fn all() -> impl Iterator<Item = (Node, Layer)> {
    Node::ALL.into_iter().flat_map(|node| Layer::FIREFLY.map(|layer| (node, layer)))
}

/// An event whose context only a layer of ours finds.
fn sqs_event(trace_id: &str) -> Value {
    json!({"Records": [{
        "messageId": "1",
        "body": "{\"Type\":\"Notification\",\"Message\":\"{}\"}",
        "attributes": {},
        "messageAttributes": {"traceparent": {
            "stringValue": format!("00-{trace_id}-{}-01", "5".repeat(16)), "dataType": "String",
        }},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:orders",
    }]})
}

/// Trace of the span that was active in the handler, if there was one.
fn trace_id(answer: &Value) -> Option<&str> {
    answer["span"]["traceId"].as_str()
}

/// Waits until the span that was active in the handler has arrived, and tells where its context was found.
async fn source(traces: &Traces, answer: &Value) -> String {
    let span_id = answer["span"]["spanId"].as_str().unwrap_or_else(|| panic!("no span: {answer}"));
    let has_span = |trace: &firefly_tests::jaeger_client::JaegerTrace| {
        trace.spans.iter().any(|span| span.span_id == span_id)
    };
    let trace = traces.wait_for(trace_id(answer).unwrap(), has_span).await;
    let span = trace.spans.iter().find(|span| span.span_id == span_id).unwrap();
    string(span, "firefly.context.source").to_owned()
}

#[tokio::test]
async fn events_of_every_type_are_answered_and_traced() {
    let traces = Traces::start().await;
    for place in all() {
        let hosted = Hosted::start(place, &ECHO, &traces.exporter(), &[]).await;
        for event in [json!(true), json!(42), json!("text"), json!([]), json!([null]), json!({})] {
            let answer = hosted.invoke("echo", &event).await;
            assert_eq!(answer["event"], event, "{place:?}");
            assert_eq!(source(&traces, &answer).await, "none", "{place:?} {event}");
        }
    }
}

#[tokio::test]
async fn an_event_that_is_null_is_answered() {
    let traces = Traces::start().await;
    let functions = [ECHO[0], ("commonjs", "handlers/echo_commonjs.handler")];
    for (node, layer) in all() {
        let hosted = Hosted::start((node, layer), &functions, &traces.exporter(), &[]).await;
        let required = hosted.invoke("commonjs", &json!(null));
        let imported = hosted.try_invoke("echo", &json!(null));
        if layer == Layer::Single {
            assert_eq!(required.await["event"], json!(null), "{node:?}");
            assert_eq!(imported.await.unwrap()["event"], json!(null), "{node:?}");
        } else {
            // Upstream's instrumentation itself fails at it, and the companion stands before handlers that the runtime
            // requires, not before those that it imports.
            assert!(imported.await.is_err(), "{node:?}: upstream no longer fails");
            let imports_all = node == Node::V24;
            if !imports_all {
                assert_eq!(required.await["event"], json!(null), "{node:?}");
            }
        }
    }
}

#[tokio::test]
async fn an_extractor_of_the_users_that_throws_costs_nothing() {
    let traces = Traces::start().await;
    let more = [("NODE_OPTIONS", "--require ./handlers/throwing_extractor.cjs")];
    for node in Node::ALL {
        // Alone, it ends the invocation with an error.
        let alone = Hosted::start((node, Layer::Community), &ECHO, &traces.exporter(), &more).await;
        assert!(alone.try_invoke("echo", &json!({})).await.is_err(), "{node:?}");
        let with_ours = Hosted::start((node, Layer::Companion), &ECHO, &traces.exporter(), &more).await;
        let answer = with_ours.invoke("echo", &json!({})).await;
        assert_eq!(answer["faults"], 1, "{node:?}");
        assert_eq!(source(&traces, &answer).await, "none", "{node:?}");
    }
}

#[tokio::test]
async fn a_fault_of_ours_costs_the_trace_alone() {
    let traces = Traces::start().await;
    let more = [("NODE_OPTIONS", "--require ./handlers/fault.cjs")];
    for place in all() {
        let hosted = Hosted::start(place, &ECHO, &traces.exporter(), &more).await;
        hosted.invoke("echo", &json!({ "arm": true })).await;
        let event = sqs_event(&"6".repeat(32));
        // What no attribute tells may stand in the body, which has to be parsed.
        let mut without_attribute = event.clone();
        without_attribute["Records"][0]["messageAttributes"] = json!({});
        without_attribute["Records"][0]["body"] = json!("{\"detail\":{\"traceparent\":\"\"}}");
        let answer = hosted.invoke("echo", &without_attribute).await;
        assert_eq!(answer["event"], without_attribute, "{place:?}");
        assert!(answer["faults"].as_u64().unwrap() > 0, "{place:?}: the fault was not met");
        without_attribute["arm"] = json!(false);
        assert_eq!(hosted.invoke("echo", &without_attribute).await["event"], without_attribute, "{place:?}");
        // Without a fault it works as before.
        let answer = hosted.invoke("echo", &event).await;
        assert_eq!(source(&traces, &answer).await, "sqs.message_attributes", "{place:?}");
    }
}

#[tokio::test]
async fn a_frozen_input_is_sent_as_it_is() {
    let traces = Traces::start().await;
    let functions = [ECHO[0], ("frozen", "handlers/frozen.handler")];
    for place in all() {
        let hosted = Hosted::start(place, &functions, &traces.exporter(), &[]).await;
        let answer = hosted.invoke("frozen", &json!({})).await;
        assert_eq!(answer["event"], json!({ "from": "frozen" }), "{place:?}");
    }
}

#[tokio::test]
async fn version_2_of_the_aws_sdk_works_and_its_function_is_traced() {
    let traces = Traces::start().await;
    let functions = [ECHO[0], ("sdk-2", "handlers/sdk_2.handler")];
    for place in all() {
        let hosted = Hosted::start(place, &functions, &traces.exporter(), &[]).await;
        let answer = hosted.invoke("sdk-2", &sqs_event(&"7".repeat(32))).await;
        assert_eq!(answer["event"], json!({ "from": 2 }), "{place:?}");
        let trace = traces.wait_for(&"7".repeat(32), |trace| !invocations(trace, "sdk-2").is_empty()).await;
        assert!(!drawn(&trace).is_empty());
    }
}

#[tokio::test]
async fn bundles_with_getters_are_called_and_traced() {
    let traces = Traces::start().await;
    for (node, layer) in all() {
        let runtime = Runtime::create(node, layer).unwrap();
        runtime.bundle("handlers/getters.mjs", "handlers/bundled/index.js").unwrap();
        let bundle = std::fs::read_to_string(runtime.task_root().join("handlers/bundled/index.js")).unwrap();
        assert!(bundle.contains("get: "), "esbuild no longer exports getters");
        let functions = [("echo", "handlers/bundled/index.handler")];
        let hosted = Hosted::start_in(runtime, &functions, &traces.exporter(), &[]).await;
        let answer = hosted.invoke("echo", &sqs_event(&"8".repeat(32))).await;
        assert_eq!(
            trace_id(&answer),
            Some("8".repeat(32).as_str()),
            "{node:?} {layer:?}: {}",
            hosted.log("echo")
        );
        assert_eq!(source(&traces, &answer).await, "sqs.message_attributes", "{node:?} {layer:?}");
    }
}

#[tokio::test]
async fn handlers_in_commonjs_and_nested_ones_are_traced() {
    let traces = Traces::start().await;
    let functions =
        [("commonjs", "handlers/echo_commonjs.handler"), ("nested", "handlers/nested.orders.create")];
    for place in all() {
        let hosted = Hosted::start(place, &functions, &traces.exporter(), &[]).await;
        for (name, _) in functions {
            let answer = hosted.invoke(name, &sqs_event(&"9".repeat(32))).await;
            assert_eq!(source(&traces, &answer).await, "sqs.message_attributes", "{place:?} {name}");
        }
    }
}

#[tokio::test]
async fn options_of_the_users_for_node_stay() {
    let traces = Traces::start().await;
    let more = [("NODE_OPTIONS", "--require ./handlers/preload.cjs --stack-trace-limit=33")];
    for place in all() {
        let hosted = Hosted::start(place, &ECHO, &traces.exporter(), &more).await;
        let answer = hosted.invoke("echo", &sqs_event(&"c".repeat(32))).await;
        let options = answer["preloaded"].as_str().unwrap_or_else(|| panic!("{place:?}: {answer}"));
        assert!(options.contains(more[0].1), "{place:?}: {options}");
        assert_eq!(source(&traces, &answer).await, "sqs.message_attributes", "{place:?}");
    }
}

#[tokio::test]
async fn a_layer_that_is_switched_off_is_not_there() {
    let traces = Traces::start().await;
    let off = [("FIREFLY_LAYER_DISABLED", "true"), ("OTEL_PROPAGATORS", "tracecontext,baggage")];
    for node in Node::ALL {
        let event = sqs_event(&"d".repeat(32));
        for layer in [Layer::Companion, Layer::Community] {
            let hosted = Hosted::start((node, layer), &ECHO, &traces.exporter(), &off).await;
            let answer = hosted.invoke("echo", &event).await;
            // The community's layer alone starts a trace of its own, and knows nothing of where.
            assert_ne!(trace_id(&answer), Some("d".repeat(32).as_str()), "{node:?} {layer:?}");
            assert_eq!(source(&traces, &answer).await, "", "{node:?} {layer:?}");
        }
        let count = traces.count_spans().await;
        for layer in [Layer::Single, Layer::None] {
            let hosted = Hosted::start((node, layer), &ECHO, &traces.exporter(), &off).await;
            let answer = hosted.invoke("echo", &event).await;
            assert_eq!((&answer["event"], &answer["span"]), (&event, &json!(null)), "{node:?} {layer:?}");
        }
        assert_eq!(traces.count_spans().await, count, "{node:?}");
    }
}
