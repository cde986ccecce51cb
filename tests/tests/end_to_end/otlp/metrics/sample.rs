//! Metrics to export.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint,
    Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, Summary, SummaryDataPoint, exemplar,
    number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;

use crate::otlp::sample::{SECOND, now, text};

pub const DELTA: i32 = 1;
pub const CUMULATIVE: i32 = 2;

/// A minute ago, at a whole second.
pub fn minute_ago() -> u64 {
    (now() / SECOND - 60) * SECOND
}

pub fn metric(name: &str, unit: &str, data: Data) -> Metric {
    let (name, description, unit) = (name.to_owned(), format!("About {name}."), unit.to_owned());
    Metric { name, description, unit, data: Some(data), ..Metric::default() }
}

pub fn number(time: u64, value: f64) -> NumberDataPoint {
    NumberDataPoint {
        time_unix_nano: time,
        attributes: vec![text("http.route", "/orders")],
        value: Some(number_data_point::Value::AsDouble(value)),
        ..NumberDataPoint::default()
    }
}

pub fn gauge(points: Vec<NumberDataPoint>) -> Data {
    Data::Gauge(Gauge { data_points: points })
}

pub fn sum(aggregation_temporality: i32, data_points: Vec<NumberDataPoint>) -> Data {
    Data::Sum(Sum { data_points, aggregation_temporality, is_monotonic: true })
}

pub fn histogram(time: u64, bucket_counts: Vec<u64>) -> Data {
    let exemplar = Exemplar {
        time_unix_nano: time,
        trace_id: vec![0xab; 16],
        span_id: vec![0xcd; 8],
        value: Some(exemplar::Value::AsDouble(0.3)),
        ..Exemplar::default()
    };
    let point = HistogramDataPoint {
        time_unix_nano: time,
        count: bucket_counts.iter().sum(),
        sum: Some(1.5),
        bucket_counts,
        explicit_bounds: vec![0.25, 1.0],
        exemplars: vec![exemplar],
        ..HistogramDataPoint::default()
    };
    Data::Histogram(Histogram { data_points: vec![point], aggregation_temporality: CUMULATIVE })
}

/// One of each kind.
pub fn all_kinds(time: u64) -> Vec<Metric> {
    let int = Some(number_data_point::Value::AsInt(7));
    let stale = NumberDataPoint { flags: 1, value: None, ..number(time, 0.0) };
    let exponential = ExponentialHistogramDataPoint {
        time_unix_nano: time,
        count: 3,
        sum: Some(5.0),
        scale: 3,
        zero_count: 1,
        positive: Some(Buckets { offset: -1, bucket_counts: vec![1, 1] }),
        ..ExponentialHistogramDataPoint::default()
    };
    let summary = SummaryDataPoint {
        time_unix_nano: time,
        count: 2,
        sum: 0.75,
        quantile_values: vec![ValueAtQuantile { quantile: 0.5, value: 0.25 }],
        ..SummaryDataPoint::default()
    };
    vec![
        metric("memory.usage", "By", gauge(vec![NumberDataPoint { value: int, ..number(time, 0.0) }])),
        metric("gone", "1", gauge(vec![stale])),
        metric("http.requests", "{request}", sum(CUMULATIVE, vec![number(time, 12.0)])),
        metric("invocations", "", sum(DELTA, vec![number(time, 1.0), number(time + SECOND, 2.0)])),
        metric("duration", "s", histogram(time, vec![1, 2, 1])),
        metric(
            "size",
            "",
            Data::ExponentialHistogram(ExponentialHistogram {
                data_points: vec![exponential],
                aggregation_temporality: CUMULATIVE,
            }),
        ),
        metric("latency", "ms", Data::Summary(Summary { data_points: vec![summary] })),
    ]
}

/// An export of these metrics, of one instance of a Lambda function.
pub fn export_of(metrics: Vec<Metric>) -> ExportMetricsServiceRequest {
    let scope = InstrumentationScope { name: "tests".to_owned(), ..InstrumentationScope::default() };
    let scope_metrics = ScopeMetrics { scope: Some(scope), metrics, ..ScopeMetrics::default() };
    let attributes = vec![
        text("service.name", "checkout"),
        text("service.namespace", "shop"),
        text("faas.instance", "i-1"),
        text("cloud.region", "eu-west-1"),
    ];
    let resource_metrics = ResourceMetrics {
        resource: Some(Resource { attributes, ..Resource::default() }),
        scope_metrics: vec![scope_metrics],
        ..ResourceMetrics::default()
    };
    ExportMetricsServiceRequest { resource_metrics: vec![resource_metrics] }
}
