//! `Metric` and its data points.

use firefly_model::UnixNanos;

use super::attributes::add_attribute;
use crate::limits;
use crate::otlp::Fault;
use crate::otlp::fault::Budget;
use crate::otlp::metrics::point::{
    Buckets, Data, Exemplar, ExponentialHistogram, Histogram, Metric, Number, Point, Summary, of_int,
};
use crate::otlp::metrics::translate::UnreadMetric;
use crate::protobuf::{Field, Fields, Malformed, Value, read_varint};

/// `Metric`. Its own metadata, which is in development, is left out.
pub(super) fn metric(message: &[u8], budget: &mut Budget) -> Result<Metric, UnreadMetric> {
    let mut metric = Metric::default();
    match fill(&mut metric, message, budget) {
        Ok(()) => Ok(metric),
        Err(fault) => Err(UnreadMetric { name: metric.name, fault }),
    }
}

/// Of several kinds of data, the last counts.
fn fill(metric: &mut Metric, message: &[u8], budget: &mut Budget) -> Result<(), Fault> {
    for field in Fields::of(message) {
        let field = field?;
        match field.number {
            1 => metric.name = field.lossy_text()?,
            2 => metric.description = field.lossy_text()?,
            3 => metric.unit = field.lossy_text()?,
            5 => metric.data = Data::Gauge(DataMessage::read(field, budget, number)?.points),
            7 => {
                let DataMessage { points, temporality, is_monotonic } =
                    DataMessage::read(field, budget, number)?;
                metric.data = Data::Sum { points, temporality, is_monotonic };
            }
            9 => {
                let DataMessage { points, temporality, .. } = DataMessage::read(field, budget, histogram)?;
                metric.data = Data::Histogram { points, temporality };
            }
            10 => {
                let DataMessage { points, temporality, .. } =
                    DataMessage::read(field, budget, exponential_histogram)?;
                metric.data = Data::ExponentialHistogram { points, temporality };
            }
            11 => metric.data = Data::Summary(DataMessage::read(field, budget, summary)?.points),
            _ => {}
        }
    }
    Ok(())
}

/// `Gauge`, `Sum`, `Histogram`, `ExponentialHistogram` and `Summary` number what they have in common alike.
struct DataMessage<T> {
    points: Vec<Point<T>>,
    temporality: i32,
    is_monotonic: bool,
}

/// Reads a data point of one kind.
type ReadPoint<T> = fn(&[u8], &mut Budget) -> Result<Point<T>, Fault>;

impl<T> DataMessage<T> {
    fn read(field: Field<'_>, budget: &mut Budget, point: ReadPoint<T>) -> Result<Self, Fault> {
        let mut data = Self { points: Vec::new(), temporality: 0, is_monotonic: false };
        for field in Fields::of(field.message()?) {
            let field = field?;
            match field.number {
                1 if budget.part() => data.points.push(point(field.message()?, budget)?),
                2 => data.temporality = field.int32()?,
                3 => data.is_monotonic = field.varint()? != 0,
                _ => {}
            }
        }
        Ok(data)
    }
}

/// `NumberDataPoint`.
fn number(message: &[u8], budget: &mut Budget) -> Result<Point<Number>, Fault> {
    let mut point = Point::<Number>::default();
    for field in Fields::of(message) {
        let field = field?;
        match field.number {
            3 => point.time = UnixNanos(field.fixed64()?),
            4 => point.value = Number(Some(field.double()?)),
            5 => push_exemplar(&mut point.exemplars, field, budget)?,
            6 => point.value = Number(Some(of_int(field.fixed64()?.cast_signed()))),
            7 => add_attribute(&mut point.attributes, field.message()?, budget)?,
            8 => point.flags = field.uint32()?,
            _ => {}
        }
    }
    Ok(point)
}

/// `HistogramDataPoint`.
fn histogram(message: &[u8], budget: &mut Budget) -> Result<Point<Histogram>, Fault> {
    let mut point = Point::<Histogram>::default();
    for field in Fields::of(message) {
        let field = field?;
        match field.number {
            3 => point.time = UnixNanos(field.fixed64()?),
            4 => point.value.count = field.fixed64()?,
            5 => point.value.sum = Some(field.double()?),
            6 => push_fixed64(&mut point.value.bucket_counts, field, budget, |bits| bits)?,
            7 => push_fixed64(&mut point.value.explicit_bounds, field, budget, f64::from_bits)?,
            8 => push_exemplar(&mut point.exemplars, field, budget)?,
            9 => add_attribute(&mut point.attributes, field.message()?, budget)?,
            10 => point.flags = field.uint32()?,
            _ => {}
        }
    }
    Ok(point)
}

