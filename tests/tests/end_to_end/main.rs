//! End-to-end tests: the real binaries behind function URLs of the local host.

mod host;
mod metric_stream;
mod storage;
