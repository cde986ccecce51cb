//! The OpenTelemetry output formats 0.7.0 and 1.0.0: export requests, each behind its length as a varint.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-metric-streams-formats-opentelemetry.html>.
//! Of the further statistics only percentiles exist in these formats.

use prost::Message;

use super::otel_messages::{
    AnyValue, ExportMetricsServiceRequest, KeyValue, KeyValueList, Metric, Resource, ResourceMetrics,
    ScopeMetrics, StringKeyValue, Summary, SummaryDataPoint, ValueAtQuantile,
};
use crate::demo::{ACCOUNT_ID, MINUTE_MS, Point, STREAM_NAME};

/// Data points in one message; gives messages of a few kilobytes, as captured ones have, so that a record has many.
const POINTS_PER_MESSAGE: usize = 16;

/// Version of the OpenTelemetry protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    V07,
    V10,
}

/// The points as length-delimited messages, none over `max_bytes` unless a single point is. A message is of one
/// account and region, because those are attributes of its resource.
pub(super) fn messages(points: &[Point], version: Version, max_bytes: usize) -> Vec<Vec<u8>> {
    let mut sorted: Vec<&Point> = points.iter().collect();
    sorted.sort_by_key(|point| point.series());
    let mut messages = Vec::new();
    let same_resource = |a: &&Point, b: &&Point| (&a.account_id, &a.region) == (&b.account_id, &b.region);
    for of_resource in sorted.chunk_by(same_resource) {
        for chunk in of_resource.chunks(POINTS_PER_MESSAGE) {
            append_messages(chunk, version, max_bytes, &mut messages);
        }
    }
    messages
}

fn append_messages(points: &[&Point], version: Version, max_bytes: usize, to: &mut Vec<Vec<u8>>) {
    let message = request(points, version).encode_length_delimited_to_vec();
    if message.len() <= max_bytes || points.len() <= 1 {
        to.push(message);
        return;
    }
    let (first, second) = points.split_at(points.len() / 2);
    append_messages(first, version, max_bytes, to);
    append_messages(second, version, max_bytes, to);
}

fn request(points: &[&Point], version: Version) -> ExportMetricsServiceRequest {
    let resource = points.first().map(|point| resource(point));
    let metrics =
        points.chunk_by(|a, b| a.series() == b.series()).map(|series| metric(series, version)).collect();
    let scope_metrics = vec![ScopeMetrics { metrics }];
    ExportMetricsServiceRequest { resource_metrics: vec![ResourceMetrics { resource, scope_metrics }] }
}

fn resource(point: &Point) -> Resource {
    let region = &point.region;
    let stream_arn = format!("arn:aws:cloudwatch:{region}:{ACCOUNT_ID}:metric-stream/{STREAM_NAME}");
    let attributes = vec![
        string_attribute("cloud.provider", "aws"),
        string_attribute("cloud.account.id", &point.account_id),
        string_attribute("cloud.region", region),
        string_attribute("aws.exporter.arn", &stream_arn),
    ];
    Resource { attributes }
}

/// One series: at least one point, usually one; more when a late minute comes in the same batch.
fn metric(series: &[&Point], version: Version) -> Metric {
    let name_and_unit = series.first().map(|point| {
        let name = format!("amazonaws.com/{}/{}", point.namespace, point.metric_name);
        (name, point.unit.ucum().to_owned())
    });
    let (name, unit) = name_and_unit.unwrap_or_default();
    let data_points = series.iter().map(|point| data_point(point, version)).collect();
    Metric { name, unit, summary: Some(Summary { data_points }) }
}

fn data_point(point: &Point, version: Version) -> SummaryDataPoint {
    let nanos = |time_ms: i64| u64::try_from(time_ms).unwrap_or(0) * 1_000_000;
    let (labels, attributes) = match version {
        Version::V07 => (labels(point), Vec::new()),
        Version::V10 => (Vec::new(), attributes(point)),
    };
    SummaryDataPoint {
        labels,
        start_time_unix_nano: nanos(point.start_ms),
        time_unix_nano: nanos(point.start_ms + MINUTE_MS),
        count: point.samples,
        sum: point.sum,
        quantile_values: quantile_values(point),
        attributes,
    }
}

fn quantile_values(point: &Point) -> Vec<ValueAtQuantile> {
    let minimum = ValueAtQuantile { quantile: 0.0, value: point.minimum };
    let maximum = ValueAtQuantile { quantile: 1.0, value: point.maximum };
    let percentiles = point.extra.iter().filter_map(|(name, value)| {
        // Shifting the decimal point in the text gives 0.999 for p99.9, where dividing by 100 may not.
        let quantile = format!("{}e-2", name.strip_prefix('p')?).parse().ok()?;
        Some(ValueAtQuantile { quantile, value: *value })
    });
    [minimum].into_iter().chain(percentiles).chain([maximum]).collect()
}

fn labels(point: &Point) -> Vec<StringKeyValue> {
    let identity = [("Namespace", &point.namespace), ("MetricName", &point.metric_name)];
    let dimensions = point.dimensions.iter().map(|(name, value)| (name.as_str(), value));
    let labels = identity.into_iter().chain(dimensions);
    labels.map(|(key, value)| StringKeyValue { key: key.to_owned(), value: value.clone() }).collect()
}

fn attributes(point: &Point) -> Vec<KeyValue> {
    let dimensions = point.dimensions.iter().map(|(name, value)| string_attribute(name, value)).collect();
    let dimensions = AnyValue { string_value: None, kvlist_value: Some(KeyValueList { values: dimensions }) };
    vec![
        string_attribute("Namespace", &point.namespace),
        string_attribute("MetricName", &point.metric_name),
        KeyValue { key: "Dimensions".to_owned(), value: Some(dimensions) },
    ]
}

fn string_attribute(key: &str, value: &str) -> KeyValue {
    let value = AnyValue { string_value: Some(value.to_owned()), kvlist_value: None };
    KeyValue { key: key.to_owned(), value: Some(value) }
}
