//! The API of today's Jaeger UI, `/api/v3/…`: traces as OTLP JSON, times as RFC 3339, no envelope.
//!
//! Parameters are accepted under the names of Jaeger 2.19 (`query.serviceName`) and of 1.76 (`query.service_name`).

mod answer;
mod parameters;

pub use answer::{
    SUMMARIES_HEAD, TRACES_HEAD, error_body, operations, services, summaries_tail, summary, trace_json,
    traces_tail,
};
pub use parameters::{operations_request, search, time_hint};
