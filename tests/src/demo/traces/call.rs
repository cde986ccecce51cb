//! What a caller's span says of a call.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{Span, Status};

use super::invocation::Library;
use super::routes::Call;
use super::simulation::Simulation;
use crate::demo::attributes::{int, text};
use crate::demo::{ACCOUNT_ID, REGION};

/// Name, kind and maker of the span, and what is known before the call.
pub(super) struct Description {
    pub name: String,
    pub kind: SpanKind,
    pub library: Library,
    attributes: Vec<KeyValue>,
}

impl Description {
    pub(super) fn of(call: Call, simulation: &mut Simulation<'_>) -> Self {
        match call {
            Call::Table { operation, table } => Self::aws(
                "DynamoDB",
                operation,
                vec![
                    text("db.system.name", "aws.dynamodb"),
                    text("db.collection.name", table),
                    text("db.operation.name", operation),
                ],
            ),
            Call::Aws { service, operation } => Self::aws(service, operation, Vec::new()),
            Call::Invoke { function } => {
                let invoked = vec![
                    text("faas.invoked_name", function),
                    text("faas.invoked_provider", "aws"),
                    text("faas.invoked_region", REGION),
                ];
                Self { name: format!("{function} Invoke"), ..Self::aws("Lambda", "Invoke", invoked) }
            }
            Call::Send { queue, .. } => {
                let url = format!("https://sqs.{REGION}.amazonaws.com/{ACCOUNT_ID}/{queue}");
                let message_id = crate::firehose_sender::request_id(&mut simulation.random);
                let sent = vec![
                    text("messaging.system", "aws_sqs"),
                    text("messaging.operation.type", "send"),
                    text("messaging.operation.name", "send"),
                    text("messaging.destination.name", queue),
                    text("messaging.message.id", message_id),
                    text("aws.sqs.queue.url", url),
                ];
                Self {
                    name: format!("send {queue}"),
                    kind: SpanKind::Producer,
                    ..Self::aws("SQS", "SendMessage", sent)
                }
            }
            Call::FunctionUrl { function, method, route } => {
                let host = format!("{function}.lambda-url.{REGION}.on.aws");
                Self::http(method, &host, route)
            }
            Call::External { method, host, path } => Self::http(method, host, path),
        }
    }

    fn aws(service: &str, operation: &str, more: Vec<KeyValue>) -> Self {
        let mut attributes = vec![
            text("rpc.system", "aws-api"),
            text("rpc.service", service),
            text("rpc.method", operation),
            text("cloud.region", REGION),
        ];
        attributes.extend(more);
        Self {
            name: format!("{service}.{operation}"),
            kind: SpanKind::Client,
            library: Library::AwsSdk,
            attributes,
        }
    }

    fn http(method: &str, host: &str, path: &str) -> Self {
        let attributes = vec![
            text("http.request.method", method),
            text("url.full", format!("https://{host}{path}")),
            text("server.address", host),
            int("server.port", 443),
            text("network.protocol.version", "1.1"),
        ];
        Self { name: method.to_owned(), kind: SpanKind::Client, library: Library::Http, attributes }
    }

    /// Adds what is known after the call. An `Invoke` of a function that fails is itself a success: HTTP status 200.
    pub(super) fn complete(&self, span: &mut Span, call: Call, has_failed: bool) {
        span.attributes.clone_from(&self.attributes);
        let status_code = match call {
            Call::External { .. } if has_failed => 503,
            // What a function URL answers for a function that throws.
            Call::FunctionUrl { .. } if has_failed => 502,
            _ => 200,
        };
        span.attributes.push(int("http.response.status_code", status_code));
        if status_code >= 400 {
            span.attributes.push(text("error.type", status_code.to_string()));
            span.status = Some(Status { code: StatusCode::Error.into(), ..Status::default() });
        }
    }
}
