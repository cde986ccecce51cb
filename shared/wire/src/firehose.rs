//! The envelope of Amazon Data Firehose's HTTP endpoint deliveries, protocol version 1.0.
//!
//! Specification: "HTTP endpoint delivery request and response specifications" in the Firehose developer guide,
//! <https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html>. The request's `timestamp` is
//! left out: nothing depends on when Firehose made a request.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::{json_text, limits};

/// Lower-case name of the header that carries the id of a delivery request, the same over its retries.
pub const REQUEST_ID_HEADER: &str = "x-amz-firehose-request-id";
/// Lower-case name of the header that carries the access key, absent if none is configured.
pub const ACCESS_KEY_HEADER: &str = "x-amz-firehose-access-key";
/// Lower-case name of the header that carries the ARN of the delivery stream.
pub const SOURCE_ARN_HEADER: &str = "x-amz-firehose-source-arn";
/// Lower-case name of the header that carries the common attributes as JSON.
pub const COMMON_ATTRIBUTES_HEADER: &str = "x-amz-firehose-common-attributes";

/// A delivery request's body, borrowed from it.
#[derive(Debug, Deserialize)]
pub struct DeliveryRequest<'a> {
    /// Id of the request; the header has the same.
    #[serde(borrow, rename = "requestId")]
    pub request_id: Cow<'a, str>,
    /// Records in the order in which they came; empty ones are legal.
    #[serde(borrow, deserialize_with = "records")]
    pub records: Vec<Record<'a>>,
}

/// One record, as the producer put it into the delivery stream.
#[derive(Debug, Deserialize)]
pub struct Record<'a> {
    /// The record's bytes in standard base64.
    #[serde(borrow)]
    data: Cow<'a, str>,
}

/// Why a delivery request cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryRequestError {
    /// Not the documented JSON.
    #[error("the body is not a Firehose delivery request: {0}")]
    NotJson(String),
    /// More records than Firehose ever sends.
    #[error("the delivery has more than the {max} records that Firehose allows", max = limits::RECORDS)]
    TooManyRecords,
}

impl<'a> DeliveryRequest<'a> {
    /// Reads the body of a delivery request.
    ///
    /// # Errors
    ///
    /// If it is not JSON of the documented shape, or has too many records. Unknown fields are ignored.
    pub fn parse(body: &'a [u8]) -> Result<Self, DeliveryRequestError> {
        let request: Self = json_text::from_slice(body).map_err(DeliveryRequestError::NotJson)?;
        if request.records.len() > limits::RECORDS {
            return Err(DeliveryRequestError::TooManyRecords);
        }
        Ok(request)
    }
}

/// Reads the records, but keeps no more than one over the limit: enough to be refused.
fn records<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Record<'a>>, D::Error> {
    struct Records<'a>(PhantomData<&'a ()>);

    impl<'de: 'a, 'a> Visitor<'de> for Records<'a> {
        type Value = Vec<Record<'a>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an array of records")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
            let mut records = Vec::new();
            while let Some(record) = sequence.next_element()? {
                if records.len() <= limits::RECORDS {
                    records.push(record);
                }
            }
            Ok(records)
        }
    }

    deserializer.deserialize_seq(Records(PhantomData))
}

impl Record<'_> {
    /// Decodes the record's bytes into `buffer`, which is overwritten.
    ///
    /// # Errors
    ///
    /// If the data are not base64 or the record is larger than Firehose allows; what was received stands in
    /// [`Record::encoded`].
    pub fn decode<'b>(&self, buffer: &'b mut Vec<u8>) -> Result<&'b [u8], RecordError> {
        let encoded = self.data.as_bytes();
        if encoded.len() > limits::RECORD_BYTES.div_ceil(3) * 4 {
            return Err(RecordError::TooLarge { encoded_bytes: encoded.len() });
        }
        // What is in it from the record before need not be zeroed.
        buffer.resize(base64_simd::STANDARD.estimated_decoded_length(encoded.len()), 0);
        let decoded = base64_simd::STANDARD
            .decode(encoded, base64_simd::Out::from_slice(buffer))
            .map_err(|_| RecordError::NotBase64)?;
        Ok(decoded)
    }

    /// The data as received, still in base64.
    pub fn encoded(&self) -> &[u8] {
        self.data.as_bytes()
    }
}

/// Why a single record cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The `data` are not standard base64.
    #[error("the record's data are not base64")]
    NotBase64,
    /// Larger than Firehose accepts records.
    #[error("the record has {encoded_bytes} bytes of base64, more than {max} bytes of data make", max = limits::RECORD_BYTES)]
    TooLarge {
        /// Length of the base64 text.
        encoded_bytes: usize,
    },
}

