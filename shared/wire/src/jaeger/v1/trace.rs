//! Traces with their spans and logs.

use firefly_model::trace::{Scope, SpanEvent, Trace, TraceSpan};
use serde::{Serialize, Serializer};

use super::process::Processes;
use super::references::{self, Reference};
use super::tag::{self, Tag, of_attributes};
use crate::jaeger::trace_id::short_trace_id;

/// The W3C trace flags among all that OTLP keeps with them.
const W3C_FLAGS: u32 = 0xff;

/// The JSON of a trace, with what is amiss with it.
pub fn trace_json(trace: &Trace, warning: Option<&str>) -> Vec<u8> {
    let processes = Processes::of(trace);
    let json = JsonTrace {
        trace_id: short_trace_id(trace.trace_id),
        spans: Spans { trace, processes: &processes },
        processes: &processes,
        warnings: warning.map(|warning| [warning]),
    };
    serde_json::to_vec(&json).unwrap_or_default()
}

#[derive(Serialize)]
struct JsonTrace<'a> {
    #[serde(rename = "traceID")]
    trace_id: String,
    spans: Spans<'a>,
    processes: &'a Processes,
    warnings: Option<[&'a str; 1]>,
}

struct Spans<'a> {
    trace: &'a Trace,
    processes: &'a Processes,
}

impl Serialize for Spans<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let no_scope = Scope::default();
        let spans = self.trace.spans.iter().map(|span| {
            let scope = self.trace.scopes.get(span.scope).unwrap_or(&no_scope);
            JsonSpan::of(span, scope, self.processes.id(span.resource))
        });
        serializer.collect_seq(spans)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonSpan<'a> {
    #[serde(rename = "traceID")]
    trace_id: String,
    #[serde(rename = "spanID")]
    span_id: String,
    #[serde(skip_serializing_if = "is_zero")]
    flags: u32,
    operation_name: &'a str,
    references: Vec<Reference>,
    start_time: u64,
    duration: u64,
    tags: Vec<Tag<'a>>,
    logs: Vec<Log<'a>>,
    #[serde(rename = "processID")]
    process_id: String,
    warnings: Option<[&'a str; 1]>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(flags: &u32) -> bool {
    *flags == 0
}

impl<'a> JsonSpan<'a> {
    fn of(span: &'a TraceSpan, scope: &'a Scope, process_id: String) -> Self {
        let TraceSpan { span, warning, .. } = span;
        Self {
            trace_id: short_trace_id(span.trace_id),
            span_id: span.span_id.to_string(),
            flags: span.flags & W3C_FLAGS,
            operation_name: &span.name,
            references: references::of_span(span),
            start_time: span.start.micros(),
            duration: span.duration_nanos() / 1_000,
            tags: tag::of_span(span, scope),
            logs: span.events.iter().map(Log::of).collect(),
            process_id,
            warnings: warning.as_deref().map(|warning| [warning]),
        }
    }
}

#[derive(Serialize)]
struct Log<'a> {
    timestamp: u64,
    fields: Vec<Tag<'a>>,
}

impl<'a> Log<'a> {
    /// The name of the event is a field of its own, the first one, unless an attribute has the field's name.
    fn of(event: &'a SpanEvent) -> Self {
        const NAME: &str = "event";
        let mut fields: Vec<_> = of_attributes(&event.attributes).collect();
        if !event.name.is_empty() && event.attributes.get(NAME).is_none() {
            fields.push(Tag::text(NAME, &event.name));
        }
        fields.sort_by(|one, other| {
            let is_name = |field: &Tag<'_>| field.key == NAME && field.is_text();
            is_name(other).cmp(&is_name(one)).then_with(|| one.order(other))
        });
        Self { timestamp: event.time.micros(), fields }
    }
}
