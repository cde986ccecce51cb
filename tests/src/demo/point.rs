//! A CloudWatch data point: one minute of one metric under one set of dimensions.

/// What makes two data points parts of one series: account, region, namespace, metric name, dimensions.
pub type SeriesKey<'a> = (&'a str, &'a str, &'a str, &'a str, &'a [(String, String)]);

/// One data point: the statistic set of one series for one minute.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Account that the metric belongs to, twelve digits.
    pub account_id: String,
    /// Region, e.g. `eu-west-1`.
    pub region: String,
    /// Namespace, e.g. `AWS/Lambda`.
    pub namespace: String,
    /// Metric name, e.g. `Invocations`.
    pub metric_name: String,
    /// Dimension names and values, sorted by name; empty for a region total.
    pub dimensions: Vec<(String, String)>,
    /// Unit of `sum`, `minimum`, `maximum` and of the percentiles.
    pub unit: Unit,
    /// Start of the minute, Unix milliseconds.
    pub start_ms: i64,
    /// How many samples the statistics are made of; at least 1.
    pub samples: u64,
    /// Sum of the samples.
    pub sum: f64,
    /// Smallest sample.
    pub minimum: f64,
    /// Largest sample.
    pub maximum: f64,
    /// Further statistics by CloudWatch's name, e.g. `p99`.
    pub extra: Vec<(String, f64)>,
}

impl Point {
    /// The series that this point belongs to.
    pub fn series(&self) -> SeriesKey<'_> {
        (&self.account_id, &self.region, &self.namespace, &self.metric_name, &self.dimensions)
    }
}

/// The CloudWatch units that the demo and its tests need.
///
/// CloudWatch's names: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A number of events.
    Count,
    /// Thousandths of a second.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
    /// Hundredths.
    Percent,
    /// Bytes in a second.
    BytesPerSecond,
    /// No unit.
    None,
}

impl Unit {
    /// The name in CloudWatch's API and in JSON metric streams.
    pub fn cloudwatch(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Milliseconds => "Milliseconds",
            Self::Seconds => "Seconds",
            Self::Bytes => "Bytes",
            Self::Percent => "Percent",
            Self::BytesPerSecond => "Bytes/Second",
            Self::None => "None",
        }
    }

    /// The UCUM code that OpenTelemetry metric streams carry instead.
    pub fn ucum(self) -> &'static str {
        match self {
            Self::Count => "{Count}",
            Self::Milliseconds => "ms",
            Self::Seconds => "s",
            Self::Bytes => "By",
            Self::Percent => "%",
            Self::BytesPerSecond => "By/s",
            Self::None => "1",
        }
    }
}
