//! Work that an instance of a function does now and then beside its requests, such as roll-ups.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use firefly_storage::StorageError;
use tokio::time::Instant;

/// A chore: what it is, how often an instance looks whether there is something to do, and how long that may take. The
/// first request looks at once.
#[derive(Debug)]
pub struct Chore {
    what: &'static str,
    interval: Duration,
    patience: Duration,
    next: Mutex<Option<Instant>>,
}

impl Chore {
    /// A chore that is to be looked at. `what` says it in the imperative, for the log. The sender of the request that
    /// looks waits for up to `patience`.
    pub const fn new(what: &'static str, interval: Duration, patience: Duration) -> Self {
        Self { what, interval, patience, next: Mutex::new(None) }
    }

    /// Does it, if it is time. The work gets its deadline, which is not after the request's, and says how much it has
    /// done. That it fails is logged and nothing more: what is left to do is done next time.
    pub async fn look<W>(&self, deadline: Instant, work: impl FnOnce(Instant) -> W)
    where
        W: Future<Output = Result<u64, StorageError>>,
    {
        let now = Instant::now();
        if !self.is_due(now) {
            return;
        }
        match work(deadline.min(now + self.patience)).await {
            Ok(0) => {}
            Ok(done) => tracing::info!(chore = self.what, done, "did a chore"),
            Err(error) => tracing::warn!("could not {}: {error}", self.what),
        }
    }

    fn is_due(&self, now: Instant) -> bool {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        if next.is_some_and(|next| now < next) {
            return false;
        }
        *next = Some(now + self.interval);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_secs(60);

    #[test]
    fn an_instance_looks_once_in_an_interval() {
        let (chore, start) = (Chore::new("test", INTERVAL, INTERVAL), Instant::now());
        assert!(chore.is_due(start));
        assert!(!chore.is_due(start + INTERVAL / 2));
        assert!(chore.is_due(start + INTERVAL));
        assert!(!chore.is_due(start + INTERVAL));
    }
}
