//! The traces path: OTLP spans in, Jaeger's query API out.

mod corpus;
mod spans;
