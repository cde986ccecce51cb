//! The JSON output format: one object a line, one data point an object.
//!
//! Specification: "CloudWatch metric stream output in JSON format" in the CloudWatch user guide. `timestamp` is the
//! start of the period. `metric_stream_name` is left out: two streams that carry the same metric carry the same data
//! point.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use firefly_model::{Statistics, UnixMillis};
use memchr::memchr;
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::data_point::{DataPoint, Dimensions, Extra, Sink, Source, Undecodable, push_capped};
use crate::{json_text, limits};

/// Reads every line.
pub(super) fn decode_lines(record: &[u8], sink: &mut impl Sink) {
    let mut rest = record;
    while !rest.is_empty() && !sink.is_full() {
        let end = memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest[..end].trim_ascii();
        rest = rest.get(end + 1..).unwrap_or_default();
        if line.is_empty() {
            continue;
        }
        match decode_line(line, sink) {
            Ok(()) => {}
            Err(_) if is_demo_data(line) => sink.ignored(),
            Err(reason) => sink.undecodable(line, reason),
        }
    }
}

/// Hands the data point over where it was made: it is too large to be returned for nothing.
fn decode_line(line: &[u8], sink: &mut impl Sink) -> Result<(), Undecodable> {
    if line.len() > limits::LINE_BYTES {
        return Err(Undecodable::LineTooLong(line.len()));
    }
    let Line { account_id, region, namespace, metric_name, dimensions, timestamp, value, unit } =
        json_text::from_slice(line).map_err(Undecodable::Json)?;
    let mut point = DataPoint {
        account_id,
        region,
        namespace,
        metric_name,
        dimensions: dimensions.0,
        unit,
        time: UnixMillis(timestamp),
        statistics: value.statistics,
        extra: value.extra,
        source: Source::Line(line),
    };
    point.check()?;
    sink.data_point(&point);
    Ok(())
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    account_id: Cow<'a, str>,
    #[serde(borrow)]
    region: Cow<'a, str>,
    #[serde(borrow)]
    namespace: Cow<'a, str>,
    #[serde(borrow)]
    metric_name: Cow<'a, str>,
    #[serde(borrow)]
    dimensions: DimensionMap<'a>,
    timestamp: i64,
    #[serde(borrow)]
    value: Values<'a>,
    #[serde(borrow)]
    unit: Cow<'a, str>,
}

/// What Firehose's console sends under "Test with demo data".
fn is_demo_data(line: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct StockTicker {
        #[serde(rename = "TICKER_SYMBOL")]
        _ticker_symbol: IgnoredAny,
    }
    json_text::from_slice::<StockTicker>(line).is_ok()
}

/// A string that is borrowed wherever it has no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

struct DimensionMap<'a>(Dimensions<'a>);

impl<'de: 'a, 'a> Deserialize<'de> for DimensionMap<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<'a>(PhantomData<&'a ()>);

        impl<'de: 'a, 'a> Visitor<'de> for Entries<'a> {
            type Value = DimensionMap<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of dimension names and values")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut dimensions = Dimensions::new();
                while let Some((Text(name), Text(value))) = map.next_entry()? {
                    push_capped(&mut dimensions, (name, value), limits::DIMENSIONS);
                }
                Ok(DimensionMap(dimensions))
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
}

struct Values<'a> {
    statistics: Statistics,
    extra: Extra<'a>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Values<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<'a>(PhantomData<&'a ()>);

        impl<'de: 'a, 'a> Visitor<'de> for Entries<'a> {
            type Value = Values<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of statistics")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let (mut count, mut sum, mut min, mut max) = (None, None, None, None);
                let mut extra = Extra::new();
                while let Some((Text(name), value)) = map.next_entry::<_, f64>()? {
                    match &*name {
                        "count" => count = Some(value),
                        "sum" => sum = Some(value),
                        "min" => min = Some(value),
                        "max" => max = Some(value),
                        _ => push_capped(&mut extra, (name, value), limits::EXTRA_STATISTICS),
                    }
                }
                let statistics = Statistics {
                    samples: count.ok_or_else(|| A::Error::missing_field("count"))?,
                    sum: sum.ok_or_else(|| A::Error::missing_field("sum"))?,
                    minimum: min.ok_or_else(|| A::Error::missing_field("min"))?,
                    maximum: max.ok_or_else(|| A::Error::missing_field("max"))?,
                };
                Ok(Values { statistics, extra })
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
}
