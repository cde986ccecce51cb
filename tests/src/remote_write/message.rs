//! Writes in either version.

use std::collections::HashMap;

use prost::Message;

use super::{version_1, version_2};

/// The versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// 1.0.
    One,
    /// 2.0.
    Two,
}

impl Protocol {
    /// Both.
    pub const ALL: [Self; 2] = [Self::One, Self::Two];

    /// Its message, as Prometheus' setting `protobuf_message` has it.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::One => "prometheus.WriteRequest",
            Self::Two => "io.prometheus.write.v2.Request",
        }
    }

    /// The `Content-Type` that Prometheus sends.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::One => "application/x-protobuf",
            Self::Two => "application/x-protobuf;proto=io.prometheus.write.v2.Request",
        }
    }
}

/// A series, as a sender has it.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// Its labels, the name among them.
    pub labels: Vec<(String, String)>,
    /// Times in milliseconds, and values.
    pub samples: Vec<(i64, f64)>,
    /// Its exemplars.
    pub exemplars: Vec<Exemplar>,
    /// How many native histograms come with it.
    pub histograms: usize,
    /// What is said about it. In 1.0 it stands beside all series.
    pub metadata: Option<Metadata>,
}

/// An exemplar.
#[derive(Clone, Debug, Default)]
pub struct Exemplar {
    /// Its labels.
    pub labels: Vec<(String, String)>,
    /// Its time, in milliseconds.
    pub time: i64,
    /// Its value.
    pub value: f64,
}

/// What is said about a metric.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    /// The number of its type: 1 for a counter, 2 for a gauge, 3 for a histogram.
    pub metric_type: i32,
    /// Its family, which 2.0 leaves to the receiver.
    pub family: String,
    /// Its description.
    pub help: String,
    /// Its unit.
    pub unit: String,
}

/// The body of a write, still plain.
#[must_use]
pub fn body(all: &[Series], protocol: Protocol) -> Vec<u8> {
    match protocol {
        Protocol::One => write_request(all).encode_to_vec(),
        Protocol::Two => request(all).encode_to_vec(),
    }
}

fn write_request(all: &[Series]) -> version_1::WriteRequest {
    let labels = |labels: &[(String, String)]| {
        labels.iter().cloned().map(|(name, value)| version_1::Label { name, value }).collect()
    };
    let timeseries = all.iter().map(|series| version_1::TimeSeries {
        labels: labels(&series.labels),
        samples: series
            .samples
            .iter()
            .map(|(timestamp, value)| version_1::Sample { value: *value, timestamp: *timestamp })
            .collect(),
        exemplars: series
            .exemplars
            .iter()
            .map(|Exemplar { labels: of, time, value }| version_1::Exemplar {
                labels: labels(of),
                value: *value,
                timestamp: *time,
            })
            .collect(),
        histograms: vec![Vec::new(); series.histograms],
    });
    let metadata = all.iter().filter_map(|series| series.metadata.clone()).map(|said| {
        let Metadata { metric_type, family, help, unit } = said;
        version_1::MetricMetadata { r#type: metric_type, metric_family_name: family, help, unit }
    });
    version_1::WriteRequest { timeseries: timeseries.collect(), metadata: metadata.collect() }
}

/// Strings by their places.
#[derive(Default)]
struct Symbols {
    texts: Vec<String>,
    places: HashMap<String, u32>,
}

impl Symbols {
    fn place(&mut self, text: &str) -> u32 {
        *self.places.entry(text.to_owned()).or_insert_with(|| {
            self.texts.push(text.to_owned());
            u32::try_from(self.texts.len() - 1).unwrap_or(u32::MAX)
        })
    }

    fn places(&mut self, labels: &[(String, String)]) -> Vec<u32> {
        labels.iter().flat_map(|(name, value)| [name, value]).map(|text| self.place(text)).collect()
    }
}

fn request(all: &[Series]) -> version_2::Request {
    let mut symbols = Symbols::default();
    symbols.place("");
    let timeseries = all.iter().map(|series| version_2::TimeSeries {
        labels_refs: symbols.places(&series.labels),
        samples: series
            .samples
            .iter()
            .map(|(timestamp, value)| version_2::Sample {
                value: *value,
                timestamp: *timestamp,
                start_timestamp: timestamp - 1,
            })
            .collect(),
        histograms: vec![Vec::new(); series.histograms],
        exemplars: series
            .exemplars
            .iter()
            .map(|exemplar| version_2::Exemplar {
                labels_refs: symbols.places(&exemplar.labels),
                value: exemplar.value,
                timestamp: exemplar.time,
            })
            .collect(),
        metadata: series.metadata.as_ref().map(|said| version_2::Metadata {
            r#type: said.metric_type,
            help_ref: symbols.place(&said.help),
            unit_ref: symbols.place(&said.unit),
        }),
    });
    let timeseries = timeseries.collect();
    version_2::Request { symbols: symbols.texts, timeseries }
}
