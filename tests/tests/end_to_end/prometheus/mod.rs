//! The function `prometheus`: its real binary behind a function URL, with a real database behind it.

mod cloudwatch;
mod encodings;
mod endpoint;
mod grafana;
mod json;
mod keys;
mod lists;
mod mixin;
mod options;
mod refusals;
mod sample;
mod size;
mod start;
mod status;
mod timeouts;
