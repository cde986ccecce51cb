//! The time of day.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(crate) fn unix_ms() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}

pub(crate) async fn sleep_until(time_ms: i64) {
    let remaining_ms = u64::try_from(time_ms - unix_ms()).unwrap_or(0);
    tokio::time::sleep(Duration::from_millis(remaining_ms)).await;
}
