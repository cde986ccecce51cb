//! The function `firehose`: its real binary behind a function URL, with a real database behind it.

mod answers;
pub mod bodies;
mod concurrent;
mod crash;
pub mod database;
pub mod endpoint;
mod event;
pub mod locks;
mod properties;
pub mod refusals;
pub mod rows;
pub mod sample;
pub mod scratch_server;
mod shop;
mod start;
mod statistic_hours;
mod time_window;
