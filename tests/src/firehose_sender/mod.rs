//! The other side of the `firehose` function: a CloudWatch metric stream and the HTTP endpoint destination of Amazon
//! Data Firehose, written from their documentation and independently of the product's decoder.
//!
//! [`split_records`] turns data points into records as a metric stream does, [`Sender`] posts them as Firehose does
//! and judges the answer by Firehose's rules. Specifications:
//! <https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html> (protocol version 1.0),
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-metric-streams-formats.html>.
//!
//! Left out: TLS, and the name of the S3 object that failed records go to.

mod answer;
#[cfg(test)]
mod answer_tests;
mod backup;
mod delivery;
#[cfg(test)]
mod delivery_tests;
#[cfg(test)]
mod encoder_tests;
mod format;
mod json;
mod otel;
mod otel_messages;
mod poison;
mod retry;
mod sender;
#[cfg(test)]
mod test_server;

pub use answer::{Answer, ContractError};
pub use backup::{Backup, BackupRecord};
pub use delivery::{Buffer, Delivery, request_id};
pub use format::{Format, split_records};
pub use poison::{undecodable_line, undecodable_message};
pub use retry::{Outcome, RetryPolicy};
pub use sender::Sender;

/// Largest record that Firehose takes, before base64.
pub const MAX_RECORD_BYTES: usize = 1_024_000;
/// Largest number of records in one delivery.
pub const MAX_RECORDS: usize = 10_000;
/// Buffer size that the product's templates configure (`SizeInMBs: 1`).
pub const BUFFER_BYTES: usize = 1 << 20;
