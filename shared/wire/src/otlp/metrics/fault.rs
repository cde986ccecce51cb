//! What can be wrong with a metric.

use firefly_model::OutsideWindow;

use crate::limits;
use crate::otlp::Fault;

/// Why data points of a metric cannot be stored, whenever they are sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetricFault {
    /// Not the message, or with attributes nested too deeply.
    #[error(transparent)]
    Message(#[from] Fault),
    /// No name that Prometheus could have.
    #[error("its name has no letter or digit")]
    Name,
    /// A name that no index holds.
    #[error("its name is longer than {cap} bytes", cap = limits::NAME_BYTES)]
    NameLength,
    /// No data, or of a type of a later version.
    #[error("it is neither a gauge, a sum, a histogram, an exponential histogram nor a summary")]
    Type,
    /// Neither of the two.
    #[error("its temporality is neither delta nor cumulative")]
    Temporality,
    /// Neither an integer nor a floating-point number.
    #[error("a data point has no value")]
    NoValue,
    /// Too old, too far ahead, or of no time.
    #[error("a data point {0}")]
    Time(OutsideWindow),
    /// Buckets that do not fit their bounds.
    #[error("a histogram has {counts} bucket counts and {bounds} bounds instead of one less")]
    Buckets {
        /// How many counts it has.
        counts: usize,
        /// How many bounds it has.
        bounds: usize,
    },
    /// Bounds in disorder.
    #[error("the bounds of a histogram do not rise")]
    Bounds,
    /// A scale of which no SDK makes histograms.
    #[error("an exponential histogram has the scale {0}, which is not between -10 and 20")]
    Scale(i32),
    /// More buckets than any software makes.
    #[error("a histogram or summary has more than {cap} buckets or quantiles", cap = limits::BUCKETS)]
    TooManyBuckets,
    /// An attribute whose name makes no label.
    #[error("the name of the attribute {0:?} has no letter or digit")]
    LabelName(String),
    /// An attribute that is too long.
    #[error("the attribute {0:?} has a name or value of more than {cap} bytes", cap = limits::LABEL_BYTES)]
    LabelLength(String),
    /// More labels than any query could use.
    #[error("a data point has more than {cap} attributes", cap = limits::LABELS)]
    TooManyLabels,
}
