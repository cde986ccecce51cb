//! Traces as they are read back.

use super::{Resource, Scope, Span, SpanKind, TraceId};
use crate::UnixNanos;

/// All stored spans of a trace, at least one.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// Which trace.
    pub trace_id: TraceId,
    /// The resources of its spans, each once.
    pub resources: Vec<Resource>,
    /// The scopes of its spans, each once.
    pub scopes: Vec<Scope>,
    /// The spans, by start and id.
    pub spans: Vec<TraceSpan>,
}

/// A span of a [`Trace`].
#[derive(Clone, Debug, PartialEq)]
pub struct TraceSpan {
    /// The span; its end is never before its start.
    pub span: Span,
    /// Index of its resource in the trace.
    pub resource: usize,
    /// Index of its scope in the trace.
    pub scope: usize,
    /// What was amiss with it when it was stored, such as an end before its start.
    pub warning: Option<String>,
}

/// What a service does: the name and kind of spans.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Operation {
    /// Name of the spans.
    pub name: String,
    /// Kind of the spans.
    pub kind: SpanKind,
}

/// What a list of traces shows of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceSummary {
    /// Which trace.
    pub trace_id: TraceId,
    /// Service of the root span: of the earliest span without a parent, else of the earliest span.
    pub root_service_name: String,
    /// Name of the root span.
    pub root_operation_name: String,
    /// Start of the earliest span.
    pub start: UnixNanos,
    /// End of the last span.
    pub end: UnixNanos,
    /// How many spans it has.
    pub span_count: u64,
    /// How many of these ended with an error.
    pub error_span_count: u64,
    /// The services of its spans, by name.
    pub services: Vec<ServiceSummary>,
}

/// A service's share of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceSummary {
    /// Name of the service.
    pub name: String,
    /// How many spans of it the trace has.
    pub span_count: u64,
    /// How many of these ended with an error.
    pub error_span_count: u64,
}

/// Who calls whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceEdge {
    /// The calling service.
    pub parent: String,
    /// The called service.
    pub child: String,
    /// How often.
    pub calls: u64,
    /// How many of the calls ended with an error on the called side.
    pub errors: u64,
}
