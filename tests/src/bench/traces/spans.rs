//! The five spans of a trace: a request to one function, which calls another, which asks a database.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::trace::v1::span::{Event, SpanKind};
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{Span, Status};

use super::corpus::SERVICES;
use crate::demo::SplitMix64;
use crate::demo::attributes::{flag, int, text};
use crate::demo::random::whole;
use crate::firehose_sender::request_id;

/// Spans of a trace.
pub(super) const SPANS: usize = 5;
/// Customers of the shop: each has about forty traces a day.
pub(super) const TENANTS: u64 = 5_000;
/// Share of requests that fail, with an exception.
const FAILURE_SHARE: f64 = 0.005;
/// What is done with each kind of thing.
const VERBS: [(&str, &str); 4] =
    [("GET", "get"), ("POST", "create"), ("PUT", "change"), ("DELETE", "remove")];

/// The next trace: its spans, each with its service.
pub(super) fn trace_spans(random: &mut SplitMix64, start_nanos: u64) -> Vec<(usize, Span)> {
    let services = SERVICES.len() as u64;
    let front = usize::try_from(random.below(4)).unwrap_or_default();
    let back = usize::try_from(4 + random.below(services - 4)).unwrap_or_default();
    let verb = usize::try_from(random.below(VERBS.len() as u64)).unwrap_or_default();
    let request = Request {
        trace_id: [random.next_u64(), random.next_u64()].map(u64::to_be_bytes).concat(),
        verb,
        tenant: format!("tenant-{}", random.below(TENANTS)),
        order: format!("order-{}", random.below(1_000_000)),
        has_failed: random.chance(FAILURE_SHARE),
        is_cold: random.chance(0.02),
    };
    let total = whole(random.log_normal(120.0, 0.7) * 1e6);
    let part = |share: f64| whole(total as f64 * share);
    let (method, word) = VERBS[verb];

    let served = request.span(random, None, SpanKind::Server, start_nanos, total);
    let calls = request.span(random, Some(&served), SpanKind::Client, start_nanos + part(0.1), part(0.8));
    let called = request.span(random, Some(&calls), SpanKind::Server, start_nanos + part(0.15), part(0.7));
    let asks = request.span(random, Some(&called), SpanKind::Client, start_nanos + part(0.3), part(0.3));
    let works = request.span(random, Some(&called), SpanKind::Internal, start_nanos + part(0.6), part(0.2));
    let named = |span: Span, name: String, attributes: Vec<KeyValue>| Span { name, attributes, ..span };
    vec![
        (
            front,
            request.failing(named(
                served,
                format!("{method} /{}/{{id}}", SERVICES[front]),
                request.server(random, front),
            )),
        ),
        (front, named(calls, method.to_owned(), request.client(random, back))),
        (
            back,
            request.failing(named(
                called,
                format!("{method} /{}/{{id}}", SERVICES[back]),
                request.server(random, back),
            )),
        ),
        (back, named(asks, format!("DynamoDB.{word}"), request.table(random, back))),
        (back, named(works, format!("{word} {}", SERVICES[back]), request.work(random, back))),
    ]
}

/// What the spans of a trace have in common.
struct Request {
    trace_id: Vec<u8>,
    verb: usize,
    tenant: String,
    order: String,
    has_failed: bool,
    is_cold: bool,
}

impl Request {
    fn span(
        &self,
        random: &mut SplitMix64,
        parent: Option<&Span>,
        kind: SpanKind,
        start_nanos: u64,
        nanos: u64,
    ) -> Span {
        Span {
            trace_id: self.trace_id.clone(),
            span_id: random.next_u64().to_be_bytes().to_vec(),
            parent_span_id: parent.map(|parent| parent.span_id.clone()).unwrap_or_default(),
            flags: 0x101,
            kind: kind.into(),
            start_time_unix_nano: start_nanos,
            end_time_unix_nano: start_nanos + nanos,
            ..Span::default()
        }
    }

