//! Spans and what they belong to, in OTLP's words.

use super::{Attributes, SpanId, TraceId};
use crate::UnixNanos;

/// Who or what made spans: a Lambda function in one of its instances.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resource {
    /// What describes it, `service.name` among them.
    pub attributes: Attributes,
    /// Attributes that its maker left out.
    pub dropped_attributes_count: u32,
    /// Where the meaning of the attributes is defined; empty if it was not said.
    pub schema_url: String,
}

/// Name of a service whose resource says neither `service.name` nor `faas.name`: the default of OpenTelemetry's
/// specification of resources.
pub const UNKNOWN_SERVICE: &str = "unknown_service";

impl Resource {
    /// The service: `service.name`, else the name of the function, else [`UNKNOWN_SERVICE`].
    pub fn service_name(&self) -> &str {
        let name = self.attributes.text("service.name").or_else(|| self.attributes.text("faas.name"));
        name.unwrap_or(UNKNOWN_SERVICE)
    }
}

/// The library that made spans.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scope {
    /// Its name, such as `@opentelemetry/instrumentation-aws-lambda`; may be empty.
    pub name: String,
    /// Its version; may be empty.
    pub version: String,
    /// What else it says of itself.
    pub attributes: Attributes,
    /// Attributes that were left out.
    pub dropped_attributes_count: u32,
    /// Where the meaning of its spans' attributes is defined; empty if it was not said.
    pub schema_url: String,
}

/// What part a span plays in a call. The numbers are OTLP's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SpanKind {
    /// Not said, or a number that OTLP does not define.
    #[default]
    Unspecified = 0,
    /// Work inside a service.
    Internal = 1,
    /// The serving side of a call.
    Server = 2,
    /// The calling side.
    Client = 3,
    /// The sending side of a message.
    Producer = 4,
    /// The receiving side of a message.
    Consumer = 5,
}

impl SpanKind {
    /// All kinds, by their numbers.
    pub const ALL: [Self; 6] =
        [Self::Unspecified, Self::Internal, Self::Server, Self::Client, Self::Producer, Self::Consumer];

    /// The kind of an OTLP number.
    pub fn from_number(number: i32) -> Self {
        usize::try_from(number).ok().and_then(|number| Self::ALL.get(number)).copied().unwrap_or_default()
    }

    /// The kind of a lower-case word, as in the views and in Jaeger's `span.kind`.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Its lower-case word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::Internal => "internal",
            Self::Server => "server",
            Self::Client => "client",
            Self::Producer => "producer",
            Self::Consumer => "consumer",
        }
    }
}

/// How a span ended. The numbers are OTLP's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatusCode {
    /// Not said, or a number that OTLP does not define.
    #[default]
    Unset = 0,
    /// Well, as the application says.
    Ok = 1,
    /// Badly.
    Error = 2,
}

impl StatusCode {
    /// The code of an OTLP number.
    pub fn from_number(number: i32) -> Self {
        match number {
            1 => Self::Ok,
            2 => Self::Error,
            _ => Self::Unset,
        }
    }
}

/// How a span ended, and what was said of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// How.
    pub code: StatusCode,
    /// In words; mostly empty.
    pub message: String,
}

/// Something that happened during a span, such as an exception.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpanEvent {
    /// When.
    pub time: UnixNanos,
    /// What, such as `exception`.
    pub name: String,
    /// Details.
    pub attributes: Attributes,
    /// Attributes that were left out.
    pub dropped_attributes_count: u32,
}

/// Another span that a span has to do with, without being its child.
#[derive(Clone, Debug, PartialEq)]
pub struct SpanLink {
    /// The other span's trace.
    pub trace_id: TraceId,
    /// The other span.
    pub span_id: SpanId,
    /// The other span's W3C `tracestate`; mostly empty.
    pub trace_state: String,
    /// Details.
    pub attributes: Attributes,
    /// Attributes that were left out.
    pub dropped_attributes_count: u32,
    /// W3C trace flags in the low 8 bits, OTLP's `SpanFlags` above them.
    pub flags: u32,
}

/// One operation of a service, as it was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Its trace.
    pub trace_id: TraceId,
    /// Itself.
    pub span_id: SpanId,
    /// The span that it is a part of, which may belong to another service; a root span has none.
    pub parent_span_id: Option<SpanId>,
    /// W3C `tracestate`; mostly empty.
    pub trace_state: String,
    /// W3C trace flags in the low 8 bits, OTLP's `SpanFlags` above them.
    pub flags: u32,
    /// What it does, such as `GET /orders`.
    pub name: String,
    /// Its part in a call.
    pub kind: SpanKind,
    /// When it began.
    pub start: UnixNanos,
    /// When it ended, as sent: it may lie before the start.
    pub end: UnixNanos,
    /// Details.
    pub attributes: Attributes,
    /// Attributes that were left out.
    pub dropped_attributes_count: u32,
    /// What happened during it, in order.
    pub events: Vec<SpanEvent>,
    /// Events that were left out.
    pub dropped_events_count: u32,
    /// Other spans that it has to do with.
    pub links: Vec<SpanLink>,
    /// Links that were left out.
    pub dropped_links_count: u32,
    /// How it ended.
    pub status: Status,
}

impl Span {
    /// How long it took, in nanoseconds; 0 if its end lies before its start.
    pub fn duration_nanos(&self) -> u64 {
        self.end.0.saturating_sub(self.start.0)
    }
}
