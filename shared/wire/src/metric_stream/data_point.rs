//! A data point of any of the three formats, and who takes it.

use std::borrow::Cow;

use firefly_model::{SeriesKey, Statistics, UnixMillis};
use smallvec::SmallVec;

use super::{otel, unit};
use crate::{limits, protobuf};

/// Takes what a record holds.
pub trait Sink {
    /// A data point that was read.
    fn data_point(&mut self, point: &DataPoint<'_>);

    /// A piece that could not be read: a JSON line, a message with its length prefix, or a data point as a message of
    /// its own. Sent again as a record, it would be read the same way; but damaged bytes from the middle of a record,
    /// where they stand alone, may be taken for another format.
    fn undecodable(&mut self, piece: &[u8], reason: Undecodable);

    /// A line that is no data point by intent, such as the console's "Test with demo data".
    fn ignored(&mut self);

    /// Whether nothing more is taken: then the rest of the record is not read. A piece can be much larger than what
    /// it takes to make one, because each brings its resource along.
    fn is_full(&self) -> bool {
        false
    }
}

/// Dimension names and values. Lambda's metrics have three at most.
pub(super) type Dimensions<'a> = SmallVec<[(Cow<'a, str>, Cow<'a, str>); 3]>;
/// Names and values of statistics beyond the four. Few streams are configured to send more than three.
pub(super) type Extra<'a> = SmallVec<[(Cow<'a, str>, f64); 3]>;

/// Adds an entry unless there is one over the limit already: enough to be refused.
pub(super) fn push_capped<T>(entries: &mut SmallVec<[T; 3]>, entry: T, limit: usize) {
    if entries.len() <= limit {
        entries.push(entry);
    }
}

/// One CloudWatch data point, borrowed from the record where nothing had to be unescaped. Within [`limits`], without
/// U+0000, with finite values, dimensions sorted by name and each name once.
#[derive(Debug)]
pub struct DataPoint<'a> {
    pub(super) account_id: Cow<'a, str>,
    pub(super) region: Cow<'a, str>,
    pub(super) namespace: Cow<'a, str>,
    pub(super) metric_name: Cow<'a, str>,
    pub(super) dimensions: Dimensions<'a>,
    pub(super) unit: Cow<'a, str>,
    pub(super) extra: Extra<'a>,
    pub(super) source: Source<'a>,
    /// Start of the period.
    pub time: UnixMillis,
    /// The four statistics.
    pub statistics: Statistics,
}

/// Where a data point stands in its record.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source<'a> {
    Line(&'a [u8]),
    Message(otel::PointSource<'a>),
}

impl DataPoint<'_> {
    /// The series that the data point belongs to.
    pub fn key(&self) -> SeriesKey<'_> {
        SeriesKey {
            account_id: &self.account_id,
            region: &self.region,
            namespace: &self.namespace,
            name: &self.metric_name,
            labels: &self.dimensions,
        }
    }

    /// The unit under its CloudWatch name, such as `Milliseconds`.
    pub fn unit(&self) -> &str {
        unit::canonical(&self.unit)
    }

    /// Statistics beyond the four by their CloudWatch name, such as `p99`, in the order of the record.
    pub fn extra(&self) -> impl ExactSizeIterator<Item = (&str, f64)> {
        self.extra.iter().map(|(name, value)| (&**name, *value))
    }

    /// The data point as a record of its own, to be sent again.
    pub fn to_record(&self) -> Cow<'_, [u8]> {
        match &self.source {
            Source::Line(line) => Cow::Borrowed(line),
            Source::Message(source) => Cow::Owned(source.to_record()),
        }
    }

    /// Brings a data point into the form that it promises, or says what is wrong with it.
    pub(super) fn check(&mut self) -> Result<(), Undecodable> {
        for (what, text) in [
            ("account id", &self.account_id),
            ("region", &self.region),
            ("namespace", &self.namespace),
            ("metric name", &self.metric_name),
        ] {
            if text.is_empty() {
                return Err(Undecodable::Missing(what));
            }
            check_text(what, text, limits::NAME_BYTES)?;
        }
        check_text("unit", &self.unit, limits::LABEL_BYTES)?;
        self.check_dimensions()?;
        self.check_statistics()
    }

    fn check_dimensions(&mut self) -> Result<(), Undecodable> {
        if self.dimensions.len() > limits::DIMENSIONS {
            return Err(Undecodable::TooManyDimensions);
        }
        for (name, value) in &self.dimensions {
            check_text("dimension name", name, limits::LABEL_BYTES)?;
            check_text("dimension value", value, limits::LABEL_BYTES)?;
        }
        self.dimensions.sort_unstable();
        match self.dimensions.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            Some(pair) => Err(Undecodable::RepeatedDimension(pair[0].0.to_string())),
            None => Ok(()),
        }
    }

    fn check_statistics(&mut self) -> Result<(), Undecodable> {
        let Statistics { samples, sum, minimum, maximum } = &mut self.statistics;
        for (what, value) in [("count", samples), ("sum", sum), ("min", minimum), ("max", maximum)] {
            *value = finite(what, *value)?;
        }
        if self.extra.len() > limits::EXTRA_STATISTICS {
            return Err(Undecodable::TooManyStatistics);
        }
        for (name, value) in &mut self.extra {
            check_text("statistic name", name, limits::LABEL_BYTES)?;
            *value = finite(name, *value)?;
        }
        Ok(())
    }
}

