//! Words to build OTLP export requests with.

use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link, SpanKind};
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};

pub fn text(value: &str) -> Option<Value> {
    Some(Value::StringValue(value.into()))
}

pub fn int(value: i64) -> Option<Value> {
    Some(Value::IntValue(value))
}

pub fn double(value: f64) -> Option<Value> {
    Some(Value::DoubleValue(value))
}

pub fn boolean(value: bool) -> Option<Value> {
    Some(Value::BoolValue(value))
}

pub fn bytes(value: &[u8]) -> Option<Value> {
    Some(Value::BytesValue(value.into()))
}

pub fn array<const N: usize>(values: [Option<Value>; N]) -> Option<Value> {
    let values = values.map(|value| AnyValue { value }).into();
    Some(Value::ArrayValue(ArrayValue { values }))
}

pub fn map<const N: usize>(values: [(&str, Option<Value>); N]) -> Option<Value> {
    Some(Value::KvlistValue(KeyValueList { values: attributes(values) }))
}

/// No value at all, which OTLP has beside the empty text.
pub const NOTHING: Option<Value> = None;

pub fn attributes<const N: usize>(values: [(&str, Option<Value>); N]) -> Vec<KeyValue> {
    let attribute = |(key, value): (&str, _)| KeyValue {
        key: key.into(),
        value: Some(AnyValue { value }),
        ..KeyValue::default()
    };
    values.map(attribute).into()
}

/// A span of the unset kind, of 1.5 ms, without a parent.
pub fn span(trace_id: u128, span_id: u64, name: &str, start: u64) -> Span {
    Span {
        trace_id: trace_id.to_be_bytes().into(),
        span_id: span_id.to_be_bytes().into(),
        name: name.into(),
        start_time_unix_nano: start,
        ..Span::default()
    }
    .lasting(Duration::from_micros(1_500))
}

/// What makes spans easier to write.
pub trait SpanWords: Sized {
    fn kind(self, kind: SpanKind) -> Self;
    fn child_of(self, parent: u64) -> Self;
    fn lasting(self, duration: Duration) -> Self;
    fn status(self, code: StatusCode, message: &str) -> Self;
    fn with<const N: usize>(self, values: [(&str, Option<Value>); N]) -> Self;
    fn event<const N: usize>(self, after: u64, name: &str, values: [(&str, Option<Value>); N]) -> Self;
    fn link<const N: usize>(self, trace_id: u128, span_id: u64, values: [(&str, Option<Value>); N]) -> Self;
}

impl SpanWords for Span {
    fn kind(mut self, kind: SpanKind) -> Self {
        self.kind = kind.into();
        self
    }

    fn child_of(mut self, parent: u64) -> Self {
        self.parent_span_id = parent.to_be_bytes().into();
        self
    }

    fn lasting(mut self, duration: Duration) -> Self {
        self.end_time_unix_nano = self.start_time_unix_nano + u64::try_from(duration.as_nanos()).unwrap();
        self
    }

    fn status(mut self, code: StatusCode, message: &str) -> Self {
        self.status = Some(Status { code: code.into(), message: message.into() });
        self
    }

    fn with<const N: usize>(mut self, values: [(&str, Option<Value>); N]) -> Self {
        self.attributes.extend(attributes(values));
        self
    }

    fn event<const N: usize>(mut self, after: u64, name: &str, values: [(&str, Option<Value>); N]) -> Self {
        self.events.push(Event {
            time_unix_nano: self.start_time_unix_nano + after,
            name: name.into(),
            attributes: attributes(values),
            ..Event::default()
        });
        self
    }

    fn link<const N: usize>(
        mut self,
        trace_id: u128,
        span_id: u64,
        values: [(&str, Option<Value>); N],
    ) -> Self {
        self.links.push(Link {
            trace_id: trace_id.to_be_bytes().into(),
            span_id: span_id.to_be_bytes().into(),
            attributes: attributes(values),
            ..Link::default()
        });
        self
    }
}

/// A resource with its attributes.
pub fn resource<const N: usize>(
    values: [(&str, Option<Value>); N],
    scope_spans: Vec<ScopeSpans>,
) -> ResourceSpans {
    let resource = Resource { attributes: attributes(values), ..Resource::default() };
    ResourceSpans { resource: Some(resource), scope_spans, ..ResourceSpans::default() }
}

/// Spans of a scope that nothing is said of.
pub fn spans(spans: Vec<Span>) -> Vec<ScopeSpans> {
    vec![ScopeSpans { spans, ..ScopeSpans::default() }]
}

/// Spans of an instrumentation library.
pub fn scope<const N: usize>(
    name: &str,
    version: &str,
    values: [(&str, Option<Value>); N],
    spans: Vec<Span>,
) -> ScopeSpans {
    let scope = InstrumentationScope {
        name: name.into(),
        version: version.into(),
        attributes: attributes(values),
        ..InstrumentationScope::default()
    };
    ScopeSpans { scope: Some(scope), spans, ..ScopeSpans::default() }
}

pub fn export(resource_spans: Vec<ResourceSpans>) -> ExportTraceServiceRequest {
    ExportTraceServiceRequest { resource_spans }
}
