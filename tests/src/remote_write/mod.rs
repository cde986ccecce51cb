//! The other side of the `remote-write` function: what Prometheus sends, and what it says of its own samples.
//!
//! Specifications: <https://prometheus.io/docs/specs/prw/remote_write_spec/> and
//! <https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/>; reading back is
//! <https://prometheus.io/docs/prometheus/latest/querying/remote_read_api/>, which alone shows stale markers. Native
//! histograms are left out but for their being there.

mod message;
pub mod read;
pub mod version_1;
pub mod version_2;

pub use message::{Exemplar, Metadata, Protocol, Series, body};
