//! Jaeger's query API, as its UI and Grafana's Jaeger data source speak it: parameters of requests, and JSON of answers.
//!
//! [`v1`] is the API of Jaeger 1.x, `/api/…`, which Grafana uses; [`v3`] that of today's Jaeger UI, `/api/v3/…`. Followed
//! is Jaeger 1.76 (<https://github.com/jaegertracing/jaeger>, `cmd/query/app`), and where v3 has grown since, 2.19.
//!
//! Left out: `prettyPrint`, which changes white space only, and Jaeger's repairs of what its own old clients sent: the
//! moving of times for clock skew (off by default) and its warnings, new ids for spans that share one, IP addresses sent
//! as numbers, and attributes of the SDK that were sent with spans.

mod go_duration;
mod go_text;
mod parameters;
mod search;
mod span_kind;
mod trace_id;
pub mod v1;
pub mod v3;

pub use parameters::{ParameterError, Parameters, path_segment};
pub use search::TimeHint;
pub use trace_id::parse_trace_id;