/// `ExponentialHistogramDataPoint`.
fn exponential_histogram(message: &[u8], budget: &mut Budget) -> Result<Point<ExponentialHistogram>, Fault> {
    let mut point = Point::<ExponentialHistogram>::default();
    for field in Fields::of(message) {
        let field = field?;
        match field.number {
            1 => add_attribute(&mut point.attributes, field.message()?, budget)?,
            3 => point.time = UnixNanos(field.fixed64()?),
            4 => point.value.count = field.fixed64()?,
            5 => point.value.sum = Some(field.double()?),
            6 => point.value.scale = sint32(field)?,
            7 => point.value.zero_count = field.fixed64()?,
            8 => point.value.positive = buckets(field.message()?, budget)?,
            9 => point.value.negative = buckets(field.message()?, budget)?,
            10 => point.flags = field.uint32()?,
            11 => push_exemplar(&mut point.exemplars, field, budget)?,
            14 => point.value.zero_threshold = field.double()?,
            _ => {}
        }
    }
    Ok(point)
}

/// `ExponentialHistogramDataPoint.Buckets`.
fn buckets(message: &[u8], budget: &mut Budget) -> Result<Buckets, Fault> {
    let mut buckets = Buckets::default();
    for field in Fields::of(message) {
        let field = field?;
        match (field.number, field.value) {
            (1, _) => buckets.offset = sint32(field)?,
            (2, Value::Bytes(mut packed)) => {
                while !packed.is_empty() {
                    push_part(&mut buckets.counts, read_varint(&mut packed)?, budget);
                }
            }
            (2, _) => push_part(&mut buckets.counts, field.varint()?, budget),
            _ => {}
        }
    }
    Ok(buckets)
}

/// `SummaryDataPoint`.
fn summary(message: &[u8], budget: &mut Budget) -> Result<Point<Summary>, Fault> {
    let mut point = Point::<Summary>::default();
    for field in Fields::of(message) {
        let field = field?;
        match field.number {
            3 => point.time = UnixNanos(field.fixed64()?),
            4 => point.value.count = field.fixed64()?,
            5 => point.value.sum = field.double()?,
            6 => push_part(&mut point.value.quantiles, quantile(field.message()?)?, budget),
            7 => add_attribute(&mut point.attributes, field.message()?, budget)?,
            8 => point.flags = field.uint32()?,
            _ => {}
        }
    }
    Ok(point)
}

/// `SummaryDataPoint.ValueAtQuantile`.
fn quantile(message: &[u8]) -> Result<(f64, f64), Fault> {
    let (mut quantile, mut value) = (0.0, 0.0);
    for field in Fields::of(message) {
        let field = field?;
        match field.number {
            1 => quantile = field.double()?,
            2 => value = field.double()?,
            _ => {}
        }
    }
    Ok((quantile, value))
}

/// `Exemplar`.
fn push_exemplar(exemplars: &mut Vec<Exemplar>, field: Field<'_>, budget: &mut Budget) -> Result<(), Fault> {
    let mut exemplar = Exemplar::default();
    for field in Fields::of(field.message()?) {
        let field = field?;
        match field.number {
            2 => exemplar.time = UnixNanos(field.fixed64()?),
            3 => exemplar.value = Some(field.double()?),
            4 => exemplar.span_id = id(field)?,
            5 => exemplar.trace_id = id(field)?,
            6 => exemplar.value = Some(of_int(field.fixed64()?.cast_signed())),
            7 => add_attribute(&mut exemplar.filtered_attributes, field.message()?, budget)?,
            _ => {}
        }
    }
    push_part(exemplars, exemplar, budget);
    Ok(())
}

/// An id; what is longer than one is cut.
fn id(field: Field<'_>) -> Result<Vec<u8>, Fault> {
    Ok(field.message()?.iter().copied().take(limits::EXEMPLAR_ID_BYTES).collect())
}

/// Elements of eight bytes, packed or one by one.
fn push_fixed64<T>(
    elements: &mut Vec<T>,
    field: Field<'_>,
    budget: &mut Budget,
    of_bits: fn(u64) -> T,
) -> Result<(), Fault> {
    let Value::Bytes(packed) = field.value else {
        push_part(elements, of_bits(field.fixed64()?), budget);
        return Ok(());
    };
    let (chunks, rest) = packed.as_chunks();
    for chunk in chunks {
        push_part(elements, of_bits(u64::from_le_bytes(*chunk)), budget);
    }
    if rest.is_empty() { Ok(()) } else { Err(Malformed::Truncated.into()) }
}

/// Past the budget nothing more is kept; the export is then refused as a whole.
fn push_part<T>(parts: &mut Vec<T>, part: T, budget: &mut Budget) {
    if budget.part() {
        parts.push(part);
    }
}

/// `sint32`: zigzag.
fn sint32(field: Field<'_>) -> Result<i32, Fault> {
    let bits = field.uint32()?;
    Ok((bits >> 1).cast_signed() ^ -(bits & 1).cast_signed())
}
