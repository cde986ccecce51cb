//! Scripts of PromQL: samples, queries, and what they have to answer, in the format of Prometheus' own tests, described at
//! <https://github.com/prometheus/prometheus/blob/main/promql/promqltest/README.md>.
//!
//! A script runs on any storage that can be filled: in memory, or the database. Times begin at the Unix epoch. Each
//! instant query is also asked as the middle step of a range query. Left out are native histograms, and the forms that
//! Prometheus has deprecated (`eval_fail` and its kind).

mod command;
mod compare;
mod eval;
mod expectation;
mod memory;
mod runner;
mod samples;

pub use memory::MemoryStorage;
pub use runner::run;

use std::future::Future;

use anyhow::Result;
use firefly_model::selection::LabelledPoints;
use firefly_promql::Storage;

/// A storage that a script can fill.
pub trait ScriptStorage: Storage {
    /// Forgets everything.
    ///
    /// # Errors
    ///
    /// If it cannot.
    fn clear(&mut self) -> impl Future<Output = Result<()>>;

    /// Takes further samples, of series that may be known already.
    ///
    /// # Errors
    ///
    /// If it cannot.
    fn load(&mut self, series: Vec<LabelledPoints>) -> impl Future<Output = Result<()>>;
}
