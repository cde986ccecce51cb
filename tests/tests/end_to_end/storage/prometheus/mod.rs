//! Series as Prometheus has them, out of the database.

mod catalogue;
mod cloudwatch;
pub mod data;
mod exemplars;
mod matchers;
mod push_down;
mod scripts;
mod select;
