//! PromQL, <https://prometheus.io/docs/prometheus/latest/querying/basics/>: parser and engine, over a storage trait.
//!
//! Follows Prometheus 3.14 in all that is stable there, on floating-point samples, with delayed removal of names (its
//! feature `promql-delayed-name-removal`). Experimental functions and syntax are refused in Prometheus' words; native
//! histograms cannot be stored, so their functions find none.
//!
//! [`parse`] makes an [`Expr`] of a text; [`Engine`] asks a [`Storage`] for the series that its selectors name, once and
//! all together, and evaluates it at one time or at the steps of a range.

mod aggregate;
mod annotations;
mod answer;
mod engine;
mod error;
mod evaluate;
mod functions;
mod kahan;
pub mod parser;
mod storage;

pub use annotations::Annotations;
pub use answer::{Answer, Statistics, Value};
pub use engine::{Engine, Query};
pub use error::QueryError;
pub use parser::{Expr, ParseError, parse};
pub use storage::{SelectError, Storage};
