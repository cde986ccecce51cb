//! The traces path: OTLP spans in, Jaeger's query API out.

mod bare;
mod batches;
mod corpus;
pub(super) mod decode;
mod jaeger;
mod load;
pub(super) mod memory;
mod otlp;
pub(super) mod path;
pub(super) mod query;
mod searches;
mod spans;
pub(super) mod start;
pub(super) mod store;

pub(super) use corpus::SERVICES;
pub(super) use load::load_days;
