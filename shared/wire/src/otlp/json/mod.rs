//! OTLP's JSON encoding: protobuf's JSON mapping with hexadecimal ids.

mod write;
mod write_attributes;

pub use write::TracesData;
