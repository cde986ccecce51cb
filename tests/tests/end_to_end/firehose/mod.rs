//! The function `firehose`: its real binary behind a function URL, with a real database behind it.

mod answers;
mod bodies;
mod concurrent;
mod crash;
mod database;
mod endpoint;
mod event;
pub mod locks;
mod properties;
mod refusals;
mod rows;
mod sample;
mod scratch_server;
mod shop;
mod start;
mod time_window;
