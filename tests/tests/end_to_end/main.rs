//! End-to-end tests: the real binaries behind function URLs of the local host.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test panics where it fails")]

mod deliveries;
mod deployed;
mod firehose;
mod grafana;
mod host;
mod jaeger;
mod metric_stream;
mod otlp;
mod prometheus;
mod references;
mod remote_write;
mod storage;
