//! The traces path: OTLP spans in, Jaeger's query API out.

mod bare;
mod batches;
mod corpus;
mod jaeger;
mod load;
mod otlp;
pub(super) mod path;
pub(super) mod query;
mod searches;
mod spans;
pub(super) mod store;
