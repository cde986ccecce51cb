//! Events that the emulator does not make, in the shapes that AWS documents, delivered to the same process one after the
//! other.

use std::path::Path;

use firefly_tests::lambda_node::{Layer, Node};
use serde_json::{Value, json};

use super::gateway::Traces;
use super::hosted::Hosted;
use super::trace::{drawn, links, string};

/// The context that stands in the events.
const TRACE_ID: &str = "4f1e2d3c4b5a69788796a5b4c3d2e1f0";
const SPAN_ID: &str = "1a2b3c4d5e6f7081";

/// Where an event's context is found, and whether it is the parent.
const FOUND: [(&str, &str, Relation); 23] = [
    ("alb-multi-value", "http.multi_value_headers", Relation::Parent),
    ("activemq", "activemq.properties", Relation::Parent),
    ("api-gateway-http-v2", "http.headers", Relation::Parent),
    ("api-gateway-rest", "http.headers", Relation::Parent),
    ("api-gateway-rest-multi-value-only", "http.multi_value_headers", Relation::Parent),
    ("appsync", "appsync.request.headers", Relation::Parent),
    ("destination", "destination.request_payload.payload", Relation::Link),
    ("dynamodb", "dynamodb.new_image", Relation::Parent),
    ("eventbridge", "eventbridge.detail", Relation::Parent),
    ("eventbridge-schedule", "none", Relation::None),
    ("eventbridge-sns-sqs", "sqs.body.sns.message.eventbridge.detail", Relation::Parent),
    ("eventbridge-sqs", "sqs.body.eventbridge.detail", Relation::Parent),
    ("invoke-firefly-1", "payload", Relation::Parent),
    ("kinesis", "kinesis.data.payload", Relation::Parent),
    ("msk", "kafka.headers", Relation::Parent),
    ("rabbitmq", "rabbitmq.headers", Relation::Parent),
    ("s3", "none", Relation::None),
    ("sns", "sns.message_attributes", Relation::Parent),
    ("sns-sqs", "sqs.body.sns.message_attributes", Relation::Parent),
    ("sns-sqs-raw", "sqs.message_attributes", Relation::Parent),
    ("sqs-binary-attributes", "sqs.message_attributes", Relation::Parent),
    ("step-functions", "payload", Relation::Parent),
    ("vpc-lattice-v2", "http.headers", Relation::Parent),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Parent,
    Link,
    None,
}

fn documented(name: &str) -> Value {
    let folder = "../functions/layers/nodejs/test/fixtures/events";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(format!("{name}.json"));
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

#[tokio::test]
async fn documented_events_are_followed_and_left_as_they_are() {
    let traces = Traces::start().await;
    for layer in Layer::FIREFLY {
        let functions = [("echo", "handlers/echo.handler")];
        let more = [("FIREFLY_DYNAMODB_ATTRIBUTE", "_otel")];
        let hosted = Hosted::start((Node::Installed, layer), &functions, &traces.exporter(), &more).await;
        for (name, source, relation) in FOUND {
            let event = documented(name);
            let answer = hosted.invoke("echo", &event).await;
            assert_eq!(answer["event"], event, "{layer:?} {name}");
            let (trace_id, span_id) = ids(&answer);
            let trace =
                traces.wait_for(trace_id, |trace| trace.spans.iter().any(|span| span.span_id == span_id));
            let trace = trace.await;
            let span = trace.spans.iter().find(|span| span.span_id == span_id).unwrap();
            let what = format!("{layer:?} {name}\n{}", drawn(&trace));
            assert_eq!(string(span, "firefly.context.source"), source, "{what}");
            assert_eq!(trace_id == TRACE_ID, relation == Relation::Parent, "{what}");
            assert_eq!(span.parent() == Some(SPAN_ID), relation == Relation::Parent, "{what}");
            assert_eq!(links(span) == [SPAN_ID], relation == Relation::Link, "{what}");
        }
    }
}

/// Of the span that was active in the handler.
fn ids(answer: &Value) -> (&str, &str) {
    let span = &answer["span"];
    (span["traceId"].as_str().unwrap(), span["spanId"].as_str().unwrap())
}

fn message(number: usize, traceparent: &str) -> Value {
    json!({
        "messageId": format!("message-{number}"),
        "receiptHandle": "handle",
        "body": "{\"id\":1}",
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {"traceparent": {"stringValue": traceparent, "dataType": "String"}},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:orders",
        "awsRegion": "us-east-1",
    })
}

#[tokio::test]
async fn a_batch_of_several_traces_gives_links() {
    let traces = Traces::start().await;
    let traceparents = [("a", "1"), ("b", "2"), ("b", "3")]
        .map(|(trace, span)| format!("00-{}-{}-01", trace.repeat(32), span.repeat(16)));
    let records: Vec<_> =
        traceparents.iter().enumerate().map(|(number, text)| message(number, text)).collect();
    for layer in Layer::FIREFLY {
        let functions = [("echo", "handlers/echo.handler")];
        let hosted = Hosted::start((Node::Installed, layer), &functions, &traces.exporter(), &[]).await;
        let several = hosted.invoke("echo", &json!({ "Records": records })).await;
        let (trace_id, span_id) = ids(&several);
        let trace = traces.wait_for(trace_id, |trace| !trace.spans.is_empty()).await;
        let span = trace.spans.iter().find(|span| span.span_id == span_id).unwrap();
        assert_eq!(span.parent(), None, "{layer:?}\n{}", drawn(&trace));
        assert_eq!(
            links(span),
            ["1", "2", "3"].map(|digit| digit.repeat(16)),
            "{layer:?}\n{}",
            drawn(&trace)
        );
        assert_eq!(span.tag("messaging.batch.message_count"), Some(&json!(3)), "{layer:?}");

        let common = hosted.invoke("echo", &json!({ "Records": records[1..] })).await;
        let (trace_id, span_id) = ids(&common);
        assert_eq!(trace_id, "b".repeat(32), "{layer:?}");
        let trace =
            traces.wait_for(trace_id, |trace| trace.spans.iter().any(|span| span.span_id == span_id)).await;
        let span = trace.spans.iter().find(|span| span.span_id == span_id).unwrap();
        assert_eq!(span.parent(), Some("2".repeat(16).as_str()), "{layer:?}\n{}", drawn(&trace));
        assert_eq!(links(span), ["3".repeat(16)], "{layer:?}\n{}", drawn(&trace));
    }
}
