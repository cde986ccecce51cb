//! `Metric` and its data points in JSON.

use firefly_model::UnixNanos;
use serde::Deserialize;

use super::attributes::{KeyValue, attributes};
use super::number::{Double, Enumerated, Names, Whole};
use super::text::{Id, List, Text};
use crate::limits;
use crate::otlp::Fault;
use crate::otlp::metrics::point::{
    Buckets, Data, Exemplar, ExponentialHistogram, Histogram, Metric, Number, Point, Summary, of_int,
};
use crate::otlp::metrics::translate::UnreadMetric;

/// `Metric`. Of several kinds of data, which is no OTLP, the first in this order counts.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct JsonMetric {
    name: Text,
    description: Text,
    unit: Text,
    gauge: Option<JsonData>,
    sum: Option<JsonData>,
    histogram: Option<JsonData>,
    #[serde(alias = "exponential_histogram")]
    exponential_histogram: Option<JsonData>,
    summary: Option<JsonData>,
}

/// `Gauge`, `Sum`, `Histogram`, `ExponentialHistogram` and `Summary`, which have what they have by the same names.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct JsonData {
    #[serde(alias = "data_points")]
    data_points: List<JsonPoint>,
    #[serde(alias = "aggregation_temporality")]
    aggregation_temporality: Enumerated<Temporalities>,
    #[serde(alias = "is_monotonic")]
    is_monotonic: Option<bool>,
}

#[derive(Debug, Default)]
struct Temporalities;

impl Names for Temporalities {
    const NAMES: &'static [&'static str] = &[
        "AGGREGATION_TEMPORALITY_UNSPECIFIED",
        "AGGREGATION_TEMPORALITY_DELTA",
        "AGGREGATION_TEMPORALITY_CUMULATIVE",
    ];
}

/// The data points of every kind.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct JsonPoint {
    attributes: List<KeyValue>,
    #[serde(alias = "time_unix_nano")]
    time_unix_nano: Whole<u64>,
    flags: Whole<u32>,
    exemplars: List<JsonExemplar>,
    #[serde(alias = "as_double")]
    as_double: Option<Double>,
    #[serde(alias = "as_int")]
    as_int: Option<Whole<i64>>,
    count: Whole<u64>,
    sum: Option<Double>,
    #[serde(alias = "bucket_counts")]
    bucket_counts: List<Whole<u64>>,
    #[serde(alias = "explicit_bounds")]
    explicit_bounds: List<Double>,
    scale: Whole<i32>,
    #[serde(alias = "zero_count")]
    zero_count: Whole<u64>,
    #[serde(alias = "zero_threshold")]
    zero_threshold: Double,
    positive: Option<JsonBuckets>,
    negative: Option<JsonBuckets>,
    #[serde(alias = "quantile_values")]
    quantile_values: List<JsonQuantile>,
}

/// `ExponentialHistogramDataPoint.Buckets`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct JsonBuckets {
    offset: Whole<i32>,
    #[serde(alias = "bucket_counts")]
    bucket_counts: List<Whole<u64>>,
}

/// `SummaryDataPoint.ValueAtQuantile`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct JsonQuantile {
    quantile: Double,
    value: Double,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct JsonExemplar {
    #[serde(alias = "filtered_attributes")]
    filtered_attributes: List<KeyValue>,
    #[serde(alias = "time_unix_nano")]
    time_unix_nano: Whole<u64>,
    #[serde(alias = "as_double")]
    as_double: Option<Double>,
    #[serde(alias = "as_int")]
    as_int: Option<Whole<i64>>,
    #[serde(alias = "span_id")]
    span_id: Id,
    #[serde(alias = "trace_id")]
    trace_id: Id,
}

