//! What is asked: expressions generated over the grammar, and a list of corner cases.

mod aggregations;
mod binary;
pub mod corner_cases;
mod expression;
mod functions;
mod generator;
mod metrics;
mod mutation;
mod scalars;
mod selectors;

pub use expression::{Expression, Type};
pub use generator::Generator;
pub use mutation::mutated;