/// Reads the common attributes of a delivery stream from their header: `{"commonAttributes":{"key":"value"}}`. None if
/// they are malformed.
pub fn common_attributes(header: &str) -> Option<BTreeMap<String, String>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Header {
        common_attributes: BTreeMap<String, String>,
    }
    serde_json::from_str::<Header>(header).ok().map(|header| header.common_attributes)
}

/// The body of an answer, in the only shape that Firehose accepts: it takes any other for a failure, even with 200.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryResponse<'a> {
    /// The id of the request that is answered.
    pub request_id: &'a str,
    /// When it was answered, in milliseconds since 1970, as a number.
    pub timestamp: i64,
    /// What went wrong; Firehose copies it to its error log and its S3 backup. Absent on success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
}

impl DeliveryResponse<'_> {
    /// The answer as JSON, its message cut to the length that Firehose accepts.
    pub fn to_json(mut self) -> String {
        if let Some(message) = &mut self.error_message
            && let Some((cut, _)) = message.char_indices().nth(limits::ERROR_MESSAGE_CHARS)
        {
            message.truncate(cut);
        }
        serde_json::to_string(&self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(body: &str) -> Vec<Vec<u8>> {
        let request = DeliveryRequest::parse(body.as_bytes()).unwrap();
        request.records.iter().map(|record| record.decode(&mut Vec::new()).unwrap().to_vec()).collect()
    }

    #[test]
    fn reads_the_documented_request() {
        let body = r#"{"requestId":"ed4acda5","timestamp":1578090901599,
            "records":[{"data":"aGVsbG8="},{"data":""},{"data":"d29ybGQ="}]}"#;
        assert_eq!(DeliveryRequest::parse(body.as_bytes()).unwrap().request_id, "ed4acda5");
        assert_eq!(decoded(body), [&b"hello"[..], b"", b"world"]);
    }

    #[test]
    fn tolerates_escapes_unknown_fields_and_a_missing_timestamp() {
        assert_eq!(
            decoded(r#"{"new":{"a":[1]},"requestId":"x","records":[{"data":"\/\/\/\/","also":1}]}"#),
            [[255, 255, 255]]
        );
    }

    #[test]
    fn refuses_what_is_no_delivery() {
        for body in
            ["", "{", "null", "[]", r#"{"requestId":"x"}"#, r#"{"records":[]}"#, "\u{0}", "{\"requestId\":1}"]
        {
            let error = DeliveryRequest::parse(body.as_bytes()).unwrap_err().to_string();
            assert!(error.starts_with("the body is not a Firehose delivery request"), "{body}: {error}");
            assert!(!error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn refuses_too_many_records() {
        let records = vec![r#"{"data":""}"#; limits::RECORDS + 1].join(",");
        let body = format!(r#"{{"requestId":"x","records":[{records}]}}"#);
        assert!(DeliveryRequest::parse(body.as_bytes()).is_err());
    }

    #[test]
    fn names_a_record_that_is_not_base64() {
        for data in ["a", "=", "aGVsbG8", "aGVs bG8=", "aGVs-_8="] {
            let body = format!(r#"{{"requestId":"x","records":[{{"data":"{data}"}}]}}"#);
            let request = DeliveryRequest::parse(body.as_bytes()).unwrap();
            assert!(
                matches!(request.records[0].decode(&mut Vec::new()), Err(RecordError::NotBase64)),
                "{data}"
            );
            assert_eq!(request.records[0].encoded(), data.as_bytes());
        }
    }

    #[test]
    fn a_record_of_the_greatest_size_is_read_and_a_larger_one_is_not() {
        let encode = |bytes: usize| base64_simd::STANDARD.encode_to_string(vec![7; bytes]);
        let record = |data| Record { data: Cow::Owned(data) };
        assert!(record(encode(limits::RECORD_BYTES)).decode(&mut Vec::new()).is_ok());
        assert!(record(encode(limits::RECORD_BYTES + 3)).decode(&mut Vec::new()).is_err());
    }

    #[test]
    fn malformed_common_attributes_are_none() {
        let attributes =
            common_attributes(r#"{"commonAttributes":{"environment":"prod","empty":""}}"#).unwrap();
        assert_eq!(attributes["environment"], "prod");
        for malformed in
            ["", "{}", "[]", "x", r#"{"commonAttributes":[]}"#, r#"{"commonAttributes":{"a":1}}"#]
        {
            assert_eq!(common_attributes(malformed), None, "{malformed}");
        }
    }

    #[test]
    fn answers_as_documented() {
        let success = DeliveryResponse { request_id: "a\"b", timestamp: 7, error_message: None };
        assert_eq!(success.to_json(), r#"{"requestId":"a\"b","timestamp":7}"#);
        let failure =
            DeliveryResponse { request_id: "", timestamp: 7, error_message: Some("é".repeat(9_000)) };
        let json: serde_json::Value = serde_json::from_str(&failure.to_json()).unwrap();
        assert_eq!(json["errorMessage"].as_str().unwrap().chars().count(), 8_192);
    }
}
