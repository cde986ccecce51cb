//! One delivery request: its identity, its records, its body.

use std::io::{Read, Result};

use flate2::Compression;
use flate2::read::GzEncoder;
use serde_json::Value;

use super::MAX_RECORDS;
use crate::demo::SplitMix64;

/// A delivery request of Firehose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Opaque id, the same in each attempt; see [`request_id`].
    pub request_id: String,
    /// When Firehose made the request, Unix milliseconds.
    pub timestamp_ms: i64,
    /// The records' bytes.
    pub records: Vec<Vec<u8>>,
}

impl Delivery {
    /// The JSON body.
    pub fn body(&self) -> String {
        let encode = |record: &Vec<u8>| base64_simd::STANDARD.encode_to_string(record);
        let records: Vec<String> =
            self.records.iter().map(|record| format!(r#"{{"data":"{}"}}"#, encode(record))).collect();
        format!(
            r#"{{"requestId":{},"timestamp":{},"records":[{}]}}"#,
            Value::from(self.request_id.as_str()),
            self.timestamp_ms,
            records.join(",")
        )
    }

    /// The JSON body as `Content-Encoding: gzip` has it.
    ///
    /// # Errors
    ///
    /// Fails only as `std::io` declares; reading from memory does not.
    pub fn gzip_body(&self) -> Result<Vec<u8>> {
        let mut compressed = Vec::new();
        GzEncoder::new(self.body().as_bytes(), Compression::default()).read_to_end(&mut compressed)?;
        Ok(compressed)
    }
}

/// A request id of the shape that Firehose uses: a random GUID.
pub fn request_id(random: &mut SplitMix64) -> String {
    let (high, low) = (random.next_u64(), random.next_u64());
    let version_4 = high & 0x0fff | 0x4000;
    let variant_1 = low >> 48 & 0x3fff | 0x8000;
    let node = low & 0xffff_ffff_ffff;
    format!("{:08x}-{:04x}-{version_4:04x}-{variant_1:04x}-{node:012x}", high >> 32, high >> 16 & 0xffff)
}

/// Collects records until a delivery is full, as Firehose's buffer does; sizes are of raw record bytes.
#[derive(Debug, Clone)]
pub struct Buffer {
    capacity_bytes: usize,
    bytes: usize,
    records: Vec<Vec<u8>>,
}

impl Buffer {
    /// An empty buffer, e.g. of [`super::BUFFER_BYTES`].
    pub fn new(capacity_bytes: usize) -> Self {
        Self { capacity_bytes, bytes: 0, records: Vec::new() }
    }

    /// Adds a record; where it does not fit any more, gives what was collected before it.
    pub fn push(&mut self, record: Vec<u8>) -> Option<Vec<Vec<u8>>> {
        let full = self.bytes + record.len() > self.capacity_bytes || self.records.len() == MAX_RECORDS;
        let batch = if full { self.flush() } else { None };
        self.bytes += record.len();
        self.records.push(record);
        batch
    }

    /// Empties the buffer; `None` if it was empty.
    pub fn flush(&mut self) -> Option<Vec<Vec<u8>>> {
        self.bytes = 0;
        let records = std::mem::take(&mut self.records);
        (!records.is_empty()).then_some(records)
    }
}
