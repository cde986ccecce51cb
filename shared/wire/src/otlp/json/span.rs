//! `Span` and what stands in it, in JSON.

use firefly_model::UnixNanos;
use firefly_model::trace::{Span, SpanEvent, SpanKind, SpanLink, Status, StatusCode};
use serde::Deserialize;

use super::attributes::{KeyValue, attributes};
use super::number::{Enumerated, Names, Whole};
use super::text::{Id, List, Text};
use crate::otlp::Fault;
use crate::otlp::ids::{parent_span_id, span_id, trace_id};
use crate::otlp::sink::Refused;

/// `Span`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct JsonSpan {
    #[serde(alias = "trace_id")]
    trace_id: Id,
    #[serde(alias = "span_id")]
    span_id: Id,
    #[serde(alias = "trace_state")]
    trace_state: Text,
    #[serde(alias = "parent_span_id")]
    parent_span_id: Id,
    flags: Whole<u32>,
    name: Text,
    kind: Enumerated<Kinds>,
    #[serde(alias = "start_time_unix_nano")]
    start_time_unix_nano: Whole<u64>,
    #[serde(alias = "end_time_unix_nano")]
    end_time_unix_nano: Whole<u64>,
    attributes: List<KeyValue>,
    #[serde(alias = "dropped_attributes_count")]
    dropped_attributes_count: Whole<u32>,
    events: List<JsonEvent>,
    #[serde(alias = "dropped_events_count")]
    dropped_events_count: Whole<u32>,
    links: List<JsonLink>,
    #[serde(alias = "dropped_links_count")]
    dropped_links_count: Whole<u32>,
    status: Option<JsonStatus>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct JsonEvent {
    #[serde(alias = "time_unix_nano")]
    time_unix_nano: Whole<u64>,
    name: Text,
    attributes: List<KeyValue>,
    #[serde(alias = "dropped_attributes_count")]
    dropped_attributes_count: Whole<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct JsonLink {
    #[serde(alias = "trace_id")]
    trace_id: Id,
    #[serde(alias = "span_id")]
    span_id: Id,
    #[serde(alias = "trace_state")]
    trace_state: Text,
    attributes: List<KeyValue>,
    #[serde(alias = "dropped_attributes_count")]
    dropped_attributes_count: Whole<u32>,
    flags: Whole<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct JsonStatus {
    message: Text,
    code: Enumerated<Codes>,
}

#[derive(Debug, Default)]
struct Kinds;

impl Names for Kinds {
    const NAMES: &'static [&'static str] = &[
        "SPAN_KIND_UNSPECIFIED",
        "SPAN_KIND_INTERNAL",
        "SPAN_KIND_SERVER",
        "SPAN_KIND_CLIENT",
        "SPAN_KIND_PRODUCER",
        "SPAN_KIND_CONSUMER",
    ];
}

#[derive(Debug, Default)]
struct Codes;

impl Names for Codes {
    const NAMES: &'static [&'static str] = &["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];
}

impl JsonSpan {
    pub(super) fn into_model(self) -> Result<Span, Refused> {
        let ids = || {
            Ok((
                trace_id(&self.trace_id.0, "trace id")?,
                span_id(&self.span_id.0, "span id")?,
                parent_span_id(&self.parent_span_id.0)?,
            ))
        };
        let links = self.links.0.into_iter().map(JsonLink::into_model).collect::<Result<_, Fault>>();
        let events = self.events.0.into_iter().map(JsonEvent::into_model).collect::<Result<_, Fault>>();
        let (ids, links, events, attributes) = match (ids(), links, events, attributes(self.attributes)) {
            (Ok(ids), Ok(links), Ok(events), Ok(attributes)) => (ids, links, events, attributes),
            (Err(fault), ..) | (_, Err(fault), ..) | (_, _, Err(fault), _) | (.., Err(fault)) => {
                return Err(Refused { name: self.name.0, fault });
            }
        };
        let (trace_id, span_id, parent_span_id) = ids;
        Ok(Span {
            trace_id,
            span_id,
            parent_span_id,
            trace_state: self.trace_state.0,
            flags: self.flags.0,
            name: self.name.0,
            kind: SpanKind::from_number(self.kind.0),
            start: UnixNanos(self.start_time_unix_nano.0),
            end: UnixNanos(self.end_time_unix_nano.0),
            attributes,
            dropped_attributes_count: self.dropped_attributes_count.0,
            events,
            dropped_events_count: self.dropped_events_count.0,
            links,
            dropped_links_count: self.dropped_links_count.0,
            status: self.status.unwrap_or_default().into_model(),
        })
    }
}

impl JsonEvent {
    fn into_model(self) -> Result<SpanEvent, Fault> {
        Ok(SpanEvent {
            time: UnixNanos(self.time_unix_nano.0),
            name: self.name.0,
            attributes: attributes(self.attributes)?,
            dropped_attributes_count: self.dropped_attributes_count.0,
        })
    }
}

impl JsonLink {
    fn into_model(self) -> Result<SpanLink, Fault> {
        Ok(SpanLink {
            trace_id: trace_id(&self.trace_id.0, "link's trace id")?,
            span_id: span_id(&self.span_id.0, "link's span id")?,
            trace_state: self.trace_state.0,
            attributes: attributes(self.attributes)?,
            dropped_attributes_count: self.dropped_attributes_count.0,
            flags: self.flags.0,
        })
    }
}

impl JsonStatus {
    fn into_model(self) -> Status {
        Status { code: StatusCode::from_number(self.code.0), message: self.message.0 }
    }
}
