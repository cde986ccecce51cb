//! Traces: spans as OpenTelemetry defines them (OTLP 1.x), and what is stored of them.

mod attributes;
mod batch;
mod canonical;
mod ids;
mod query;
mod span;
mod stored;

pub use attributes::{AttributeValue, Attributes};
pub use batch::{CatalogueRow, Catalogued, ServiceOperation, SpanBatch, StoredSpan};
pub use ids::{SpanId, TraceId};
pub use query::TraceQuery;
pub use span::{Resource, Scope, Span, SpanEvent, SpanKind, SpanLink, Status, StatusCode, UNKNOWN_SERVICE};
pub use stored::{Operation, ServiceEdge, ServiceSummary, Trace, TraceSpan, TraceSummary};
