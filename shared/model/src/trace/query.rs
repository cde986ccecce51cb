//! Which traces are asked for.

use std::ops::Range;
use std::time::Duration;

use crate::UnixNanos;

/// Which traces are looked for: those of which one span meets all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceQuery {
    /// Name of the service; any if it is not given.
    pub service_name: Option<String>,
    /// Name of the span; any if it is not given.
    pub operation_name: Option<String>,
    /// Names and values, in text form, of attributes of the span, its resource or one of its events, and of what Jaeger
    /// shows as tags besides: `error`, `span.kind`, `otel.status_code`, `otel.status_description`, `otel.scope.name`,
    /// `otel.scope.version`, `w3c.tracestate`.
    pub tags: Vec<(String, String)>,
    /// When the span began.
    pub start: Range<UnixNanos>,
    /// The shortest duration, included.
    pub duration_min: Option<Duration>,
    /// The longest duration, included.
    pub duration_max: Option<Duration>,
    /// How many traces at most; the newest ones, by the start of the newest span that meets the query.
    pub limit: usize,
}
