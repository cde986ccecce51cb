//! Data points and deliveries to send.

use std::time::{SystemTime, UNIX_EPOCH};

use firefly_tests::demo::{ACCOUNT_ID, MINUTE_MS, NAMESPACE, Point, REGION, Unit};
use firefly_tests::firehose_sender::{Delivery, Format, split_records};
use uuid::Uuid;

/// The minute, in Unix milliseconds, that began so many minutes ago.
pub fn minutes_ago(minutes: i64) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    (i64::try_from(now).unwrap().div_euclid(MINUTE_MS) - minutes) * MINUTE_MS
}

/// Invocations of a function in one minute; each of `samples` counts for one.
pub fn invocations(function: &str, start_ms: i64, samples: u32) -> Point {
    Point {
        account_id: ACCOUNT_ID.to_owned(),
        region: REGION.to_owned(),
        namespace: NAMESPACE.to_owned(),
        metric_name: "Invocations".to_owned(),
        dimensions: vec![("FunctionName".to_owned(), function.to_owned())],
        unit: Unit::Count,
        start_ms,
        samples: samples.into(),
        sum: samples.into(),
        minimum: 1.0,
        maximum: 1.0,
        extra: Vec::new(),
    }
}

/// Invocations of several functions in the same minute.
pub fn minute(functions: usize, start_ms: i64, samples: u32) -> Vec<Point> {
    (0..functions).map(|number| invocations(&format!("function-{number}"), start_ms, samples)).collect()
}

/// A delivery under a request id of its own.
pub fn delivery(records: Vec<Vec<u8>>) -> Delivery {
    Delivery { request_id: Uuid::new_v4().to_string(), timestamp_ms: minutes_ago(0), records }
}

/// A delivery of these points, in several records.
pub fn delivery_of(points: &[Point], format: Format) -> Delivery {
    delivery(split_records(points, format, 4_096))
}
