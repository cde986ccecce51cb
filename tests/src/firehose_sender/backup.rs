//! What Firehose writes to its S3 backup once it has given up a delivery.

use serde_json::Value;

use super::{Answer, Delivery};

/// The records of a delivery that was given up, as an object in the backup bucket holds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// One for each record of the delivery, in order.
    pub records: Vec<BackupRecord>,
}

/// One line of the object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupRecord {
    /// How often Firehose tried.
    pub attempts_made: u32,
    /// When Firehose got the record, Unix milliseconds.
    pub arrival_timestamp_ms: i64,
    /// Code of the last failure, e.g. `HttpEndpoint.DestinationException`.
    pub error_code: String,
    /// The last failure's description.
    pub error_message: String,
    /// When the last attempt ended, Unix milliseconds.
    pub attempt_ending_timestamp_ms: i64,
    /// The record's bytes.
    pub raw_data: Vec<u8>,
    /// Identifies the record.
    pub data_id: String,
}

impl Backup {
    /// The backup of a delivery whose last answer is `answer`.
    pub(super) fn new(delivery: &Delivery, attempts_made: u32, answer: &Answer, ended_ms: i64) -> Self {
        let error_message = match answer {
            Answer::Refused { body, .. } => {
                format!("Received the following response from the endpoint destination. {body}")
            }
            _ => answer.reason(),
        };
        let numbered = delivery.records.iter().enumerate();
        let records = numbered.map(|(index, raw_data)| BackupRecord {
            attempts_made,
            arrival_timestamp_ms: delivery.timestamp_ms,
            error_code: answer.error_code().unwrap_or_default().to_owned(),
            error_message: error_message.clone(),
            attempt_ending_timestamp_ms: ended_ms,
            raw_data: raw_data.clone(),
            data_id: format!("{}.{index}", delivery.request_id),
        });
        Self { records: records.collect() }
    }

    /// The object's content: JSON, one record on a line.
    pub fn object(&self) -> String {
        self.records.iter().map(BackupRecord::line).collect()
    }
}

impl BackupRecord {
    fn line(&self) -> String {
        format!(
            concat!(
                r#"{{"attemptsMade":{},"arrivalTimestamp":{},"errorCode":{},"errorMessage":{},"#,
                r#""attemptEndingTimestamp":{},"rawData":"{}","subsequenceNumber":0,"dataId":{}}}"#,
                "\n"
            ),
            self.attempts_made,
            self.arrival_timestamp_ms,
            Value::from(self.error_code.as_str()),
            Value::from(self.error_message.as_str()),
            self.attempt_ending_timestamp_ms,
            base64_simd::STANDARD.encode_to_string(&self.raw_data),
            Value::from(self.data_id.as_str()),
        )
    }
}
