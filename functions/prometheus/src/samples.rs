//! The database as the storage of the engine.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use firefly_model::selection::{Limits, SelectedSeries, Selection};
use firefly_promql::{SelectError, Storage};
use firefly_storage::{MetricReader, ReadError, StorageError};

/// The samples in the database, and how long reading them takes.
#[derive(Debug)]
pub(crate) struct Samples<'a, R> {
    reader: &'a R,
    nanos: AtomicU64,
}

impl<'a, R> Samples<'a, R> {
    /// Reads through this reader.
    pub(crate) fn of(reader: &'a R) -> Self {
        Self { reader, nanos: AtomicU64::new(0) }
    }

    /// How long reading has taken.
    pub(crate) fn time(&self) -> Duration {
        Duration::from_nanos(self.nanos.load(Ordering::Relaxed))
    }
}

impl<R: MetricReader + Sync> Storage for Samples<'_, R> {
    async fn select(
        &self,
        selections: &[Selection],
        limits: Limits,
        deadline: Instant,
    ) -> Result<Vec<Vec<SelectedSeries>>, SelectError> {
        let start = Instant::now();
        let selected = self.reader.select(selections, limits, deadline.into()).await;
        let nanos = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.nanos.fetch_add(nanos, Ordering::Relaxed);
        selected.map_err(|error| match error {
            ReadError::TooManySamples { limit } => SelectError::TooManySamples { limit },
            ReadError::TooManySeries { limit } => SelectError::TooManySeries { limit },
            ReadError::Storage(StorageError::TimedOut { .. }) => SelectError::TimedOut,
            ReadError::Storage(error) => SelectError::Failed(Box::new(error)),
        })
    }
}
