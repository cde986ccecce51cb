//! The decoders against the published messages: what prost and serde encode is read as it was.

use firefly_model::trace as model;
use firefly_wire::otlp::{Encoding, Fault, SpanSink, SpanSource, decode_traces};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList, any_value::Value,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use proptest::collection::vec;
use proptest::prelude::*;
use prost::Message;

/// Puts what was read back into the messages.
#[derive(Default)]
struct Rebuilt(ExportTraceServiceRequest);

impl SpanSink for Rebuilt {
    fn resource(&mut self, resource: model::Resource) {
        self.0.resource_spans.push(ResourceSpans {
            resource: Some(Resource {
                attributes: key_values(resource.attributes),
                dropped_attributes_count: resource.dropped_attributes_count,
                entity_refs: vec![],
            }),
            scope_spans: vec![],
            schema_url: resource.schema_url,
        });
    }

    fn scope(&mut self, scope: model::Scope) {
        self.0.resource_spans.last_mut().unwrap().scope_spans.push(ScopeSpans {
            scope: Some(InstrumentationScope {
                name: scope.name,
                version: scope.version,
                attributes: key_values(scope.attributes),
                dropped_attributes_count: scope.dropped_attributes_count,
            }),
            spans: vec![],
            schema_url: scope.schema_url,
        });
    }

    fn span(&mut self, span: model::Span, _: &SpanSource<'_>) {
        let scope_spans = &mut self.0.resource_spans.last_mut().unwrap().scope_spans;
        scope_spans.last_mut().unwrap().spans.push(message(span));
    }

    fn refused(&mut self, name: String, fault: &Fault, _: &SpanSource<'_>) {
        panic!("{name}: {fault}");
    }
}

fn message(span: model::Span) -> Span {
    let event = |event: model::SpanEvent| Event {
        time_unix_nano: event.time.0,
        name: event.name,
        attributes: key_values(event.attributes),
        dropped_attributes_count: event.dropped_attributes_count,
    };
    let link = |link: model::SpanLink| Link {
        trace_id: link.trace_id.0.to_be_bytes().to_vec(),
        span_id: link.span_id.0.to_be_bytes().to_vec(),
        trace_state: link.trace_state,
        attributes: key_values(link.attributes),
        dropped_attributes_count: link.dropped_attributes_count,
        flags: link.flags,
    };
    Span {
        trace_id: span.trace_id.0.to_be_bytes().to_vec(),
        span_id: span.span_id.0.to_be_bytes().to_vec(),
        trace_state: span.trace_state,
        parent_span_id: span.parent_span_id.map_or_else(Vec::new, |id| id.0.to_be_bytes().to_vec()),
        flags: span.flags,
        name: span.name,
        kind: span.kind as i32,
        start_time_unix_nano: span.start.0,
        end_time_unix_nano: span.end.0,
        attributes: key_values(span.attributes),
        dropped_attributes_count: span.dropped_attributes_count,
        events: span.events.into_iter().map(event).collect(),
        dropped_events_count: span.dropped_events_count,
        links: span.links.into_iter().map(link).collect(),
        dropped_links_count: span.dropped_links_count,
        status: Some(Status { message: span.status.message, code: span.status.code as i32 }),
    }
}

fn key_values(attributes: model::Attributes) -> Vec<KeyValue> {
    let key_value = |(key, value)| KeyValue { key, value: Some(any_value(value)), ..KeyValue::default() };
    attributes.0.into_iter().map(key_value).collect()
}

fn any_value(value: model::AttributeValue) -> AnyValue {
    let value = match value {
        model::AttributeValue::Empty => None,
        model::AttributeValue::String(text) => Some(Value::StringValue(text)),
        model::AttributeValue::Bool(value) => Some(Value::BoolValue(value)),
        model::AttributeValue::Int(value) => Some(Value::IntValue(value)),
        model::AttributeValue::Double(value) => Some(Value::DoubleValue(value)),
        model::AttributeValue::Bytes(bytes) => Some(Value::BytesValue(bytes)),
        model::AttributeValue::Array(values) => {
            Some(Value::ArrayValue(ArrayValue { values: values.into_iter().map(any_value).collect() }))
        }
        model::AttributeValue::Map(attributes) => {
            Some(Value::KvlistValue(KeyValueList { values: key_values(attributes) }))
        }
    };
    AnyValue { value }
}

