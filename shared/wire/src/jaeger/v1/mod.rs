//! The API of Jaeger 1.x, `/api/…`: times and durations in microseconds, tags with a type, one envelope for everything.
//!
//! Shapes: `internal/uimodel` of Jaeger 1.76. Spans become Jaeger's by the mapping that OpenTelemetry specifies,
//! <https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/jaeger/>, as `pkg/translator/jaeger` of the Collector's
//! contributions does it, with `otel.scope.*` for `otel.library.*`. Unlike there, `flags` are the W3C flags of the span,
//! which Jaeger loses.

mod envelope;
#[cfg(test)]
mod golden;
mod listing;
mod parameters;
mod process;
mod references;
mod tag;
mod trace;

pub use envelope::{TRACES_HEAD, Warning, envelope, error_envelope, traces_tail};
pub use listing::{JsonDependency, JsonOperation};
pub use parameters::{
    DependenciesRequest, TracesRequest, dependencies_request, operations_request, time_hint, traces_request,
};
pub use trace::trace_json;
