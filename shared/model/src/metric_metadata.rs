//! What is said about a metric beside its samples.

use xxhash_rust::xxh3::xxh3_128;

use crate::series::push_canonical;
use crate::{Fingerprint, Sighting};

/// Prometheus' types of metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum MetricType {
    /// Not said, or none of the others: the amounts of OpenTelemetry's delta temporality are of this type.
    Unknown = 0,
    /// Only grows, until it starts anew.
    Counter = 1,
    /// Goes up and down.
    Gauge = 2,
    /// Counts of observations by size: `_bucket`, `_sum` and `_count`.
    Histogram = 3,
    /// Quantiles, `_sum` and `_count`.
    Summary = 4,
    /// A histogram that goes up and down.
    GaugeHistogram = 5,
    /// Labels for others to be joined with.
    Info = 6,
    /// Which of several states something is in.
    StateSet = 7,
}

impl MetricType {
    /// Prometheus' word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::Summary => "summary",
            Self::GaugeHistogram => "gaugehistogram",
            Self::Info => "info",
            Self::StateSet => "stateset",
        }
    }

    /// The type of Prometheus' word for it; unknown for any other word.
    pub fn parse(word: &str) -> Self {
        use MetricType::{Counter, Gauge, GaugeHistogram, Histogram, Info, StateSet, Summary, Unknown};
        [Counter, Gauge, Histogram, Summary, GaugeHistogram, Info, StateSet]
            .into_iter()
            .find(|known| known.as_str() == word)
            .unwrap_or(Unknown)
    }
}

/// Type, unit and description of a metric family. A name may have several, of several senders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricMetadata {
    /// The type.
    pub metric_type: MetricType,
    /// The unit in Prometheus' words, such as `seconds`; empty if there is none.
    pub unit: String,
    /// The description; may be empty.
    pub help: String,
}

/// The first byte of the canonical form; 1 and 2 are those of series, 3 to 5 those of traces.
const METADATA: u8 = 6;

impl MetricMetadata {
    /// Hashes the type, the family's name, the unit and the description.
    pub fn fingerprint(&self, family: &str, scratch: &mut Vec<u8>) -> Fingerprint {
        scratch.clear();
        scratch.extend_from_slice(&[METADATA, self.metric_type as u8]);
        for text in [family, &self.unit, &self.help] {
            push_canonical(scratch, text);
        }
        Fingerprint(xxh3_128(scratch))
    }
}

/// Metadata as its row in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FamilyMetadata {
    /// Name of the metric family: that of the series, without `_bucket`, `_sum` and `_count`.
    pub family: String,
    /// What is said about it.
    pub metadata: MetricMetadata,
    /// In which hours it was said; no unit.
    pub sighting: Sighting,
}
