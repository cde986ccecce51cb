//! What a CloudWatch metric stream puts into Firehose records: JSON lines, OpenTelemetry 0.7.0 or 1.0.0.
//!
//! A record's format is recognised from its bytes, so that a stream may change its format at any time. Specification:
//! "Output formats" under "Metric streams" in the CloudWatch user guide; the OpenTelemetry formats are
//! `ExportMetricsServiceRequest` messages of <https://github.com/open-telemetry/opentelemetry-proto> v0.7.0 and v1.0.0,
//! each preceded by its length as a protobuf varint.

mod data_point;
mod json;
mod otel;
mod unit;

pub use data_point::{DataPoint, Sink, Undecodable};

/// Bytes that may precede JSON text: a byte order mark, in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads every data point of a record into `sink`, and hands it every piece that cannot be read. Never fails: one bad
/// piece does not hold back the rest.
pub fn decode_record(record: &[u8], sink: &mut impl Sink) {
    match Format::of(record) {
        Format::Blank => {}
        Format::JsonLines => json::decode_lines(record.strip_prefix(BYTE_ORDER_MARK).unwrap_or(record), sink),
        Format::OpenTelemetry => otel::decode_messages(record, sink),
    }
}

/// How much of a record is looked at to tell text from protobuf: the tags of the first resource's attributes, which
/// are control characters, stand within.
const TEXT_PROBE_BYTES: usize = 64;

fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| !byte.is_ascii_control() || byte.is_ascii_whitespace())
}

#[derive(Debug, PartialEq, Eq)]
enum Format {
    Blank,
    JsonLines,
    OpenTelemetry,
}

impl Format {
    fn of(record: &[u8]) -> Self {
        let text = record.strip_prefix(BYTE_ORDER_MARK).unwrap_or(record).trim_ascii_start();
        match text {
            [] => Self::Blank,
            // A message of 123 bytes starts with `{` too, its length; the second byte is then the tag of
            // `resource_metrics`, which is also a line feed. AWS writes an object on one line.
            [b'{', b'\n', ..] if otel::starts_with_message(record) => Self::OpenTelemetry,
            [b'{', second, ..] if *second == b'"' || *second == b'}' || second.is_ascii_whitespace() => {
                Self::JsonLines
            }
            // Not an object: read as lines, so that a bad first line does not take the good ones after it along.
            _ if is_text(&text[..text.len().min(TEXT_PROBE_BYTES)]) => Self::JsonLines,
            _ => Self::OpenTelemetry,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_apart() {
        assert_eq!(Format::of(b""), Format::Blank);
        assert_eq!(Format::of(b" \r\n\n"), Format::Blank);
        assert_eq!(Format::of(b"{\"a\":1}"), Format::JsonLines);
        assert_eq!(Format::of(b"\xef\xbb\xbf\n{ \"a\":1}"), Format::JsonLines);
        assert_eq!(Format::of(b"{\n  \"a\":1}"), Format::JsonLines);
        assert_eq!(Format::of(b"\x02\x0a\x00"), Format::OpenTelemetry);
        assert_eq!(Format::of(b"\x00"), Format::OpenTelemetry);
        let mut message = vec![123, 0x0a, 121];
        message.extend([0x1a, 119].into_iter().chain([b'x'; 119]));
        assert_eq!(Format::of(&message), Format::OpenTelemetry);
        assert_eq!(Format::of(b"hello"), Format::JsonLines);
        assert_eq!(Format::of(b"\x1f\x8b\x08"), Format::OpenTelemetry);
        assert_eq!(Format::of("naïve\n{}".as_bytes()), Format::JsonLines);
    }
}