impl JsonMetric {
    pub(super) fn into_metric(self) -> Result<Metric, UnreadMetric> {
        let Self { name, description, unit, gauge, sum, histogram, exponential_histogram, summary } = self;
        let data = if let Some(data) = gauge {
            data.points(JsonPoint::number).map(Data::Gauge)
        } else if let Some(data) = sum {
            let (temporality, is_monotonic) =
                (data.aggregation_temporality.0, data.is_monotonic.unwrap_or_default());
            data.points(JsonPoint::number).map(|points| Data::Sum { points, temporality, is_monotonic })
        } else if let Some(data) = histogram {
            let temporality = data.aggregation_temporality.0;
            data.points(JsonPoint::histogram).map(|points| Data::Histogram { points, temporality })
        } else if let Some(data) = exponential_histogram {
            let temporality = data.aggregation_temporality.0;
            data.points(JsonPoint::exponential_histogram)
                .map(|points| Data::ExponentialHistogram { points, temporality })
        } else if let Some(data) = summary {
            data.points(JsonPoint::summary).map(Data::Summary)
        } else {
            Ok(Data::Unknown)
        };
        match data {
            Ok(data) => Ok(Metric { name: name.0, description: description.0, unit: unit.0, data }),
            Err(fault) => Err(UnreadMetric { name: name.0, fault }),
        }
    }
}

impl JsonData {
    fn points<T>(self, value: fn(&mut JsonPoint) -> T) -> Result<Vec<Point<T>>, Fault> {
        self.data_points.0.into_iter().map(|point| point.into_point(value)).collect()
    }
}

impl JsonPoint {
    fn into_point<T>(mut self, value: fn(&mut Self) -> T) -> Result<Point<T>, Fault> {
        let value = value(&mut self);
        Ok(Point {
            attributes: attributes(self.attributes)?,
            time: UnixNanos(self.time_unix_nano.0),
            flags: self.flags.0,
            exemplars: self
                .exemplars
                .0
                .into_iter()
                .map(JsonExemplar::into_exemplar)
                .collect::<Result<_, _>>()?,
            value,
        })
    }

    fn number(&mut self) -> Number {
        Number(either(self.as_double, self.as_int))
    }

    fn histogram(&mut self) -> Histogram {
        Histogram {
            count: self.count.0,
            sum: self.sum.map(|sum| sum.0),
            bucket_counts: self.bucket_counts.0.iter().map(|count| count.0).collect(),
            explicit_bounds: self.explicit_bounds.0.iter().map(|bound| bound.0).collect(),
        }
    }

    fn exponential_histogram(&mut self) -> ExponentialHistogram {
        let buckets = |buckets: Option<JsonBuckets>| {
            let JsonBuckets { offset, bucket_counts } = buckets.unwrap_or_default();
            Buckets { offset: offset.0, counts: bucket_counts.0.iter().map(|count| count.0).collect() }
        };
        ExponentialHistogram {
            count: self.count.0,
            sum: self.sum.map(|sum| sum.0),
            scale: self.scale.0,
            zero_count: self.zero_count.0,
            zero_threshold: self.zero_threshold.0,
            positive: buckets(self.positive.take()),
            negative: buckets(self.negative.take()),
        }
    }

    fn summary(&mut self) -> Summary {
        Summary {
            count: self.count.0,
            sum: self.sum.unwrap_or_default().0,
            quantiles: self.quantile_values.0.iter().map(|at| (at.quantile.0, at.value.0)).collect(),
        }
    }
}

impl JsonExemplar {
    fn into_exemplar(self) -> Result<Exemplar, Fault> {
        let id = |id: Id| id.0.into_iter().take(limits::EXEMPLAR_ID_BYTES).collect();
        Ok(Exemplar {
            filtered_attributes: attributes(self.filtered_attributes)?,
            time: UnixNanos(self.time_unix_nano.0),
            value: either(self.as_double, self.as_int),
            trace_id: id(self.trace_id),
            span_id: id(self.span_id),
        })
    }
}

fn either(double: Option<Double>, int: Option<Whole<i64>>) -> Option<f64> {
    double.map(|double| double.0).or(int.map(|int| of_int(int.0)))
}
