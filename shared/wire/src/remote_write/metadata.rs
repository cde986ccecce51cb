//! What is said about metrics: in 1.0 by family, in 2.0 beside each series.

use firefly_model::{MetricMetadata, MetricType, UnixHour};

use super::symbols::Symbols;
use super::{Unreadable, WriteFault, WriteSink, WriteSource};
use crate::limits;
use crate::protobuf::{Fields, Malformed, lossy};
use crate::storable_text::{cut, without_nul};

pub(super) fn check_count(families: usize) -> Result<(), Unreadable> {
    if families > limits::METRIC_FAMILIES {
        return Err(Unreadable::TooMuch { what: "metric families", cap: limits::METRIC_FAMILIES });
    }
    Ok(())
}

/// `prometheus.MetricMetadata`.
pub(super) fn family(
    message: &[u8],
    hour: UnixHour,
    source: &WriteSource<'_>,
    sink: &mut dyn WriteSink,
) -> Result<(), Malformed> {
    let (mut metric_type, mut name, mut unit, mut help) = (MetricType::Unknown, &[][..], &[][..], &[][..]);
    for field in Fields::of(message) {
        let field = field?;
        match field.number {
            1 => metric_type = type_of(field.int32()?),
            2 => name = field.message()?,
            4 => help = field.message()?,
            5 => unit = field.message()?,
            _ => {}
        }
    }
    match str::from_utf8(name) {
        Ok(family) if (1..=limits::NAME_BYTES).contains(&name.len()) && !family.contains('\0') => {
            let metadata = MetricMetadata { metric_type, unit: text(unit), help: text(help) };
            sink.describe(family, &metadata, hour);
        }
        _ => sink.refused("metadata", cut(&lossy(name), 64), 1, &WriteFault::FamilyName, source),
    }
    Ok(())
}

/// What 2.0 says beside a series, with its texts still as references.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Said<'a> {
    metric_type: MetricType,
    help: &'a [u8],
    unit: &'a [u8],
}

impl<'a> Said<'a> {
    /// `io.prometheus.write.v2.Metadata`; `None` if it says nothing.
    pub(super) fn of(
        message: &'a [u8],
        symbols: &Symbols<'a>,
    ) -> Result<Result<Option<Self>, WriteFault>, Malformed> {
        let (mut metric_type, mut help, mut unit) = (MetricType::Unknown, 0, 0);
        for field in Fields::of(message) {
            let field = field?;
            match field.number {
                1 => metric_type = type_of(field.int32()?),
                3 => help = field.uint32()?,
                4 => unit = field.uint32()?,
                _ => {}
            }
        }
        // Who says nothing refers to the first symbol, which may be missing where there is none at all.
        let symbol = |reference| {
            if reference == 0 { Ok(symbols.get(0).unwrap_or_default()) } else { symbols.get(reference) }
        };
        let said = symbol(help).and_then(|help| Ok(Self { metric_type, help, unit: symbol(unit)? }));
        Ok(said.map(|said| {
            let is_something =
                metric_type != MetricType::Unknown || !said.help.is_empty() || !said.unit.is_empty();
            is_something.then_some(said)
        }))
    }

    /// The name of the series' family.
    pub(super) fn family<'n>(&self, series: &'n str) -> &'n str {
        let suffixes: &[&str] = match self.metric_type {
            MetricType::Histogram => &["_bucket", "_count", "_sum"],
            MetricType::GaugeHistogram => &["_bucket", "_gcount", "_gsum"],
            MetricType::Summary => &["_count", "_sum"],
            _ => &[],
        };
        let stripped = suffixes.iter().find_map(|suffix| series.strip_suffix(suffix));
        stripped.filter(|family| !family.is_empty()).unwrap_or(series)
    }

    pub(super) fn metadata(&self) -> MetricMetadata {
        MetricMetadata { metric_type: self.metric_type, unit: text(self.unit), help: text(self.help) }
    }
}

/// Both versions number the types alike.
fn type_of(number: i32) -> MetricType {
    match number {
        1 => MetricType::Counter,
        2 => MetricType::Gauge,
        3 => MetricType::Histogram,
        4 => MetricType::GaugeHistogram,
        5 => MetricType::Summary,
        6 => MetricType::Info,
        7 => MetricType::StateSet,
        _ => MetricType::Unknown,
    }
}

/// Nobody's samples depend on it: what is too long is cut.
fn text(bytes: &[u8]) -> String {
    let start = &bytes[..bytes.len().min(limits::HELP_BYTES + 4)];
    cut(&without_nul(&lossy(start)), limits::HELP_BYTES).to_owned()
}
