//! The OpenTelemetry output formats 0.7.0 and 1.0.0.
//!
//! Specification: "CloudWatch metric stream output in OpenTelemetry 1.0.0 format" (and 0.7.0) in the CloudWatch user
//! guide. The two differ only in a data point's identity: 0.7.0 has flat `labels` (field 1), 1.0.0 has `attributes`
//! (field 7) with the dimensions nested. Both fields are read, so that one decoder serves both and no dimension is ever
//! lost. Scopes, descriptions and start times of anything but summaries are left out: metric streams do not use them.

use std::borrow::Cow;

use firefly_model::{Statistics, UnixMillis};

use super::data_point::{DataPoint, Dimensions, Extra, Sink, Source, Undecodable, push_capped};
use crate::limits;
use crate::protobuf::{Field, Fields, Malformed, last_field, read_varint, write_bytes, write_varint};

/// Length of the period, by which a time is taken back if the start is missing: CloudWatch streams one-minute periods.
const PERIOD_NANOS: u64 = 60_000_000_000;
const NANOS_PER_MILLI: u64 = 1_000_000;

/// Whether the record begins with a message: a length that fits, and fields up to its end.
pub(super) fn starts_with_message(record: &[u8]) -> bool {
    let mut rest = record;
    let Ok(length) = read_varint(&mut rest) else {
        return false;
    };
    let message = usize::try_from(length).ok().and_then(|length| rest.get(..length));
    message.is_some_and(|message| Fields::of(message).all(|field| field.is_ok()))
}

/// Reads every message of the record. Where the framing is broken, the rest of the record is one undecodable piece.
pub(super) fn decode_messages(record: &[u8], sink: &mut impl Sink) {
    let mut rest = record;
    while !rest.is_empty() && !sink.is_full() {
        let start = rest;
        let length = match read_varint(&mut rest) {
            Ok(length) => length,
            Err(malformed) => return sink.undecodable(start, Undecodable::Framing(malformed)),
        };
        let Some((message, next)) =
            usize::try_from(length).ok().and_then(|length| rest.split_at_checked(length))
        else {
            return sink.undecodable(start, Undecodable::LengthPrefix { length, left: rest.len() });
        };
        rest = next;
        if let Err(reason) = decode_request(message, sink) {
            sink.undecodable(&start[..start.len() - rest.len()], reason);
        }
    }
}

/// `ExportMetricsServiceRequest`. The points before a fault have been taken; taking them again changes nothing.
fn decode_request(message: &[u8], sink: &mut impl Sink) -> Result<(), Undecodable> {
    for field in Fields::of(message) {
        let field = field?;
        if field.number == 1 {
            decode_resource_metrics(field.message()?, sink)?;
        }
    }
    Ok(())
}

/// `ResourceMetrics`: the resource says whose metrics they are.
fn decode_resource_metrics(message: &[u8], sink: &mut impl Sink) -> Result<(), Undecodable> {
    let resource = last_field(message, 1)?.map_or(Ok(&[][..]), Field::message)?;
    let (mut account_id, mut region) = ("", "");
    for field in Fields::of(resource) {
        let field = field?;
        if field.number == 1 {
            let attribute = Attribute::decode(field.message()?)?;
            match attribute.key {
                "cloud.account.id" => account_id = attribute.text()?.unwrap_or_default(),
                "cloud.region" => region = attribute.text()?.unwrap_or_default(),
                _ => {}
            }
        }
    }
    for scope_metrics in Fields::of(message) {
        let scope_metrics = scope_metrics?;
        if scope_metrics.number != 2 {
            continue;
        }
        for metric in Fields::of(scope_metrics.message()?) {
            let metric = metric?;
            if metric.number == 2 {
                decode_metric(metric.message()?, &Origin { resource, account_id, region }, sink)?;
            }
        }
    }
    Ok(())
}

struct Origin<'a> {
    resource: &'a [u8],
    account_id: &'a str,
    region: &'a str,
}

/// `Metric`: a name, a unit and a summary.
fn decode_metric(message: &[u8], origin: &Origin<'_>, sink: &mut impl Sink) -> Result<(), Undecodable> {
    let (mut name, mut unit, mut summary) = ("", "", None);
    for field in Fields::of(message) {
        let field = field?;
        match field.number {
            1 => name = field.text()?,
            3 => unit = field.text()?,
            11 => summary = Some(field.message()?),
            _ => {}
        }
    }
    let summary = summary.ok_or_else(|| Undecodable::NotASummary(name.to_owned()))?;
    for field in Fields::of(summary) {
        if sink.is_full() {
            break;
        }
        let field = field?;
        if field.number != 1 {
            continue;
        }
        let point = field.message()?;
        let source = PointSource { resource: origin.resource, name, unit, point };
        if let Err(reason) = decode_point(point, origin, source, sink) {
            sink.undecodable(&source.to_record(), reason);
        }
    }
    Ok(())
}

