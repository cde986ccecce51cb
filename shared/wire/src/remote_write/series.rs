//! `TimeSeries`, of both versions.

use firefly_model::{SampleSeriesKey, TimeWindow, UnixHour, UnixMillis};

use super::labels::{Encoding, Labels, title};
use super::metadata::Said;
use super::source::Piece;
use super::{Unreadable, WriteFault, WriteSink, WriteSource, exemplar};
use crate::limits;
use crate::protobuf::{Fields, Malformed};

/// Hands the series of a write over, one by one.
pub(super) struct Decoder<'a, 's> {
    encoding: Encoding<'a>,
    window: TimeWindow,
    sink: &'s mut dyn WriteSink,
    labels: Labels<'a>,
    exemplar_labels: Labels<'a>,
    label_bytes: usize,
    /// Of the series before, which mostly say the same of the same family.
    described: Option<Described<'a>>,
}

type Described<'a> = (String, Said<'a>, UnixHour);

/// How much was refused, and why the first was.
#[derive(Default)]
struct Refused {
    count: usize,
    fault: Option<WriteFault>,
}

impl Refused {
    fn add(&mut self, fault: WriteFault) {
        self.count += 1;
        self.fault.get_or_insert(fault);
    }
}

/// The numbers of the fields of a series that the versions number differently.
struct Numbers {
    exemplars: u32,
    histograms: u32,
}

impl Encoding<'_> {
    fn numbers(self) -> Numbers {
        match self {
            Self::InPlace => Numbers { exemplars: 3, histograms: 4 },
            Self::Symbols(_) => Numbers { exemplars: 4, histograms: 3 },
        }
    }
}

impl<'a, 's> Decoder<'a, 's> {
    pub(super) fn new(encoding: Encoding<'a>, window: TimeWindow, sink: &'s mut dyn WriteSink) -> Self {
        let (labels, exemplar_labels) = (Labels::default(), Labels::default());
        Self { encoding, window, sink, labels, exemplar_labels, label_bytes: 0, described: None }
    }

    pub(super) fn sink(&mut self) -> &mut dyn WriteSink {
        self.sink
    }

    /// Takes a series: its labels first, wherever they stand.
    pub(super) fn series(&mut self, message: &'a [u8]) -> Result<(), Unreadable> {
        let source = WriteSource { encoding: self.encoding, piece: Piece::Series(message) };
        let mut labels = std::mem::take(&mut self.labels);
        labels.clear();
        let mut said = Ok(None);
        for field in Fields::of(message) {
            let field = field?;
            match (field.number, self.encoding) {
                (1, encoding) => labels.read(field, encoding)?,
                (5, Encoding::Symbols(symbols)) => said = Said::of(field.message()?, symbols)?,
                _ => {}
            }
        }
        self.count_labels(&labels)?;
        let identified = labels.of_series().and_then(|series| said.map(|said| (series, said)));
        match identified {
            Ok(((name, labels), said)) => {
                let refused = self.points(message, &SampleSeriesKey { name: &name, labels }, said)?;
                if let Some(fault) = refused.fault {
                    self.refuse(&title(Some(&name), labels), refused.count, &fault, &source);
                }
            }
            Err(fault) => {
                let count = count_points(message, &self.encoding.numbers())?;
                let title = labels.title();
                self.refuse(&title, count, &fault, &source);
            }
        }
        self.labels = labels;
        Ok(())
    }

    fn refuse(&mut self, title: &str, count: usize, fault: &WriteFault, source: &WriteSource<'_>) {
        self.sink.refused("series", title, count, fault, source);
    }

    /// A few references make many bytes, and each of them is looked at.
    fn count_labels(&mut self, labels: &Labels<'_>) -> Result<(), Unreadable> {
        self.label_bytes += labels.bytes();
        if self.label_bytes > limits::LABEL_BYTES_TOTAL {
            return Err(Unreadable::TooMuch { what: "bytes of labels", cap: limits::LABEL_BYTES_TOTAL });
        }
        Ok(())
    }

    fn points(
        &mut self,
        message: &'a [u8],
        key: &SampleSeriesKey<'_>,
        said: Option<Said<'a>>,
    ) -> Result<Refused, Unreadable> {
        let numbers = self.encoding.numbers();
        let (mut refused, mut newest) = (Refused::default(), None);
        let mut is_nothing = matches!(self.encoding, Encoding::Symbols(_));
        for field in Fields::of(message) {
            let field = field?;
            if field.number == 2 {
                is_nothing = false;
                let (time, value) = sample(field.message()?)?;
                match self.window.check(time) {
                    Ok(()) if self.sink.is_full() => return Ok(refused),
                    Ok(()) => {
                        self.sink.sample(key, time, value);
                        newest = newest.max(Some(time));
                    }
                    Err(odd) => refused.add(WriteFault::Time(odd)),
                }
            } else if field.number == numbers.exemplars {
                is_nothing = false;
                self.exemplar(field.message()?, key, &mut refused)?;
            } else if field.number == numbers.histograms {
                is_nothing = false;
                field.message()?;
                refused.add(WriteFault::NativeHistogram);
            }
        }
        if is_nothing {
            refused.add(WriteFault::Nothing);
        }
        if let (Some(said), Some(newest)) = (said, newest) {
            self.describe(key.name, said, newest);
        }
        Ok(refused)
    }

    fn exemplar(
        &mut self,
        message: &'a [u8],
        key: &SampleSeriesKey<'_>,
        refused: &mut Refused,
    ) -> Result<(), Unreadable> {
        let mut labels = std::mem::take(&mut self.exemplar_labels);
        let exemplar = exemplar::read(message, self.encoding, self.window, &mut labels)?;
        self.count_labels(&labels)?;
        self.exemplar_labels = labels;
        match exemplar {
            Ok(_) if self.sink.is_full() => {}
            Ok(exemplar) => self.sink.exemplar(key, exemplar.time, exemplar.value, exemplar.labels),
            Err(fault) => refused.add(fault),
        }
        Ok(())
    }

    fn describe(&mut self, name: &str, said: Said<'a>, newest: UnixMillis) {
        let (family, hour) = (said.family(name), newest.hour());
        let is_known = self
            .described
            .as_ref()
            .is_some_and(|(before, what, when)| before == family && *what == said && *when == hour);
        if !is_known {
            self.sink.describe(family, &said.metadata(), hour);
            self.described = Some((family.to_owned(), said, hour));
        }
    }
}

/// `Sample`, whose start timestamp, a third field of 2.0, is left out.
fn sample(message: &[u8]) -> Result<(UnixMillis, f64), Malformed> {
    let (mut time, mut value) = (UnixMillis(0), 0.0);
    for field in Fields::of(message) {
        let field = field?;
        match field.number {
            1 => value = field.double()?,
            2 => time = UnixMillis(field.int64()?),
            3 => {
                field.int64()?;
            }
            _ => {}
        }
    }
    Ok((time, value))
}

/// How many samples, histograms and exemplars there are; a series without any is refused all the same.
fn count_points(message: &[u8], numbers: &Numbers) -> Result<usize, Malformed> {
    let mut count = 0;
    for field in Fields::of(message) {
        let field = field?;
        if [2, numbers.exemplars, numbers.histograms].contains(&field.number) {
            field.message()?;
            count += 1;
        }
    }
    Ok(count.max(1))
}
