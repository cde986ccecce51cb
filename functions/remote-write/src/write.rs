//! From the body of a write to a batch of rows.
//!
//! What cannot be stored is refused series by series, which the sender is told; the whole series, as it was sent, is set
//! aside, as taking its other samples again changes nothing. What is refused, [`firefly_wire::remote_write`] says.

use firefly_model::{
    Exemplar, KnownRows, MetricMetadata, SampleBatch, SampleSeriesKey, TimeWindow, UnixHour, UnixMillis,
};
use firefly_wire::remote_write::{Message, Unreadable, WriteFault, WriteSink, WriteSource, decode};
use firefly_wire::{Refusals, limits};

/// What a write held.
#[derive(Debug)]
pub struct Write {
    /// Rows, sealed, with what is set aside.
    pub batch: SampleBatch,
    /// What the sender is told of them.
    pub written: Written,
    /// What was refused; what is set aside of it is in the batch.
    pub refusals: Refusals,
}

/// How much is stored once the batch is committed: what was stored before is part of it, and so is what comes twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Samples.
    pub samples: usize,
    /// Exemplars.
    pub exemplars: usize,
}

impl Write {
    /// Whether there is nothing to store or to set aside.
    pub fn is_empty(&self) -> bool {
        let SampleBatch { samples, exemplars, metadata, .. } = &self.batch;
        samples.is_empty() && exemplars.is_empty() && metadata.is_empty() && self.refusals.count() == 0
    }
}

/// Reads a plain body, received at this moment.
///
/// # Errors
///
/// If it is no such message, or exceeds a cap. A series that cannot be stored is no error: it is refused.
pub fn read(
    body: &[u8],
    message: Message,
    known: &KnownRows,
    received: UnixMillis,
    window: TimeWindow,
) -> Result<Write, Unreadable> {
    let mut collector = Collector::new(known);
    decode(body, message, received, window, &mut collector)?;
    collector.within_caps()?;
    let Collector { mut batch, written, mut refusals, .. } = collector;
    batch.dead_letters = std::mem::take(&mut refusals.dead_letters);
    batch.seal();
    Ok(Write { batch, written, refusals })
}

struct Collector<'a> {
    known: &'a KnownRows,
    batch: SampleBatch,
    /// Of new series, and of what is said about metrics.
    catalogue_bytes: usize,
    exemplar_bytes: usize,
    written: Written,
    refusals: Refusals,
}

impl<'a> Collector<'a> {
    fn new(known: &'a KnownRows) -> Self {
        let (batch, written, refusals) = Default::default();
        Self { known, batch, catalogue_bytes: 0, exemplar_bytes: 0, written, refusals }
    }

    fn within_caps(&self) -> Result<(), Unreadable> {
        for (what, count, cap) in [
            ("samples", self.batch.samples.len(), limits::SAMPLES),
            ("bytes of labels and metadata of new series", self.catalogue_bytes, limits::SERIES_BYTES_TOTAL),
            ("bytes of exemplars", self.exemplar_bytes, limits::EXEMPLAR_BYTES_TOTAL),
        ] {
            if count > cap {
                return Err(Unreadable::TooMuch { what, cap });
            }
        }
        Ok(())
    }

    /// Counts a series that has just been new.
    fn count_series(&mut self, before: usize, key: &SampleSeriesKey<'_>) {
        if self.batch.series.len() > before {
            let labels = key.labels.iter().map(|(name, value)| name.len() + value.len());
            self.catalogue_bytes += key.name.len() + labels.sum::<usize>();
        }
    }
}

impl WriteSink for Collector<'_> {
    fn sample(&mut self, key: &SampleSeriesKey<'_>, time: UnixMillis, value: f64) {
        let before = self.batch.series.len();
        self.batch.add(key, time, value, self.known);
        self.count_series(before, key);
        self.written.samples += 1;
    }

    fn exemplar(
        &mut self,
        key: &SampleSeriesKey<'_>,
        time: UnixMillis,
        value: f64,
        labels: Vec<(String, String)>,
    ) {
        let before = self.batch.series.len();
        let series = self.batch.sight(key, time.hour(), self.known);
        self.count_series(before, key);
        let text: usize = labels.iter().map(|(name, value)| name.len() + value.len()).sum();
        self.exemplar_bytes += size_of::<Exemplar>() + labels.len() * size_of::<(String, String)>() + text;
        self.batch.exemplars.push(Exemplar { series, time, value, labels });
        self.written.exemplars += 1;
    }

    fn describe(&mut self, family: &str, metadata: &MetricMetadata, hour: UnixHour) {
        let before = self.batch.metadata.len();
        self.batch.describe(family, metadata, hour, self.known);
        if self.batch.metadata.len() > before {
            self.catalogue_bytes += family.len() + metadata.unit.len() + metadata.help.len();
        }
    }

    fn refused(
        &mut self,
        what: &'static str,
        name: &str,
        count: usize,
        fault: &WriteFault,
        source: &WriteSource<'_>,
    ) {
        self.refusals.refuse(what, name, count, fault, || source.to_request());
    }

    fn is_full(&self) -> bool {
        self.within_caps().is_err()
    }
}