/// `SummaryDataPoint`, of either version. Hands the data point over where it was made: it is too large to be returned
/// for nothing.
fn decode_point<'a>(
    message: &'a [u8],
    origin: &Origin<'a>,
    source: PointSource<'a>,
    sink: &mut impl Sink,
) -> Result<(), Undecodable> {
    let (mut start_nanos, mut end_nanos) = (0, 0);
    let (mut count, mut sum) = (0, 0.0);
    let mut identity = Identity::default();
    let mut quantiles = Quantiles::default();
    for field in Fields::of(message) {
        let field = field?;
        match field.number {
            1 => identity.add_label(field.message()?)?,
            2 => start_nanos = field.fixed64()?,
            3 => end_nanos = field.fixed64()?,
            4 => count = field.fixed64()?,
            5 => sum = field.double()?,
            6 => quantiles.add(field.message()?)?,
            7 => identity.add_attribute(field.message()?)?,
            _ => {}
        }
    }
    let nanos = if start_nanos == 0 { end_nanos.saturating_sub(PERIOD_NANOS) } else { start_nanos };
    let mut point = DataPoint {
        account_id: Cow::Borrowed(origin.account_id),
        region: Cow::Borrowed(origin.region),
        namespace: Cow::Borrowed(identity.namespace.ok_or(Undecodable::Missing("Namespace"))?),
        metric_name: Cow::Borrowed(identity.metric_name.ok_or(Undecodable::Missing("MetricName"))?),
        dimensions: identity.dimensions,
        unit: Cow::Borrowed(source.unit),
        time: UnixMillis((nanos / NANOS_PER_MILLI).cast_signed()),
        statistics: Statistics {
            #[expect(
                clippy::cast_precision_loss,
                reason = "counts above 2⁵³ do not occur; JSON streams round as well"
            )]
            samples: count as f64,
            sum,
            minimum: quantiles.minimum.ok_or(Undecodable::Missing("quantile 0, the minimum"))?,
            maximum: quantiles.maximum.ok_or(Undecodable::Missing("quantile 1, the maximum"))?,
        },
        extra: quantiles.extra,
        source: Source::Message(source),
    };
    point.check()?;
    sink.data_point(&point);
    Ok(())
}

/// What names a data point: its namespace, metric and dimensions.
#[derive(Default)]
struct Identity<'a> {
    namespace: Option<&'a str>,
    metric_name: Option<&'a str>,
    dimensions: Dimensions<'a>,
}

impl<'a> Identity<'a> {
    /// `StringKeyValue` of 0.7.0.
    fn add_label(&mut self, message: &'a [u8]) -> Result<(), Malformed> {
        let (mut key, mut value) = ("", "");
        for field in Fields::of(message) {
            let field = field?;
            match field.number {
                1 => key = field.text()?,
                2 => value = field.text()?,
                _ => {}
            }
        }
        self.add_text(key, value);
        Ok(())
    }

    /// `KeyValue` of 1.0.0.
    fn add_attribute(&mut self, message: &'a [u8]) -> Result<(), Undecodable> {
        let attribute = Attribute::decode(message)?;
        if attribute.key == "Dimensions"
            && let Some(list) = attribute.key_value_list()?
        {
            for field in Fields::of(list) {
                let field = field?;
                if field.number == 1 {
                    let dimension = Attribute::decode(field.message()?)?;
                    let value = dimension.text()?;
                    let value = value.ok_or_else(|| Undecodable::NotAString(dimension.key.to_owned()))?;
                    self.add_dimension(dimension.key, value);
                }
            }
        } else if let Some(value) = attribute.text()? {
            self.add_text(attribute.key, value);
        }
        Ok(())
    }

    /// The first of each name; a dimension of the same name may follow in the flat labels.
    fn add_text(&mut self, key: &'a str, value: &'a str) {
        match key {
            "Namespace" if self.namespace.is_none() => self.namespace = Some(value),
            "MetricName" if self.metric_name.is_none() => self.metric_name = Some(value),
            _ => self.add_dimension(key, value),
        }
    }

