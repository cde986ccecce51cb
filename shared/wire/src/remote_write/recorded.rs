//! For tests: writes made by hand in both versions, and a sink that keeps what it is handed.

use std::time::Duration;

use firefly_model::{MetricMetadata, SampleSeriesKey, TimeWindow, UnixHour, UnixMillis};

use super::{Message, Unreadable, WriteFault, WriteSink, WriteSource, decode};
use crate::protobuf::{write_bytes, write_number, write_varint};

/// When the writes of these tests are received.
pub(super) const NOW: i64 = 1_772_409_600_000;

pub(super) fn window() -> TimeWindow {
    TimeWindow::around(UnixMillis(NOW), Duration::from_secs(86_400))
}

pub(super) type Pairs = Vec<(String, String)>;

/// A series, as a sender has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Series {
    pub labels: Pairs,
    pub samples: Vec<(i64, f64)>,
    pub exemplars: Vec<(i64, f64, Pairs)>,
    pub histograms: usize,
}

pub(super) fn series(labels: &[(&str, &str)], samples: &[(i64, f64)]) -> Series {
    Series { labels: owned(labels), samples: samples.to_vec(), ..Series::default() }
}

pub(super) fn owned(labels: &[(&str, &str)]) -> Pairs {
    labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The bytes of a write of these series.
pub(super) fn encoded(all: &[Series], message: Message) -> Vec<u8> {
    let mut symbols = vec![String::new()];
    let mut written = Vec::new();
    for series in all {
        let of_series = match message {
            Message::WriteRequest => version_1(series),
            Message::Request => version_2(series, &mut symbols),
        };
        write_bytes(&mut written, if message == Message::WriteRequest { 1 } else { 5 }, &of_series);
    }
    if message == Message::Request {
        for symbol in &symbols {
            write_bytes(&mut written, 4, symbol.as_bytes());
        }
    }
    written
}

fn version_1(series: &Series) -> Vec<u8> {
    let mut message = labels_1(&series.labels);
    for (time, value) in &series.samples {
        write_bytes(&mut message, 2, &point(&[], 1, *value, *time));
    }
    for (time, value, labels) in &series.exemplars {
        write_bytes(&mut message, 3, &point(&labels_1(labels), 2, *value, *time));
    }
    for _ in 0..series.histograms {
        write_bytes(&mut message, 4, &[]);
    }
    message
}

fn labels_1(labels: &Pairs) -> Vec<u8> {
    let mut message = Vec::new();
    for (name, value) in labels {
        let mut label = Vec::new();
        write_bytes(&mut label, 1, name.as_bytes());
        write_bytes(&mut label, 2, value.as_bytes());
        write_bytes(&mut message, 1, &label);
    }
    message
}

fn version_2(series: &Series, symbols: &mut Vec<String>) -> Vec<u8> {
    let mut message = labels_2(&series.labels, symbols);
    for (time, value) in &series.samples {
        write_bytes(&mut message, 2, &point(&[], 1, *value, *time));
    }
    for _ in 0..series.histograms {
        write_bytes(&mut message, 3, &[]);
    }
    for (time, value, labels) in &series.exemplars {
        write_bytes(&mut message, 4, &point(&labels_2(labels, symbols), 2, *value, *time));
    }
    message
}

fn labels_2(labels: &Pairs, symbols: &mut Vec<String>) -> Vec<u8> {
    let mut packed = Vec::new();
    for text in labels.iter().flat_map(|(name, value)| [name, value]) {
        let place = symbols.iter().position(|symbol| symbol == text).unwrap_or_else(|| {
            symbols.push(text.clone());
            symbols.len() - 1
        });
        write_varint(&mut packed, place);
    }
    let mut message = Vec::new();
    write_bytes(&mut message, 1, &packed);
    message
}

/// A sample or exemplar: its value has this number, its time the next one.
fn point(head: &[u8], number: u8, value: f64, time: i64) -> Vec<u8> {
    let mut message = head.to_vec();
    message.push(number << 3 | 1);
    message.extend_from_slice(&value.to_bits().to_le_bytes());
    message.push((number + 1) << 3);
    write_number(&mut message, time.cast_unsigned());
    message
}

/// What a sink was handed, in words.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Recorded {
    /// Series, seconds since [`NOW`], and bits of the value.
    pub samples: Vec<(String, i64, u64)>,
    pub exemplars: Vec<(String, i64, u64, Pairs)>,
    pub described: Vec<String>,
    pub refused: Vec<(String, usize, WriteFault)>,
    /// Writes of what was refused.
    pub set_aside: Vec<Vec<u8>>,
    pub room: Option<usize>,
}

impl Recorded {
    pub(super) fn of(body: &[u8], message: Message) -> Result<Self, Unreadable> {
        let mut recorded = Self::default();
        decode(body, message, UnixMillis(NOW), window(), &mut recorded)?;
        Ok(recorded)
    }
}

pub(super) fn name(key: &SampleSeriesKey<'_>) -> String {
    super::labels::title(Some(key.name), key.labels)
}

impl WriteSink for Recorded {
    fn sample(&mut self, key: &SampleSeriesKey<'_>, time: UnixMillis, value: f64) {
        assert!(key.labels.is_sorted_by(|(one, _), (other, _)| one < other));
        assert!(key.labels.iter().all(|(_, value)| !value.is_empty()));
        self.samples.push((name(key), time.0 - NOW, value.to_bits()));
    }

    fn exemplar(&mut self, key: &SampleSeriesKey<'_>, time: UnixMillis, value: f64, labels: Pairs) {
        self.exemplars.push((name(key), time.0 - NOW, value.to_bits(), labels));
    }

    fn describe(&mut self, family: &str, metadata: &MetricMetadata, hour: UnixHour) {
        assert_eq!(hour, UnixMillis(NOW).hour());
        let MetricMetadata { metric_type, unit, help } = metadata;
        self.described.push(format!("{family} {} {unit}|{help}", metric_type.as_str()));
    }

    fn refused(
        &mut self,
        what: &'static str,
        name: &str,
        count: usize,
        fault: &WriteFault,
        source: &WriteSource<'_>,
    ) {
        self.refused.push((format!("{what} {name}"), count, fault.clone()));
        self.set_aside.push(source.to_request().0);
    }

    fn is_full(&self) -> bool {
        self.room.is_some_and(|room| self.samples.len() >= room)
    }
}
