//! `io.prometheus.write.v2.Request`.

use prost::Message;

/// A write.
#[derive(Clone, PartialEq, Message)]
pub struct Request {
    /// Every string of it, the empty one first.
    #[prost(string, repeated, tag = "4")]
    pub symbols: Vec<String>,
    /// Series with their samples.
    #[prost(message, repeated, tag = "5")]
    pub timeseries: Vec<TimeSeries>,
}

/// A series.
#[derive(Clone, PartialEq, Message)]
pub struct TimeSeries {
    /// Names and values of its labels in turn, as places among the symbols.
    #[prost(uint32, repeated, tag = "1")]
    pub labels_refs: Vec<u32>,
    /// Its samples.
    #[prost(message, repeated, tag = "2")]
    pub samples: Vec<Sample>,
    /// Native histograms, as they are.
    #[prost(bytes = "vec", repeated, tag = "3")]
    pub histograms: Vec<Vec<u8>>,
    /// Its exemplars.
    #[prost(message, repeated, tag = "4")]
    pub exemplars: Vec<Exemplar>,
    /// What is said about its metric.
    #[prost(message, optional, tag = "5")]
    pub metadata: Option<Metadata>,
}

/// A sample.
#[derive(Clone, Copy, PartialEq, Message)]
pub struct Sample {
    /// Its value.
    #[prost(double, tag = "1")]
    pub value: f64,
    /// Its time, in milliseconds.
    #[prost(int64, tag = "2")]
    pub timestamp: i64,
    /// When its counter began.
    #[prost(int64, tag = "3")]
    pub start_timestamp: i64,
}

/// An exemplar.
#[derive(Clone, PartialEq, Message)]
pub struct Exemplar {
    /// As of a series.
    #[prost(uint32, repeated, tag = "1")]
    pub labels_refs: Vec<u32>,
    /// Its value.
    #[prost(double, tag = "2")]
    pub value: f64,
    /// Its time, in milliseconds.
    #[prost(int64, tag = "3")]
    pub timestamp: i64,
}

/// What is said about the metric of a series.
#[derive(Clone, Copy, PartialEq, Message)]
pub struct Metadata {
    /// The number of its type.
    #[prost(int32, tag = "1")]
    pub r#type: i32,
    /// Place of its description.
    #[prost(uint32, tag = "3")]
    pub help_ref: u32,
    /// Place of its unit.
    #[prost(uint32, tag = "4")]
    pub unit_ref: u32,
}