fn any_values() -> impl Strategy<Value = AnyValue> {
    let scalar = prop_oneof![
        Just(None),
        ".{0,8}".prop_map(|text| Some(Value::StringValue(text))),
        any::<bool>().prop_map(|value| Some(Value::BoolValue(value))),
        any::<i64>().prop_map(|value| Some(Value::IntValue(value))),
        prop_oneof![any::<f64>(), Just(f64::INFINITY)]
            .prop_filter("equal to itself", |value| !value.is_nan())
            .prop_map(|value| Some(Value::DoubleValue(value))),
        vec(any::<u8>(), 0..5).prop_map(|bytes| Some(Value::BytesValue(bytes))),
    ];
    let scalar = scalar.prop_map(|value| AnyValue { value });
    scalar.prop_recursive(4, 12, 3, |inner| {
        let entry = (".{0,4}", inner.clone()).prop_map(|(key, value)| KeyValue {
            key,
            value: Some(value),
            ..KeyValue::default()
        });
        prop_oneof![
            vec(inner, 0..3).prop_map(|values| Value::ArrayValue(ArrayValue { values })),
            vec(entry, 0..3).prop_map(|values| Value::KvlistValue(KeyValueList { values })),
        ]
        .prop_map(|value| AnyValue { value: Some(value) })
    })
}

prop_compose! {
    fn attributes()(values in vec((".{0,8}", any_values()), 0..4)) -> Vec<KeyValue> {
        let key_value = |(key, value)| KeyValue { key, value: Some(value), ..KeyValue::default() };
        values.into_iter().map(key_value).collect()
    }
}

prop_compose! {
    fn event()(
        time_unix_nano: u64,
        name in ".{0,8}",
        attributes in attributes(),
        dropped_attributes_count: u32,
    ) -> Event {
        Event { time_unix_nano, name, attributes, dropped_attributes_count }
    }
}

prop_compose! {
    fn link()(
        ids in (1..u128::MAX, 1..u64::MAX),
        trace_state in ".{0,8}",
        attributes in attributes(),
        dropped_attributes_count: u32,
        flags: u32,
    ) -> Link {
        let (trace_id, span_id) = (ids.0.to_be_bytes().to_vec(), ids.1.to_be_bytes().to_vec());
        Link { trace_id, span_id, trace_state, attributes, dropped_attributes_count, flags }
    }
}

prop_compose! {
    fn a_span()(
        ids in (1..u128::MAX, 1..u64::MAX, proptest::option::of(1..u64::MAX)),
        texts in (".{0,8}", ".{0,8}", ".{0,8}"),
        numbers in (0..=5_i32, 0..=2_i32),
        times: (u64, u64),
        counts: (u32, u32, u32, u32),
        attributes in attributes(),
        events in vec(event(), 0..3),
        links in vec(link(), 0..3),
    ) -> Span {
        Span {
            trace_id: ids.0.to_be_bytes().to_vec(),
            span_id: ids.1.to_be_bytes().to_vec(),
            parent_span_id: ids.2.map_or_else(Vec::new, |id| id.to_be_bytes().to_vec()),
            trace_state: texts.0,
            name: texts.1,
            kind: numbers.0,
            start_time_unix_nano: times.0,
            end_time_unix_nano: times.1,
            flags: counts.0,
            dropped_attributes_count: counts.1,
            dropped_events_count: counts.2,
            dropped_links_count: counts.3,
            status: Some(Status { message: texts.2, code: numbers.1 }),
            attributes,
            events,
            links,
        }
    }
}

prop_compose! {
    fn export()(
        resources in vec(
            (attributes(), any::<u32>(), ".{0,8}", vec((attributes(), ".{0,8}", vec(a_span(), 0..3)), 0..3)),
            0..3,
        ),
    ) -> ExportTraceServiceRequest {
        let scope_spans = |(attributes, name, spans): (_, String, _)| ScopeSpans {
            scope: Some(InstrumentationScope {
                name: name.clone(),
                version: name.clone(),
                attributes,
                dropped_attributes_count: 1,
            }),
            spans,
            schema_url: name,
        };
        let resource_spans = |(attributes, dropped_attributes_count, schema_url, scopes): (_, _, _, Vec<_>)| {
            ResourceSpans {
                resource: Some(Resource { attributes, dropped_attributes_count, entity_refs: vec![] }),
                scope_spans: scopes.into_iter().map(scope_spans).collect(),
                schema_url,
            }
        };
        ExportTraceServiceRequest { resource_spans: resources.into_iter().map(resource_spans).collect() }
    }
}

fn read(body: &[u8], encoding: Encoding) -> ExportTraceServiceRequest {
    let mut rebuilt = Rebuilt::default();
    decode_traces(body, encoding, &mut rebuilt).unwrap();
    rebuilt.0
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_prost_encodes_is_read_as_it_was(export in export()) {
        prop_assert_eq!(read(&export.encode_to_vec(), Encoding::Protobuf), export);
    }

    #[test]
    fn what_serde_encodes_is_read_as_it_was(export in export()) {
        // The published messages' own JSON has no form for infinite numbers: `null`.
        let json = serde_json::to_string(&export).unwrap();
        prop_assume!(!json.contains("null"));
        prop_assert_eq!(read(json.as_bytes(), Encoding::Json), export);
    }
}
