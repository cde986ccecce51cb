//! PromQL and Prometheus' HTTP API beside the real Prometheus: the same samples into both, the same questions to both.

mod answers;
mod data;
mod differential;
mod known_differences;
mod lists;
mod metadata;
mod pair;
mod promtool;
mod queries;
