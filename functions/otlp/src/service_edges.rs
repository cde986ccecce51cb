//! Who calls whom is worked out beside the exports, a few minutes after the fact: an instance looks now and then whether
//! there is something to do, and one of them does it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use firefly_storage::SpanWriter;
use lambda_http::tracing;
use tokio::time::Instant;

/// How often an instance looks: stretches of five minutes are worked out, so that each is late by little.
const INTERVAL: Duration = Duration::from_secs(60);
/// How many of these stretches at once: they make up for quiet hours soon, and hold up the exporter for milliseconds.
const STRETCHES: u8 = 3;
/// How long that may take: the exporter waits meanwhile.
const PATIENCE: Duration = Duration::from_secs(1);

/// When to look next.
#[derive(Debug, Default)]
pub struct ServiceEdges {
    next: Mutex<Option<Instant>>,
}

impl ServiceEdges {
    /// Looks, if it is time. That it fails is logged and nothing more: what is left to do is done next time.
    pub async fn refresh(&self, writer: &impl SpanWriter, deadline: Instant) {
        let now = Instant::now();
        if !self.is_due(now) {
            return;
        }
        match writer.refresh_service_edges(STRETCHES, deadline.min(now + PATIENCE)).await {
            Ok(0) => {}
            Ok(stretches) => tracing::info!(stretches, "worked out who called whom"),
            Err(error) => tracing::warn!("could not work out who called whom: {error}"),
        }
    }

    fn is_due(&self, now: Instant) -> bool {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        if next.is_some_and(|next| now < next) {
            return false;
        }
        *next = Some(now + INTERVAL);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_looks_once_in_an_interval() {
        let (edges, start) = (ServiceEdges::default(), Instant::now());
        assert!(edges.is_due(start));
        assert!(!edges.is_due(start + INTERVAL / 2));
        assert!(edges.is_due(start + INTERVAL));
        assert!(!edges.is_due(start + INTERVAL));
    }
}