fn check_text(what: &'static str, text: &str, cap: usize) -> Result<(), Undecodable> {
    if text.len() > cap {
        return Err(Undecodable::TooLong { what, bytes: text.len(), cap });
    }
    if text.as_bytes().contains(&0) {
        return Err(Undecodable::Nul(what));
    }
    Ok(())
}

/// The value, with negative zero as zero: equal values shall be equal bits, whichever copy is stored.
fn finite(what: &str, value: f64) -> Result<f64, Undecodable> {
    if value.is_finite() {
        Ok(value + 0.0)
    } else {
        Err(Undecodable::NotFinite { what: what.to_owned(), value })
    }
}

/// Why a piece of a record could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Undecodable {
    /// A line is no object of the metric stream's JSON format.
    #[error("not a line of a metric stream's JSON: {0}")]
    Json(String),
    /// A line is longer than any that CloudWatch could write.
    #[error("the line has {0} bytes, more than {max}", max = limits::LINE_BYTES)]
    LineTooLong(usize),
    /// The bytes between messages are no length.
    #[error("{0} where the length of a message should stand")]
    Framing(protobuf::Malformed),
    /// A message claims to be longer than its record.
    #[error("length prefix {length} exceeds the {left} bytes left in the record")]
    LengthPrefix {
        /// What the prefix says.
        length: u64,
        /// What there is.
        left: usize,
    },
    /// A message is not protobuf, or has a field of the wrong type.
    #[error("not an OpenTelemetry metrics message: {0}")]
    Message(#[from] protobuf::Malformed),
    /// A metric has data of another kind than metric streams send.
    #[error("metric {0:?} carries no summary; metric streams send nothing else")]
    NotASummary(String),
    /// Something that every data point has is missing or empty.
    #[error("the data point has no {0}")]
    Missing(&'static str),
    /// A dimension's value is no string.
    #[error("dimension {0:?} is not a string")]
    NotAString(String),
    /// A text is longer than CloudWatch allows.
    #[error("a {what} has {bytes} bytes, more than {cap}")]
    TooLong {
        /// Which text.
        what: &'static str,
        /// Its length.
        bytes: usize,
        /// The greatest length it may have.
        cap: usize,
    },
    /// PostgreSQL's text cannot hold U+0000.
    #[error("a {0} contains U+0000, which PostgreSQL cannot store")]
    Nul(&'static str),
    /// More dimensions than CloudWatch allows.
    #[error("more than {max} dimensions", max = limits::DIMENSIONS)]
    TooManyDimensions,
    /// The same dimension twice.
    #[error("dimension {0:?} is given twice")]
    RepeatedDimension(String),
    /// More statistics than a metric stream can be configured to send.
    #[error("more than {max} extra statistics", max = limits::EXTRA_STATISTICS)]
    TooManyStatistics,
    /// A statistic is NaN or infinite.
    #[error("statistic {what:?} is {value}, not a finite number")]
    NotFinite {
        /// Which statistic.
        what: String,
        /// Its value.
        value: f64,
    },
}
