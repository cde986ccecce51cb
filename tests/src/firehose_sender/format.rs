//! The three output formats of a metric stream, and packing them into records.

use super::{json, otel};
use crate::demo::Point;

/// Output format of a metric stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// `json`: a line for each data point.
    Json,
    /// `opentelemetry0.7`: dimensions are flat labels.
    Otel07,
    /// `opentelemetry1.0`: dimensions are one nested attribute.
    Otel10,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Json, Self::Otel07, Self::Otel10];
}

/// Encodes data points as records of at most `max_record_bytes` each, filled in order.
///
/// A line or message is never cut: a single point that alone exceeds the limit becomes a record of its own. JSON
/// keeps the points' order; OpenTelemetry sorts them by series, one `Metric` for each.
pub fn split_records(points: &[Point], format: Format, max_record_bytes: usize) -> Vec<Vec<u8>> {
    let pieces = match format {
        Format::Json => points.iter().map(json::line).collect(),
        Format::Otel07 => otel::messages(points, otel::Version::V07, max_record_bytes),
        Format::Otel10 => otel::messages(points, otel::Version::V10, max_record_bytes),
    };
    let mut records: Vec<Vec<u8>> = Vec::new();
    for piece in pieces {
        match records.last_mut() {
            Some(record) if record.len() + piece.len() <= max_record_bytes => record.extend(piece),
            _ => records.push(piece),
        }
    }
    records
}
