//! Prometheus' HTTP API, as Grafana's Prometheus data source, `promtool` and Prometheus' own UI speak it: parameters of
//! requests, and JSON of answers to the byte as Go writes it.
//!
//! Followed is Prometheus 3.14 (<https://prometheus.io/docs/prometheus/latest/querying/api/>, `web/api/v1`). Left out:
//! native histograms, which cannot be stored, and statistics per step, which are behind a feature flag there.

mod duration;
mod envelope;
mod exemplars;
mod form;
mod go_json;
mod label_name;
mod metadata;
mod options;
mod requests;
mod statistics;
mod time;
mod values;

pub use crate::rfc3339::format as rfc3339;
pub use envelope::{DATA_HEAD, END_OF_DATA, error_envelope, success, tail};
pub use exemplars::push_exemplars;
pub use form::{Form, ParameterError};
pub use go_json::to_go_json;
pub use label_name::label_name;
pub use metadata::{MetadataRequest, metadata_members};
pub use options::{QueryOptions, TRUNCATED, truncate, whole_number};
pub use requests::{ExemplarsRequest, InstantRequest, ListRequest, RangeRequest};
pub use statistics::{QuerySamples, QueryStatistics, QueryTimings};
pub use values::{push_labels, push_sample, push_scalar, push_series, push_string};
