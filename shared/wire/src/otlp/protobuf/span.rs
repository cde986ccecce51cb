//! `Span` and what stands in it.

use firefly_model::UnixNanos;
use firefly_model::trace::{Attributes, Span, SpanEvent, SpanKind, SpanLink, Status, StatusCode};

use super::attributes::add_attribute;
use crate::otlp::Fault;
use crate::otlp::fault::Budget;
use crate::otlp::ids::{parent_span_id, span_id, trace_id};
use crate::otlp::sink::Refused;
use crate::protobuf::Fields;

/// The fields of a `Span` before its ids are known to be such.
#[derive(Default)]
struct Read<'a> {
    trace_id: &'a [u8],
    span_id: &'a [u8],
    parent_span_id: &'a [u8],
    trace_state: String,
    flags: u32,
    name: String,
    kind: SpanKind,
    start: u64,
    end: u64,
    attributes: Attributes,
    dropped_attributes_count: u32,
    events: Vec<SpanEvent>,
    dropped_events_count: u32,
    links: Vec<SpanLink>,
    dropped_links_count: u32,
    status: Status,
}

/// `Span`.
pub(super) fn span(message: &[u8], budget: &mut Budget) -> Result<Span, Refused> {
    let mut read = Read::default();
    match read.fields(message, budget) {
        Ok(()) => read.into_span(),
        Err(fault) => Err(Refused { name: read.name, fault }),
    }
}

impl<'a> Read<'a> {
    fn fields(&mut self, message: &'a [u8], budget: &mut Budget) -> Result<(), Fault> {
        for field in Fields::of(message) {
            let field = field?;
            match field.number {
                1 => self.trace_id = field.message()?,
                2 => self.span_id = field.message()?,
                3 => self.trace_state = field.lossy_text()?,
                4 => self.parent_span_id = field.message()?,
                5 => self.name = field.lossy_text()?,
                6 => self.kind = SpanKind::from_number(field.int32()?),
                7 => self.start = field.fixed64()?,
                8 => self.end = field.fixed64()?,
                9 => add_attribute(&mut self.attributes, field.message()?, budget)?,
                10 => self.dropped_attributes_count = field.uint32()?,
                11 if budget.part() => self.events.push(event(field.message()?, budget)?),
                12 => self.dropped_events_count = field.uint32()?,
                13 if budget.part() => self.links.push(link(field.message()?, budget)?),
                14 => self.dropped_links_count = field.uint32()?,
                15 => self.status = status(field.message()?)?,
                16 => self.flags = field.fixed32()?,
                _ => {}
            }
        }
        Ok(())
    }

    fn into_span(self) -> Result<Span, Refused> {
        let ids = || {
            Ok((
                trace_id(self.trace_id, "trace id")?,
                span_id(self.span_id, "span id")?,
                parent_span_id(self.parent_span_id)?,
            ))
        };
        let (trace_id, span_id, parent_span_id) = match ids() {
            Ok(ids) => ids,
            Err(fault) => return Err(Refused { name: self.name, fault }),
        };
        Ok(Span {
            trace_id,
            span_id,
            parent_span_id,
            trace_state: self.trace_state,
            flags: self.flags,
            name: self.name,
            kind: self.kind,
            start: UnixNanos(self.start),
            end: UnixNanos(self.end),
            attributes: self.attributes,
            dropped_attributes_count: self.dropped_attributes_count,
            events: self.events,
            dropped_events_count: self.dropped_events_count,
            links: self.links,
            dropped_links_count: self.dropped_links_count,
            status: self.status,
        })
    }
}

/// `Span.Event`.
fn event(message: &[u8], budget: &mut Budget) -> Result<SpanEvent, Fault> {
    let mut event = SpanEvent::default();
    for field in Fields::of(message) {
        let field = field?;
        match field.number {
            1 => event.time = UnixNanos(field.fixed64()?),
            2 => event.name = field.lossy_text()?,
            3 => add_attribute(&mut event.attributes, field.message()?, budget)?,
            4 => event.dropped_attributes_count = field.uint32()?,
            _ => {}
        }
    }
    Ok(event)
}

/// `Span.Link`.
fn link(message: &[u8], budget: &mut Budget) -> Result<SpanLink, Fault> {
    let (mut trace, mut span) = (&[][..], &[][..]);
    let (mut trace_state, mut flags) = (String::new(), 0);
    let (mut attributes, mut dropped_attributes_count) = (Attributes::default(), 0);
    for field in Fields::of(message) {
        let field = field?;
        match field.number {
            1 => trace = field.message()?,
            2 => span = field.message()?,
            3 => trace_state = field.lossy_text()?,
            4 => add_attribute(&mut attributes, field.message()?, budget)?,
            5 => dropped_attributes_count = field.uint32()?,
            6 => flags = field.fixed32()?,
            _ => {}
        }
    }
    Ok(SpanLink {
        trace_id: trace_id(trace, "link's trace id")?,
        span_id: span_id(span, "link's span id")?,
        trace_state,
        attributes,
        dropped_attributes_count,
        flags,
    })
}

/// `Status`.
fn status(message: &[u8]) -> Result<Status, Fault> {
    let mut status = Status::default();
    for field in Fields::of(message) {
        let field = field?;
        match field.number {
            2 => status.message = field.lossy_text()?,
            3 => status.code = StatusCode::from_number(field.int32()?),
            _ => {}
        }
    }
    Ok(status)
}
