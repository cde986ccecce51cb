//! The JSON output format: one object on one line for each data point.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-metric-streams-formats-json.html>.
//! Written by hand, because the order of the keys is part of the layout.

use serde_json::Value;

use crate::demo::{Point, STREAM_NAME};

/// The line of one data point, with its line feed.
pub(super) fn line(point: &Point) -> Vec<u8> {
    let string = |text: &str| Value::from(text);
    let dimensions = point.dimensions.iter().map(|(name, value)| (name.as_str(), string(value)));
    let extra = point.extra.iter().map(|(name, value)| (name.as_str(), Value::from(*value)));
    let basic =
        [("count", point.samples as f64), ("sum", point.sum), ("max", point.maximum), ("min", point.minimum)];
    let statistics = basic.map(|(name, value)| (name, Value::from(value))).into_iter().chain(extra);
    let members = [
        ("metric_stream_name", string(STREAM_NAME).to_string()),
        ("account_id", string(&point.account_id).to_string()),
        ("region", string(&point.region).to_string()),
        ("namespace", string(&point.namespace).to_string()),
        ("metric_name", string(&point.metric_name).to_string()),
        ("dimensions", object(dimensions)),
        ("timestamp", point.start_ms.to_string()),
        ("value", object(statistics)),
        ("unit", string(point.unit.cloudwatch()).to_string()),
    ];
    let mut line = object(members.into_iter());
    line.push('\n');
    line.into_bytes()
}

/// A JSON object of members whose values print as JSON.
fn object<'a>(members: impl Iterator<Item = (&'a str, impl std::fmt::Display)>) -> String {
    let members: Vec<String> =
        members.map(|(name, value)| format!("{}:{value}", Value::from(name))).collect();
    format!("{{{}}}", members.join(","))
}
