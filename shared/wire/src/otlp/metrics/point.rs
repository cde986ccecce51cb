//! Metrics and their data points, as either encoding brings them.

use firefly_model::trace::Attributes;
use firefly_model::{UnixMillis, UnixNanos};

/// `Metric`, without its points.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Metric {
    pub name: String,
    pub description: String,
    pub unit: String,
    pub data: Data,
}

/// What a metric consists of.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Data {
    /// Nothing, or of a type that came after this version of OTLP.
    #[default]
    Unknown,
    Gauge(Vec<Point<Number>>),
    Sum {
        points: Vec<Point<Number>>,
        temporality: i32,
        is_monotonic: bool,
    },
    Histogram {
        points: Vec<Point<Histogram>>,
        temporality: i32,
    },
    ExponentialHistogram {
        points: Vec<Point<ExponentialHistogram>>,
        temporality: i32,
    },
    Summary(Vec<Point<Summary>>),
}

/// `AGGREGATION_TEMPORALITY_DELTA`.
pub(crate) const DELTA: i32 = 1;
/// `AGGREGATION_TEMPORALITY_CUMULATIVE`.
pub(crate) const CUMULATIVE: i32 = 2;

/// `DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK`.
const NO_RECORDED_VALUE: u32 = 1;

/// What all data points have, and what each kind has besides. Start times are left out: Prometheus has no place for
/// them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Point<T> {
    pub attributes: Attributes,
    pub time: UnixNanos,
    pub flags: u32,
    pub exemplars: Vec<Exemplar>,
    pub value: T,
}

impl<T> Point<T> {
    /// Its time, to Prometheus' milliseconds.
    pub fn time(&self) -> UnixMillis {
        self.time.millis()
    }

    /// Whether it says that there is no value any more.
    pub fn is_stale(&self) -> bool {
        self.flags & NO_RECORDED_VALUE != 0
    }
}

/// The value of a `NumberDataPoint`, as Prometheus has it: a 64-bit integer loses what exceeds 53 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Number(pub Option<f64>);

/// `HistogramDataPoint`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Histogram {
    pub count: u64,
    pub sum: Option<f64>,
    pub bucket_counts: Vec<u64>,
    pub explicit_bounds: Vec<f64>,
}

/// `ExponentialHistogramDataPoint`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ExponentialHistogram {
    pub count: u64,
    pub sum: Option<f64>,
    pub scale: i32,
    pub zero_count: u64,
    pub zero_threshold: f64,
    pub positive: Buckets,
    pub negative: Buckets,
}

/// Counts of neighbouring buckets of an exponential histogram, the first with this index.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Buckets {
    pub offset: i32,
    pub counts: Vec<u64>,
}

/// `SummaryDataPoint`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Summary {
    pub count: u64,
    pub sum: f64,
    /// Quantiles and their values.
    pub quantiles: Vec<(f64, f64)>,
}

/// `Exemplar`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Exemplar {
    pub filtered_attributes: Attributes,
    pub time: UnixNanos,
    pub value: Option<f64>,
    pub trace_id: Vec<u8>,
    pub span_id: Vec<u8>,
}

/// An integer as the nearest number that Prometheus has.
#[expect(clippy::cast_precision_loss, reason = "Prometheus has no other numbers")]
pub(crate) fn of_int(value: i64) -> f64 {
    value as f64
}

/// A count as the nearest number that Prometheus has.
#[expect(clippy::cast_precision_loss, reason = "Prometheus has no other numbers")]
pub(crate) fn of_count(value: u64) -> f64 {
    value as f64
}
