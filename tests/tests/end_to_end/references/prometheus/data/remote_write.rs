//! Series as requests of remote write 1.0, <https://prometheus.io/docs/specs/prw/remote_write_spec/>, compressed in the
//! block format of snappy without compressing anything: each piece is a literal.

use std::ops::Range;

use prost::Message;

use super::DataSeries;

#[derive(Clone, PartialEq, Message)]
pub struct WriteRequest {
    #[prost(message, repeated, tag = "1")]
    pub timeseries: Vec<TimeSeries>,
    #[prost(message, repeated, tag = "3")]
    pub metadata: Vec<MetricMetadata>,
}

#[derive(Clone, PartialEq, Message)]
pub struct MetricMetadata {
    /// The number of the type: unknown, counter, gauge, histogram, gauge histogram, summary, info, state set.
    #[prost(int32, tag = "1")]
    pub kind: i32,
    #[prost(string, tag = "2")]
    pub family: String,
    #[prost(string, tag = "4")]
    pub help: String,
    #[prost(string, tag = "5")]
    pub unit: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct TimeSeries {
    #[prost(message, repeated, tag = "1")]
    pub labels: Vec<Label>,
    #[prost(message, repeated, tag = "2")]
    pub samples: Vec<Sample>,
    #[prost(message, repeated, tag = "3")]
    pub exemplars: Vec<Exemplar>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Label {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(string, tag = "2")]
    pub value: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct Sample {
    #[prost(double, tag = "1")]
    pub value: f64,
    #[prost(int64, tag = "2")]
    pub timestamp: i64,
}

#[derive(Clone, PartialEq, Message)]
pub struct Exemplar {
    #[prost(message, repeated, tag = "1")]
    pub labels: Vec<Label>,
    #[prost(double, tag = "2")]
    pub value: f64,
    #[prost(int64, tag = "3")]
    pub timestamp: i64,
}

impl WriteRequest {
    /// What the series have in these milliseconds.
    pub fn of(series: &[DataSeries], times: Range<i64>) -> Self {
        let timeseries = series.iter().filter_map(|series| TimeSeries::of(series, &times)).collect();
        Self { timeseries, metadata: Vec::new() }
    }

    /// The body of a request.
    pub fn compressed(&self) -> Vec<u8> {
        /// The longest literal that two bytes of length can say.
        const LITERAL: usize = 1 << 16;
        let bytes = self.encode_to_vec();
        let mut out = Vec::with_capacity(bytes.len() + 64);
        prost::encoding::encode_varint(bytes.len() as u64, &mut out);
        for piece in bytes.chunks(LITERAL) {
            out.push(61 << 2);
            out.extend_from_slice(&u16::try_from(piece.len() - 1).unwrap().to_le_bytes());
            out.extend_from_slice(piece);
        }
        out
    }
}

impl TimeSeries {
    fn of(series: &DataSeries, times: &Range<i64>) -> Option<Self> {
        let samples: Vec<_> = series
            .samples
            .iter()
            .filter(|(timestamp, _)| times.contains(timestamp))
            .map(|&(timestamp, value)| Sample { value, timestamp })
            .collect();
        let exemplars = series.exemplars.iter().filter(|exemplar| times.contains(&exemplar.time_ms));
        let exemplars = exemplars.map(|exemplar| Exemplar {
            labels: labels(&exemplar.labels),
            value: exemplar.value,
            timestamp: exemplar.time_ms,
        });
        let exemplars = exemplars.collect();
        (!samples.is_empty()).then(|| Self { labels: labels(&series.labels), samples, exemplars })
    }
}

fn labels(labels: &[(String, String)]) -> Vec<Label> {
    labels.iter().map(|(name, value)| Label { name: name.clone(), value: value.clone() }).collect()
}