    fn failing(&self, mut span: Span) -> Span {
        if self.has_failed {
            let message = "the table did not answer in time";
            span.status = Some(Status { code: StatusCode::Error.into(), message: message.to_owned() });
            span.events.push(Event {
                time_unix_nano: span.end_time_unix_nano,
                name: "exception".to_owned(),
                attributes: vec![
                    text("exception.type", "TimeoutError"),
                    text("exception.message", message),
                    text(
                        "exception.stacktrace",
                        format!("TimeoutError: {message}\n    at get (/var/task/t.js:7:9)"),
                    ),
                ],
                ..Event::default()
            });
        }
        span
    }

    fn server(&self, random: &mut SplitMix64, service: usize) -> Vec<KeyValue> {
        let name = SERVICES[service];
        vec![
            text("faas.invocation_id", request_id(random)),
            flag("faas.coldstart", self.is_cold),
            text("faas.trigger", "http"),
            text("cloud.resource_id", format!("arn:aws:lambda:eu-west-1:111122223333:function:{name}")),
            text("http.request.method", VERBS[self.verb].0),
            text("http.route", format!("/{name}/{{id}}")),
            text("url.path", format!("/{name}/{}", random.below(20_000))),
            text("url.scheme", "https"),
            text("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Firefox/142.0"),
            int("http.response.status_code", if self.has_failed { 500 } else { 200 }),
            text("tenant.id", &self.tenant),
            text("order.id", &self.order),
        ]
    }

    fn client(&self, random: &mut SplitMix64, service: usize) -> Vec<KeyValue> {
        let host = format!("{}.lambda-url.eu-west-1.on.aws", SERVICES[service]);
        vec![
            text("http.request.method", VERBS[self.verb].0),
            text("url.full", format!("https://{host}/{}/{}", SERVICES[service], random.below(20_000))),
            text("server.address", host),
            int("server.port", 443),
            text("network.protocol.version", "1.1"),
            text("network.transport", "tcp"),
            text("network.peer.address", format!("10.0.{}.{}", random.below(4), random.below(250))),
            int("http.response.status_code", if self.has_failed { 502 } else { 200 }),
            int("http.response.body.size", i64::try_from(random.below(40_000)).unwrap_or_default()),
            text("user_agent.original", "undici"),
            text("tenant.id", &self.tenant),
            text("order.id", &self.order),
        ]
    }

    fn table(&self, random: &mut SplitMix64, service: usize) -> Vec<KeyValue> {
        vec![
            text("rpc.system", "aws-api"),
            text("rpc.service", "DynamoDB"),
            text("rpc.method", VERBS[self.verb].1),
            text("cloud.region", "eu-west-1"),
            text("db.system.name", "aws.dynamodb"),
            text("db.collection.name", SERVICES[service]),
            text("db.operation.name", VERBS[self.verb].1),
            text("aws.request_id", request_id(random)),
            int("db.response.returned_rows", i64::try_from(random.below(50)).unwrap_or_default()),
            int("http.response.status_code", 200),
            text("tenant.id", &self.tenant),
            text("order.id", &self.order),
        ]
    }

    fn work(&self, random: &mut SplitMix64, service: usize) -> Vec<KeyValue> {
        vec![
            text("code.function.name", format!("{}.{}", SERVICES[service], VERBS[self.verb].1)),
            text("code.file.path", format!("/var/task/{}.js", SERVICES[service])),
            int("code.line.number", i64::try_from(random.below(400)).unwrap_or_default()),
            text("thread.name", "main"),
            int("items.count", i64::try_from(random.below(100)).unwrap_or_default()),
            flag("cache.hit", random.chance(0.8)),
            text("cache.key", format!("{:016x}", random.next_u64())),
            text("price.currency", "EUR"),
            int("price.cents", i64::try_from(random.below(100_000)).unwrap_or_default()),
            text("customer.tier", if random.chance(0.1) { "gold" } else { "free" }),
            text("tenant.id", &self.tenant),
            text("order.id", &self.order),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_has_five_spans_of_twelve_attributes() {
        let spans = trace_spans(&mut SplitMix64::new(1), 1_000_000_000);
        assert_eq!(spans.len(), SPANS);
        for (_, span) in &spans {
            assert_eq!(span.attributes.len(), 12, "{span:?}");
            assert!(!span.name.is_empty());
        }
        assert_eq!(spans.iter().filter(|(_, span)| span.parent_span_id.is_empty()).count(), 1);
    }
}
