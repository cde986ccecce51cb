//! One invocation of a function: its own spans, and all of them as it exports them.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::trace::v1::span::{Event as SpanEvent, Link, SpanKind};
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};

use super::Export;
use super::instance::Instance;
use super::routes::{Event, Exception};
use super::simulation::Simulation;
use crate::demo::attributes::{flag, int, text};
use crate::demo::catalogue::FunctionSpec;

/// Median time that an instance takes to start, in milliseconds.
const INIT_MS: f64 = 420.0;

/// What makes spans in a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Library {
    /// Around the handler.
    Lambda,
    /// Around calls of the AWS SDK.
    AwsSdk,
    /// Around HTTP requests.
    Http,
    /// The collector layer, which learns from the Telemetry API how long an instance took to start.
    TelemetryApi,
}

impl Library {
    const ALL: [Self; 4] = [Self::Lambda, Self::AwsSdk, Self::Http, Self::TelemetryApi];

    fn scope(self) -> InstrumentationScope {
        let (name, version) = match self {
            Self::Lambda => ("@opentelemetry/instrumentation-aws-lambda", "0.73.0"),
            Self::AwsSdk => ("@opentelemetry/instrumentation-aws-sdk", "0.76.0"),
            Self::Http => ("@opentelemetry/instrumentation-http", "0.220.0"),
            Self::TelemetryApi => {
                ("github.com/open-telemetry/opentelemetry-lambda/collector/receiver/telemetryapi", "")
            }
        };
        InstrumentationScope {
            name: name.to_owned(),
            version: version.to_owned(),
            ..InstrumentationScope::default()
        }
    }
}

/// A run of a handler.
pub(super) struct Invocation<'a> {
    instance: Instance<'a>,
    event: Event,
    /// The handler's span.
    server: Span,
    pub span_id: Vec<u8>,
    pub start_nanos: u64,
    /// Those that have ended.
    pub spans: Vec<(Library, Span)>,
}

impl<'a> Invocation<'a> {
    /// Finds or starts an instance, and begins.
    pub(super) fn begin(
        simulation: &mut Simulation<'_>,
        spec: &'a FunctionSpec,
        event: Event,
        parent: Option<&[u8]>,
        at_nanos: u64,
    ) -> Self {
        let instance = Instance::pick(spec, &mut simulation.random, at_nanos);
        let init_nanos = if instance.is_cold { simulation.latency(INIT_MS) } else { 0 };
        let start_nanos = at_nanos + init_nanos;
        let mut server = simulation.span(&spec.name, SpanKind::Server, parent, start_nanos);
        server.attributes = server_attributes(&instance, event, simulation);
        let mut spans = Vec::new();
        if instance.is_cold {
            // The layer's `coldstart` processor makes it a child of the first invocation, which begins after it.
            let mut init = simulation.span(
                "platform.initRuntimeDone",
                SpanKind::Internal,
                Some(&server.span_id),
                at_nanos,
            );
            init.end_time_unix_nano = start_nanos;
            init.attributes = vec![flag("faas.coldstart", true)];
            spans.push((Library::TelemetryApi, init));
        }
        Self { instance, event, span_id: server.span_id.clone(), server, start_nanos, spans }
    }

    /// Ends, well or with what the handler threw.
    pub(super) fn end(
        mut self,
        simulation: &mut Simulation<'_>,
        at_nanos: u64,
        thrown: Option<&Exception>,
    ) -> Export {
        self.server.end_time_unix_nano = at_nanos;
        if let Event::Queue(queue) = self.event {
            self.spans.push((Library::Lambda, self.process(simulation, queue)));
        }
        match thrown {
            Some(exception) => {
                self.server.events.push(exception_event(exception, at_nanos));
                self.server.status =
                    Some(Status { code: StatusCode::Error.into(), message: exception.message.clone() });
            }
            None => {
                if let Event::Http { .. } = self.event {
                    self.server.attributes.push(int("http.response.status_code", 200));
                }
            }
        }
        self.spans.push((Library::Lambda, self.server));

        let scope_spans = Library::ALL.map(|library| {
            let spans = self.spans.iter().filter(|(of, _)| *of == library);
            ScopeSpans {
                scope: Some(library.scope()),
                spans: spans.map(|(_, span)| span.clone()).collect(),
                ..ScopeSpans::default()
            }
        });
        let resource_spans = ResourceSpans {
            resource: Some(self.instance.resource()),
            scope_spans: scope_spans.into_iter().filter(|scope| !scope.spans.is_empty()).collect(),
            ..ResourceSpans::default()
        };
        Export {
            service_name: self.instance.spec.name.clone(),
            request: ExportTraceServiceRequest { resource_spans: vec![resource_spans] },
        }
    }

    /// The processing of a message, which links to the sending of it.
    fn process(&self, simulation: &mut Simulation<'_>, queue: &str) -> Span {
        let name = format!("process {queue}");
        let mut span = simulation.span(&name, SpanKind::Consumer, Some(&self.span_id), self.start_nanos);
        span.end_time_unix_nano = self.server.end_time_unix_nano;
        span.attributes = vec![
            text("messaging.system", "aws_sqs"),
            text("messaging.operation.type", "process"),
            text("messaging.operation.name", "process"),
            text("messaging.destination.name", queue),
            text("messaging.message.id", guid(simulation)),
            int("messaging.batch.message_count", 1),
        ];
        span.links = vec![Link {
            trace_id: self.server.trace_id.clone(),
            span_id: self.server.parent_span_id.clone(),
            flags: self.server.flags,
            ..Link::default()
        }];
        span
    }
}

fn server_attributes(
    instance: &Instance<'_>,
    event: Event,
    simulation: &mut Simulation<'_>,
) -> Vec<KeyValue> {
    let mut attributes = vec![
        text("faas.invocation_id", guid(simulation)),
        flag("faas.coldstart", instance.is_cold),
        text("faas.trigger", event.trigger()),
        text("cloud.resource_id", instance.invoked_arn()),
        text("cloud.account.id", instance.account_id()),
    ];
    match event {
        Event::Http { method, route } => {
            let path = route.replace("{id}", &simulation.random.below(5_000).to_string());
            attributes.extend([
                text("http.request.method", method),
                text("http.route", route),
                text("url.scheme", "https"),
                text("url.path", &path),
                text("url.full", format!("https://shop.example{path}")),
                text("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Firefox/142.0"),
            ]);
        }
        Event::Bucket(bucket) => {
            let name = format!("uploads/{}.jpg", simulation.random.below(100_000));
            attributes.extend([
                text("faas.document.collection", bucket),
                text("faas.document.operation", "insert"),
                text("faas.document.name", name),
            ]);
        }
        Event::Schedule(rule) => attributes.push(text("faas.cron", format!("{rule}: rate(5 minutes)"))),
        Event::Stream(stream) => attributes.push(text("messaging.destination.name", stream)),
        Event::Invoke | Event::Queue(_) => {}
    }
    attributes
}

fn exception_event(exception: &Exception, at_nanos: u64) -> SpanEvent {
    let Exception { kind, message, thrown_at } = exception;
    let stack =
        format!("{kind}: {message}\n    at {thrown_at}\n    at async handler (/var/task/index.js:21:5)");
    SpanEvent {
        time_unix_nano: at_nanos,
        name: "exception".to_owned(),
        attributes: vec![
            text("exception.type", kind),
            text("exception.message", message),
            text("exception.stacktrace", stack),
        ],
        ..SpanEvent::default()
    }
}

fn guid(simulation: &mut Simulation<'_>) -> String {
    crate::firehose_sender::request_id(&mut simulation.random)
}
