//! Spans into the database and traces out of it.

mod any_span;
mod catalogues;
mod expected_search;
mod read_back;
mod search;
mod search_examples;
pub mod spans;
mod summaries;
