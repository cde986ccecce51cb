//! Who calls whom is worked out beside the exports, a few minutes after the fact: an instance looks now and then whether
//! there is something to do, and one of them does it.

use std::time::Duration;

use firefly_lambda::Chore;
use firefly_storage::SpanWriter;
use tokio::time::Instant;

/// How often an instance looks: stretches of five minutes are worked out, so that each is late by little.
const INTERVAL: Duration = Duration::from_secs(60);
/// How many of these stretches at once: they make up for quiet hours soon, and hold up the exporter for milliseconds.
const STRETCHES: u8 = 3;
/// How long that may take: the exporter waits meanwhile.
const PATIENCE: Duration = Duration::from_secs(1);

/// The chore of it.
pub const fn chore() -> Chore {
    Chore::new("work out who called whom", INTERVAL, PATIENCE)
}

/// Does it.
pub async fn refresh(chore: &Chore, writer: &impl SpanWriter, deadline: Instant) {
    chore.look(deadline, |deadline| writer.refresh_service_edges(STRETCHES, deadline)).await;
}
