//! Hours are added up beside the deliveries, some minutes after they are over: an instance looks now and then whether there
//! is something to do, and one of them does it.

use std::time::Duration;

use firefly_lambda::Chore;
use firefly_storage::MetricWriter;
use tokio::time::Instant;

/// How often an instance looks: an hour for which data points came late is read minute by minute for so long.
const INTERVAL: Duration = Duration::from_secs(60);
/// How many hours at once: the database begins no further one after a second.
const HOURS: u8 = 24;
/// How long that may take. Firehose waits meanwhile, for up to 180 s; the hour of 10,000 series takes about a second.
const PATIENCE: Duration = Duration::from_secs(15);

/// The chore of it.
pub const fn chore() -> Chore {
    Chore::new("add up hours", INTERVAL, PATIENCE)
}

/// Does it.
pub async fn refresh(chore: &Chore, writer: &impl MetricWriter, deadline: Instant) {
    chore.look(deadline, |deadline| writer.refresh_statistic_hours(HOURS, deadline)).await;
}
