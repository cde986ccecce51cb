//! What Firefly's end-to-end tests, its local development and its benchmarks stand on.

pub mod bench;
pub mod demo;
pub mod firehose_sender;
pub mod grafana;
pub mod host;
pub mod jaeger_client;
pub mod otlp_exporter;
pub mod prometheus_client;
pub mod promql_script;
pub mod read_back;
pub mod references;
pub mod remote_write;
pub mod test_database;
