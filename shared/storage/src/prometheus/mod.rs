//! Series as Prometheus has them, out of the database: of samples as they are, and of statistic sets one for each statistic.

use std::ops::RangeInclusive;

use firefly_model::selection::{Labels, Limits, Matcher, SelectedSeries, Selection};
use firefly_model::{Exemplar, FamilyMetadata, UnixMillis};
use tokio::time::Instant;

use crate::StorageError;

mod cardinality;
mod catalogue;
mod collected;
mod column;
mod exemplars;
mod find;
mod held;
mod metadata;
mod partials;
mod reader;
mod reading;
mod refresh;
mod samples;
mod scan;
mod select;
mod series_row;
mod shape;
mod texts;

pub use reader::PrometheusReader;
pub use refresh::CatalogueCap;
pub use shape::PushDown;

/// Answers questions about metrics.
pub trait MetricReader {
    /// The series of each selection, in any order, with what is needed of their samples.
    ///
    /// # Errors
    ///
    /// If there are more than the limits allow, or the database does not answer.
    fn select(
        &self,
        selections: &[Selection],
        limits: Limits,
        deadline: Instant,
    ) -> impl Future<Output = Result<Vec<Vec<SelectedSeries>>, ReadError>> + Send;

    /// The labels of the series that meet all matchers of any of the sets (or all series, if there are no sets) and have
    /// samples in a range of time, as far as the catalogue tells; sorted, each once; all of them, or the first so many.
    ///
    /// # Errors
    ///
    /// If there are more than the limits allow, or the database does not answer.
    fn series(
        &self,
        sets: &[Vec<Matcher>],
        range: RangeInclusive<UnixMillis>,
        first: Option<usize>,
        limits: Limits,
        deadline: Instant,
    ) -> impl Future<Output = Result<Vec<Labels>, ReadError>> + Send;

    /// The names of the labels of such series, sorted.
    ///
    /// # Errors
    ///
    /// If the database does not answer.
    fn label_names(
        &self,
        sets: &[Vec<Matcher>],
        range: RangeInclusive<UnixMillis>,
        deadline: Instant,
    ) -> impl Future<Output = Result<Vec<String>, ReadError>> + Send;

    /// The values of one label of such series, sorted.
    ///
    /// # Errors
    ///
    /// If the database does not answer.
    fn label_values(
        &self,
        name: &str,
        sets: &[Vec<Matcher>],
        range: RangeInclusive<UnixMillis>,
        deadline: Instant,
    ) -> impl Future<Output = Result<Vec<String>, ReadError>> + Send;

    /// What is said about metrics, those of CloudWatch included; of one, or of all; sorted by name.
    ///
    /// # Errors
    ///
    /// If the database does not answer.
    fn metadata(
        &self,
        metric: Option<&str>,
        deadline: Instant,
    ) -> impl Future<Output = Result<Vec<FamilyMetadata>, ReadError>> + Send;

    /// The exemplars of the series that meet all matchers of any of the sets, in a range of time; series sorted by labels,
    /// exemplars by time.
    ///
    /// # Errors
    ///
    /// If there are more than the limits allow, or the database does not answer.
    fn exemplars(
        &self,
        sets: &[Vec<Matcher>],
        range: RangeInclusive<UnixMillis>,
        limits: Limits,
        deadline: Instant,
    ) -> impl Future<Output = Result<Vec<(Labels, Vec<Exemplar>)>, ReadError>> + Send;

    /// How much there is, for Prometheus' page about its database.
    ///
    /// # Errors
    ///
    /// If the database does not answer.
    fn cardinality(&self, deadline: Instant) -> impl Future<Output = Result<Cardinality, ReadError>> + Send;
}

/// How many series there are, and of what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cardinality {
    /// All series.
    pub series: u64,
    /// Series by name of metric, the most numerous first.
    pub series_by_metric: Vec<(String, u64)>,
    /// Values by name of label, the most numerous first.
    pub values_by_label: Vec<(String, u64)>,
    /// Series by label and value, the most numerous first.
    pub series_by_pair: Vec<((String, String), u64)>,
}

/// Why a question about metrics has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// More samples than may be read for one question.
    #[error("more than {limit} samples")]
    TooManySamples {
        /// How many may be.
        limit: usize,
    },
    /// More series than may be read for one question.
    #[error("more than {limit} series")]
    TooManySeries {
        /// How many may be.
        limit: usize,
    },
    /// The database does not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