    fn add_dimension(&mut self, name: &'a str, value: &'a str) {
        let dimension = (Cow::Borrowed(name), Cow::Borrowed(value));
        push_capped(&mut self.dimensions, dimension, limits::DIMENSIONS);
    }
}

/// `KeyValue`: a key and an `AnyValue`.
struct Attribute<'a> {
    key: &'a str,
    value: &'a [u8],
}

impl<'a> Attribute<'a> {
    fn decode(message: &'a [u8]) -> Result<Self, Malformed> {
        let mut attribute = Self { key: "", value: &[] };
        for field in Fields::of(message) {
            let field = field?;
            match field.number {
                1 => attribute.key = field.text()?,
                2 => attribute.value = field.message()?,
                _ => {}
            }
        }
        Ok(attribute)
    }

    /// `AnyValue.string_value`.
    fn text(&self) -> Result<Option<&'a str>, Malformed> {
        last_field(self.value, 1)?.map(Field::text).transpose()
    }

    /// `AnyValue.kvlist_value`.
    fn key_value_list(&self) -> Result<Option<&'a [u8]>, Malformed> {
        last_field(self.value, 6)?.map(Field::message).transpose()
    }
}

/// Quantile 0 is the minimum, 1 the maximum, and those between are percentiles.
#[derive(Default)]
struct Quantiles<'a> {
    minimum: Option<f64>,
    maximum: Option<f64>,
    extra: Extra<'a>,
}

impl Quantiles<'_> {
    /// `ValueAtQuantile`; an empty one is quantile 0 with value 0, because protobuf leaves zeros out.
    fn add(&mut self, message: &[u8]) -> Result<(), Malformed> {
        let (mut quantile, mut value) = (0.0, 0.0);
        for field in Fields::of(message) {
            let field = field?;
            match field.number {
                1 => quantile = field.double()?,
                2 => value = field.double()?,
                _ => {}
            }
        }
        if quantile <= 0.0 {
            self.minimum = Some(value);
        } else if quantile >= 1.0 {
            self.maximum = Some(value);
        } else {
            push_capped(&mut self.extra, (percentile_name(quantile), value), limits::EXTRA_STATISTICS);
        }
        Ok(())
    }
}

/// CloudWatch's name of a quantile: `p99.9` for 0.999.
fn percentile_name(quantile: f64) -> Cow<'static, str> {
    const COMMON: [(f64, &str); 5] =
        [(0.5, "p50"), (0.9, "p90"), (0.95, "p95"), (0.99, "p99"), (0.999, "p99.9")];
    if let Some((_, name)) = COMMON.iter().find(|(common, _)| (quantile - common).abs() < 1e-12) {
        return Cow::Borrowed(name);
    }
    // Ten decimals are as many as CloudWatch takes, and fewer than binary fractions show.
    let percent = format!("{:.10}", quantile * 100.0);
    Cow::Owned(format!("p{}", percent.trim_end_matches('0').trim_end_matches('.')))
}

/// What a data point of OpenTelemetry needs around it to stand alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct PointSource<'a> {
    resource: &'a [u8],
    name: &'a str,
    unit: &'a str,
    point: &'a [u8],
}

impl PointSource<'_> {
    /// A record with this one data point.
    pub(super) fn to_record(self) -> Vec<u8> {
        let mut summary = Vec::new();
        write_bytes(&mut summary, 1, self.point);
        let mut metric = Vec::new();
        write_bytes(&mut metric, 1, self.name.as_bytes());
        write_bytes(&mut metric, 3, self.unit.as_bytes());
        write_bytes(&mut metric, 11, &summary);
        let mut scope_metrics = Vec::new();
        write_bytes(&mut scope_metrics, 2, &metric);
        let mut resource_metrics = Vec::new();
        write_bytes(&mut resource_metrics, 1, self.resource);
        write_bytes(&mut resource_metrics, 2, &scope_metrics);
        let mut request = Vec::new();
        write_bytes(&mut request, 1, &resource_metrics);
        let mut record = Vec::new();
        write_varint(&mut record, request.len());
        record.extend_from_slice(&request);
        record
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_have_cloudwatch_names() {
        for (quantile, name) in [
            (0.5, "p50"),
            (0.99, "p99"),
            (0.999, "p99.9"),
            (0.57, "p57"),
            (0.123, "p12.3"),
            (0.9999, "p99.99"),
        ] {
            assert_eq!(percentile_name(quantile), name);
        }
    }
}
