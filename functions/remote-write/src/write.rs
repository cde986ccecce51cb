//! From the body of a write to a batch of rows.
//!
//! What cannot be stored is refused series by series, which the sender is told; the whole series, as it was sent, is set
//! aside, as taking its other samples again changes nothing. What is refused, [`firefly_wire::remote_write`] says.

use firefly_model::{
    Exemplar, FamilyMetadata, KnownRows, MetricMetadata, SampleBatch, SampleSeriesKey, Series, TimeWindow,
    UnixHour, UnixMillis,
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

    /// Samples that were read, and what was refused.
    pub fn data_points(&self) -> usize {
        self.written.samples.saturating_add(self.refusals.rejected())
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
    /// Of memory, for new series and what is said about metrics.
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
            ("bytes of new series", self.catalogue_bytes, limits::CATALOGUE_BYTES_TOTAL),
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
            let labels = key.labels.iter().map(|(name, value)| label_bytes(name, value));
            self.catalogue_bytes += size_of::<Series>() + key.name.len() + labels.sum::<usize>();
        }
    }
}

/// What a label takes of memory.
fn label_bytes(name: &str, value: &str) -> usize {
    size_of::<(String, String)>() + name.len() + value.len()
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
        let label_bytes = labels.iter().map(|(name, value)| label_bytes(name, value));
        self.exemplar_bytes += size_of::<Exemplar>() + label_bytes.sum::<usize>();
        self.batch.exemplars.push(Exemplar { series, time, value, labels });
        self.written.exemplars += 1;
    }

    fn describe(&mut self, family: &str, metadata: &MetricMetadata, hour: UnixHour) {
        let before = self.batch.metadata.len();
        self.batch.describe(family, metadata, hour, self.known);
        if self.batch.metadata.len() > before {
            let text = family.len() + metadata.unit.len() + metadata.help.len();
            self.catalogue_bytes += size_of::<FamilyMetadata>() + text;
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: UnixMillis = UnixMillis(1_772_409_600_000);

    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        let length = u16::try_from(bytes.len()).unwrap();
        let length = [u8::try_from(length & 0x7f).unwrap() | 0x80, u8::try_from(length >> 7).unwrap()];
        [&[number << 3 | 2], &length[..], bytes].concat()
    }

    /// A series of 1.0 with a sample at this time.
    fn series(labels: &[(&str, &str)], time: UnixMillis) -> Vec<u8> {
        let label = |(name, value): &(&str, &str)| {
            field(1, &[field(1, name.as_bytes()), field(2, value.as_bytes())].concat())
        };
        let mut message: Vec<u8> = labels.iter().flat_map(label).collect();
        let mut sample = vec![9, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 16];
        let mut time = time.0;
        while time >= 0x80 {
            sample.push(u8::try_from(time & 0x7f).unwrap() | 0x80);
            time >>= 7;
        }
        sample.push(u8::try_from(time).unwrap());
        message.extend(field(2, &sample));
        field(1, &message)
    }

    fn read_all(series: &[Vec<u8>], known: &KnownRows) -> Result<Write, Unreadable> {
        let window = TimeWindow::around(NOW, Duration::from_secs(60));
        read(&series.concat(), Message::WriteRequest, known, NOW, window)
    }

    #[test]
    fn what_is_refused_is_set_aside_as_a_write_of_its_own() {
        let known = KnownRows::with_generation(8);
        let up = [("__name__", "up"), ("job", "a")];
        let all = [series(&up, NOW), series(&up, NOW), series(&up, UnixMillis(1)), series(&up[1..], NOW)];
        let write = read_all(&all, &known).unwrap();
        assert_eq!((write.batch.samples.len(), write.batch.dead_letters.len()), (1, 2));
        assert_eq!(write.written, Written { samples: 2, exemplars: 0 });
        assert_eq!(write.data_points(), 4);
        let message = write.refusals.message().unwrap();
        assert!(
            message.starts_with(r#"series "up{job=a}": a sample has the time 1 ms, before"#),
            "{message}"
        );
        assert!(
            message
                .ends_with(r#"; series "{job=a}": it has no name: the label __name__ is missing or empty"#)
        );
        for letter in write.batch.dead_letters {
            let again = read_all(std::slice::from_ref(&letter.bytes), &known).unwrap();
            assert_eq!(again.batch.dead_letters, [letter]);
        }
    }

    #[test]
    fn what_is_damaged_behind_its_labels_is_set_aside_as_it_was_sent() {
        let symbols = ["", "of", "others", "job", "a"].map(|symbol| field(4, symbol.as_bytes()));
        let (labels, damaged_exemplar) = (field(1, &[3, 4]), field(4, &[16, 0xff]));
        let body = [symbols.concat(), field(5, &[labels, damaged_exemplar].concat())].concat();
        let read_one = |body: &[u8]| {
            let window = TimeWindow::around(NOW, Duration::from_secs(60));
            read(body, Message::Request, &KnownRows::with_generation(8), NOW, window)
                .unwrap()
                .batch
                .dead_letters
        };
        let letters = read_one(&body);
        assert_eq!(letters.len(), 1);
        assert_eq!(read_one(&letters[0].bytes), letters);
    }

    #[test]
    fn series_that_are_known_are_not_written_again() {
        let mut known = KnownRows::with_generation(8);
        let up = [series(&[("__name__", "up")], NOW)];
        let first = read_all(&up, &known).unwrap();
        assert_eq!(first.batch.series.len(), 1);
        known.remember(first.batch.catalogue_rows());
        let second = read_all(&up, &known).unwrap();
        assert_eq!((second.batch.series.len(), second.batch.samples.len()), (0, 1));
        assert!(!second.is_empty());
        assert!(read_all(&[], &known).unwrap().is_empty());
    }

    #[test]
    fn labels_of_new_series_are_capped() {
        let long = "x".repeat(limits::LABEL_BYTES);
        let of = |count: usize| -> Vec<_> {
            (0..count).map(|n| series(&[("__name__", &n.to_string()), ("a", &long)], NOW)).collect()
        };
        let fitting = limits::CATALOGUE_BYTES_TOTAL / (limits::LABEL_BYTES + 1_000);
        let known = KnownRows::with_generation(8);
        assert_eq!(read_all(&of(fitting), &known).unwrap().batch.series.len(), fitting);
        let beyond = limits::CATALOGUE_BYTES_TOTAL / limits::LABEL_BYTES;
        let error = read_all(&of(beyond), &known).unwrap_err().to_string();
        assert!(error.starts_with("the write has more than 33554432 bytes of new series"), "{error}");
    }
}
