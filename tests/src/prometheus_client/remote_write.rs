//! Requests of remote write 1.0, <https://prometheus.io/docs/specs/prw/remote_write_spec/>, compressed in the
//! block format of snappy without compressing anything: each piece is a literal.

use prost::Message;

/// A request.
#[derive(Clone, PartialEq, Message)]
pub struct WriteRequest {
    /// Series.
    #[prost(message, repeated, tag = "1")]
    pub timeseries: Vec<TimeSeries>,
}

/// A series with what is new of it.
#[derive(Clone, PartialEq, Message)]
pub struct TimeSeries {
    /// Sorted by name, the metric's name among them.
    #[prost(message, repeated, tag = "1")]
    pub labels: Vec<Label>,
    /// In order of time.
    #[prost(message, repeated, tag = "2")]
    pub samples: Vec<Sample>,
    /// Exemplars.
    #[prost(message, repeated, tag = "3")]
    pub exemplars: Vec<Exemplar>,
}

/// A label.
#[derive(Clone, PartialEq, Message)]
pub struct Label {
    /// Name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// Value.
    #[prost(string, tag = "2")]
    pub value: String,
}

/// A sample.
#[derive(Clone, PartialEq, Message)]
pub struct Sample {
    /// Value.
    #[prost(double, tag = "1")]
    pub value: f64,
    /// Unix milliseconds.
    #[prost(int64, tag = "2")]
    pub timestamp: i64,
}

/// An exemplar.
#[derive(Clone, PartialEq, Message)]
pub struct Exemplar {
    /// Sorted by name, the metric's name among them.
    #[prost(message, repeated, tag = "1")]
    pub labels: Vec<Label>,
    /// Value.
    #[prost(double, tag = "2")]
    pub value: f64,
    /// Unix milliseconds.
    #[prost(int64, tag = "3")]
    pub timestamp: i64,
}

impl WriteRequest {
    /// The body of a request.
    #[must_use]
    pub fn compressed(&self) -> Vec<u8> {
        /// The longest literal that two bytes of length can say.
        const LITERAL: usize = 1 << 16;
        let bytes = self.encode_to_vec();
        let mut out = Vec::with_capacity(bytes.len() + 64);
        prost::encoding::encode_varint(bytes.len() as u64, &mut out);
        for piece in bytes.chunks(LITERAL) {
            out.push(61 << 2);
            // A piece is never empty, nor longer than a literal.
            let length = u16::try_from(piece.len() - 1).unwrap_or(u16::MAX);
            out.extend_from_slice(&length.to_le_bytes());
            out.extend_from_slice(piece);
        }
        out
    }
}
