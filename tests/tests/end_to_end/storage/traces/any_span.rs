//! Any spans at all, and what is kept of them.

use firefly_model::UnixNanos;
use firefly_model::trace::{
    AttributeValue, Attributes, Resource, Scope, Span, SpanEvent, SpanId, SpanKind, SpanLink, Status,
    StatusCode, TraceId,
};
use proptest::collection::vec;
use proptest::prelude::*;

use super::spans::{HOUR, MORNING, Sent};

/// Names that the stored form has a meaning for, and others.
fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("$bytes".to_owned()),
        Just("$double".to_owned()),
        Just("$map".to_owned()),
        "[a-c]",
        "\\PC{0,6}",
        Just("nul\0".to_owned()),
    ]
}

pub fn any_value() -> impl Strategy<Value = AttributeValue> {
    let leaf = prop_oneof![
        Just(AttributeValue::Empty),
        "\\PC{0,8}".prop_map(AttributeValue::String),
        Just(AttributeValue::String("QUFBQQ==".into())),
        Just(AttributeValue::String("NaN".into())),
        any::<bool>().prop_map(AttributeValue::Bool),
        any::<i64>().prop_map(AttributeValue::Int),
        any::<f64>().prop_map(AttributeValue::Double),
        (-1_000_i32..1_000).prop_map(|number| AttributeValue::Double(f64::from(number) / 8.0)),
        vec(any::<u8>(), 0..5).prop_map(AttributeValue::Bytes),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(AttributeValue::Array),
            vec((any_name(), inner), 0..4).prop_map(|map| AttributeValue::Map(Attributes(map))),
        ]
    })
}

fn any_attributes() -> impl Strategy<Value = Attributes> {
    vec((any_name(), any_value()), 0..5).prop_map(Attributes)
}

fn any_time() -> impl Strategy<Value = UnixNanos> {
    (0..30 * HOUR).prop_map(|after| UnixNanos(MORNING.0 + after))
}

fn any_event() -> impl Strategy<Value = SpanEvent> {
    (any::<u64>(), any_name(), any_attributes(), any::<u32>()).prop_map(
        |(time, name, attributes, dropped_attributes_count)| SpanEvent {
            time: UnixNanos(time),
            name,
            attributes,
            dropped_attributes_count,
        },
    )
}

fn any_link() -> impl Strategy<Value = SpanLink> {
    (any::<u128>(), any::<u64>(), "[a-z=,]{0,8}", any_attributes(), any::<u32>(), any::<u32>()).prop_map(
        |(trace_id, span_id, trace_state, attributes, dropped_attributes_count, flags)| SpanLink {
            trace_id: TraceId(trace_id),
            span_id: SpanId(span_id),
            trace_state,
            attributes,
            dropped_attributes_count,
            flags,
        },
    )
}

/// A span of one of a few traces.
pub fn any_sent() -> impl Strategy<Value = Sent> {
    let ids = (1..4_u128, 1..=u64::MAX, proptest::option::of(any::<u64>()), "[a-z=,]{0,8}", any::<u32>());
    let what = (any_name(), 0..6_i32, any_time(), 0..HOUR, any_attributes());
    let counts = [any::<u32>(), any::<u32>(), any::<u32>()];
    let more = (vec(any_event(), 0..3), vec(any_link(), 0..3), 0..3_i32, any_name());
    let from = (any_attributes(), any_attributes(), 0..3_u32, "[a-z]{0,4}");
    (ids, what, counts, more, from).prop_map(
        |(
            (trace_id, span_id, parent, trace_state, flags),
            (name, kind, start, duration, attributes),
            [dropped_attributes_count, dropped_events_count, dropped_links_count],
            (events, links, status, message),
            (of_resource, of_scope, dropped, word),
        )| Sent {
            span: Span {
                trace_id: TraceId(trace_id),
                span_id: SpanId(span_id),
                parent_span_id: parent.map(SpanId),
                trace_state,
                flags,
                name,
                kind: SpanKind::from_number(kind),
                start,
                end: UnixNanos(start.0 + duration),
                attributes,
                dropped_attributes_count,
                events,
                dropped_events_count,
                links,
                dropped_links_count,
                status: Status { code: StatusCode::from_number(status), message },
            },
            resource: Resource {
                attributes: of_resource,
                dropped_attributes_count: dropped,
                schema_url: word.clone(),
            },
            scope: Scope {
                name: word.clone(),
                version: word,
                attributes: of_scope,
                dropped_attributes_count: dropped,
                schema_url: String::new(),
            },
        },
    )
}

/// What is stored of it: names once and sorted, no U+0000.
pub fn as_stored(sent: &Sent) -> Sent {
    let mut stored = sent.clone();
    let Sent { span, resource, scope } = &mut stored;
    let attributes = [&mut span.attributes, &mut resource.attributes, &mut scope.attributes].into_iter();
    let of_events = span.events.iter_mut().map(|event| {
        clean(&mut event.name);
        &mut event.attributes
    });
    let of_links = span.links.iter_mut().map(|link| &mut link.attributes);
    for attributes in attributes.chain(of_events).chain(of_links) {
        sort(attributes);
    }
    clean(&mut span.name);
    clean(&mut span.status.message);
    stored
}

fn clean(text: &mut String) {
    *text = text.replace('\0', "\u{fffd}");
}

fn sort(attributes: &mut Attributes) {
    for (name, value) in &mut attributes.0 {
        clean(name);
        sort_within(value);
    }
    attributes.0.reverse();
    attributes.0.sort_by(|(one, _), (other, _)| one.cmp(other));
    attributes.0.dedup_by(|(one, _), (other, _)| one == other);
}

fn sort_within(value: &mut AttributeValue) {
    match value {
        AttributeValue::String(text) => clean(text),
        AttributeValue::Array(values) => values.iter_mut().for_each(sort_within),
        AttributeValue::Map(attributes) => sort(attributes),
        _ => {}
    }
}
