//! The Firehose HTTP endpoint as a Lambda function behind a function URL: CloudWatch metric streams into the database.
//!
//! [`handler`] answers a request, [`delivery`] turns its body into rows, [`answer`] is the table of statuses.

pub mod answer;
pub mod delivery;
pub mod handler;
mod statistic_hours;
