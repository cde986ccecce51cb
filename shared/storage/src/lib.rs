//! Firefly's database: TimescaleDB, or PostgreSQL 15 and newer. The only crate that knows SQL.
//!
//! [`Database`] is the one door to it: a single connection, reconnected and retried as needed. [`migrate`] brings the
//! schema up to date; [`MetricWriter`] takes batches of statistic sets, [`SampleWriter`] of samples, [`SpanWriter`] of
//! spans, [`TraceReader`] answers questions about traces, and [`PrometheusReader`] about
//! metrics.

mod array;
mod cancel;
mod connect;
mod database;
mod database_url;
mod dead_letters;
mod deliveries;
mod error;
mod metrics;
mod migrations;
mod partitions;
mod prometheus;
mod roles;
mod samples;
mod traces;

pub use database::Database;
pub use database_url::{DatabaseUrl, DatabaseUrlError};
pub use deliveries::Received;
pub use error::StorageError;
pub use metrics::{MetricWriter, Origin, Written};
pub use migrations::{Applied, Grade, SCHEMA_VERSION, migrate};
pub use prometheus::{Cardinality, CatalogueCap, MetricReader, PrometheusReader, PushDown, ReadError};
pub use roles::{Role, set_role_password};
pub use samples::SampleWriter;
pub use traces::{Cut, FoundTraces, SpanWriter, TraceReader};
