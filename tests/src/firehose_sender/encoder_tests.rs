//! The encoders, checked by decoding with others' decoders: `serde_json`, and `opentelemetry-proto` for 1.0.0.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest as Request10;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::metrics::v1::{Metric, SummaryDataPoint, metric::Data};
use prost::Message;

use super::otel_messages::ExportMetricsServiceRequest as Request07;
use super::*;
use crate::demo::{Point, Shop, Unit};

/// 2026-03-02, 09:00 UTC.
const MORNING_MS: i64 = 1_772_442_000_000;

/// Two minutes of the shop, and a point with what the shop does not have.
fn points() -> Vec<Point> {
    let mut points: Vec<Point> = Shop::default().final_points(MORNING_MS..MORNING_MS + 120_000).collect();
    points.push(Point {
        account_id: "999900001111".to_owned(),
        region: "us-east-1".to_owned(),
        namespace: "Custom \"App\"/é".to_owned(),
        metric_name: "Load".to_owned(),
        dimensions: vec![("Na\tme".to_owned(), String::new())],
        unit: Unit::None,
        start_ms: MORNING_MS,
        samples: 2,
        sum: 0.0,
        minimum: -1.5,
        maximum: 1.5,
        extra: vec![("p99.9".to_owned(), 1.25)],
    });
    points
}

fn sorted(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_by(|a, b| (a.series(), a.start_ms).cmp(&(b.series(), b.start_ms)));
    points
}

#[test]
fn json_line_is_laid_out_as_aws_does() {
    let point = Point {
        account_id: "111122223333".to_owned(),
        region: "eu-west-1".to_owned(),
        namespace: "AWS/Lambda".to_owned(),
        metric_name: "Duration".to_owned(),
        dimensions: vec![("FunctionName".to_owned(), "cart".to_owned())],
        unit: Unit::Milliseconds,
        start_ms: MORNING_MS,
        samples: 3,
        sum: 20.0,
        minimum: 0.0,
        maximum: 18.5,
        extra: vec![("p99".to_owned(), 17.56)],
    };
    let line = concat!(
        r#"{"metric_stream_name":"shop-metrics","account_id":"111122223333","region":"eu-west-1","#,
        r#""namespace":"AWS/Lambda","metric_name":"Duration","dimensions":{"FunctionName":"cart"},"#,
        r#""timestamp":1772442000000,"value":{"count":3.0,"sum":20.0,"max":18.5,"min":0.0,"p99":17.56},"#,
        r#""unit":"Milliseconds"}"#,
        "\n"
    );
    let records = split_records(&[point], Format::Json, MAX_RECORD_BYTES);
    assert_eq!(records, [line.as_bytes()]);
}

#[test]
fn json_lines_hold_every_point_in_order() {
    let points = points();
    let bytes = split_records(&points, Format::Json, 10_000).concat();
    let lines = String::from_utf8(bytes).unwrap();
    assert_eq!(lines.lines().count(), points.len());
    for (line, point) in lines.lines().zip(&points) {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["account_id"], point.account_id.as_str());
        assert_eq!(line["namespace"], point.namespace.as_str());
        assert_eq!(line["timestamp"], point.start_ms);
        assert_eq!(line["value"]["sum"].as_f64(), Some(point.sum));
        assert_eq!(line["dimensions"].as_object().unwrap().len(), point.dimensions.len());
        for (name, value) in &point.dimensions {
            assert_eq!(line["dimensions"][name], value.as_str());
        }
    }
}

#[test]
fn opentelemetry_1_0_decodes_to_the_same_points() {
    let points = points();
    let mut decoded = Vec::new();
    for record in split_records(&points, Format::Otel10, 10_000) {
        let mut rest = record.as_slice();
        while !rest.is_empty() {
            let request = Request10::decode_length_delimited(&mut rest).unwrap();
            decoded.extend(request.resource_metrics.iter().flat_map(|of_resource| {
                let resource = strings(&of_resource.resource.as_ref().unwrap().attributes);
                assert_eq!(resource["cloud.provider"], "aws");
                assert!(resource["aws.exporter.arn"].ends_with(":metric-stream/shop-metrics"));
                let metrics = of_resource.scope_metrics.iter().flat_map(|scope| &scope.metrics);
                metrics.flat_map(move |metric| decode_metric(&resource, metric)).collect::<Vec<_>>()
            }));
        }
    }
    assert_eq!(sorted(decoded), sorted(points));
}

fn strings(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    let string = |attribute: &KeyValue| match attribute.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some((attribute.key.clone(), text.clone())),
        _ => None,
    };
    attributes.iter().filter_map(string).collect()
}

fn decode_metric(resource: &BTreeMap<String, String>, metric: &Metric) -> Vec<Point> {
    let Some(Data::Summary(summary)) = &metric.data else { panic!("no summary in {}", metric.name) };
    let points: Vec<Point> =
        summary.data_points.iter().map(|data| decode_point(resource, &metric.unit, data)).collect();
    let name = format!("amazonaws.com/{}/{}", points[0].namespace, points[0].metric_name);
    assert_eq!(metric.name, name);
    points
}

fn decode_point(resource: &BTreeMap<String, String>, unit: &str, data: &SummaryDataPoint) -> Point {
    let identity = strings(&data.attributes);
    let dimensions = data.attributes.iter().find(|attribute| attribute.key == "Dimensions").unwrap();
    let Some(Value::KvlistValue(dimensions)) = dimensions.value.clone().unwrap().value else {
        panic!("no list")
    };
    assert_eq!(data.time_unix_nano, data.start_time_unix_nano + 60_000_000_000);
    let quantile = |wanted: f64| data.quantile_values.iter().find(|at| at.quantile == wanted).unwrap().value;
    let inner = data.quantile_values.iter().filter(|at| at.quantile > 0.0 && at.quantile < 1.0);
    let names = BTreeMap::from([("0.5", "p50"), ("0.9", "p90"), ("0.99", "p99"), ("0.999", "p99.9")]);
    let units = [Unit::Count, Unit::Milliseconds, Unit::None];
    Point {
        account_id: resource["cloud.account.id"].clone(),
        region: resource["cloud.region"].clone(),
        namespace: identity["Namespace"].clone(),
        metric_name: identity["MetricName"].clone(),
        dimensions: strings(&dimensions.values).into_iter().collect(),
        unit: units.into_iter().find(|candidate| candidate.ucum() == unit).unwrap(),
        start_ms: i64::try_from(data.start_time_unix_nano / 1_000_000).unwrap(),
        samples: data.count,
        sum: data.sum,
        minimum: quantile(0.0),
        maximum: quantile(1.0),
        extra: inner.map(|at| (names[at.quantile.to_string().as_str()].to_owned(), at.value)).collect(),
    }
}

#[test]
fn opentelemetry_0_7_has_flat_labels_and_no_attributes() {
    let points = points();
    let mut labels: Vec<Vec<(String, String)>> = Vec::new();
    let mut messages = 0;
    for record in split_records(&points, Format::Otel07, 10_000) {
        let mut rest = record.as_slice();
        while !rest.is_empty() {
            let request = Request07::decode_length_delimited(&mut rest).unwrap();
            let scopes = request.resource_metrics.iter().flat_map(|of_resource| &of_resource.scope_metrics);
            let summaries = scopes.flat_map(|scope| &scope.metrics).flat_map(|metric| &metric.summary);
            for data in summaries.flat_map(|summary| &summary.data_points) {
                assert!(data.attributes.is_empty());
                labels
                    .push(data.labels.iter().map(|label| (label.key.clone(), label.value.clone())).collect());
            }
            messages += 1;
        }
        // What makes this format dangerous: a decoder of 1.0.0 takes it without an error.
        assert!(Request10::decode_length_delimited(record.as_slice()).is_ok());
    }
    let wanted = sorted(points).into_iter().map(|point| {
        let identity =
            [("Namespace".to_owned(), point.namespace), ("MetricName".to_owned(), point.metric_name)];
        identity.into_iter().chain(point.dimensions).collect::<Vec<_>>()
    });
    assert_eq!(labels, wanted.collect::<Vec<_>>());
    assert!(messages > 10);
}

#[test]
fn zero_is_left_out_of_the_bytes() {
    let points = points();
    let record = split_records(&points[points.len() - 1..], Format::Otel10, MAX_RECORD_BYTES).concat();
    let decoded = Request10::decode_length_delimited(record.as_slice()).unwrap();
    assert_eq!(decoded.encode_length_delimited_to_vec(), record, "both elide the sum of 0 and quantile 0");
}

#[test]
fn records_respect_their_size_and_fill_it() {
    let points = points();
    for format in Format::ALL {
        let whole = split_records(&points, format, MAX_RECORD_BYTES);
        assert_eq!(whole.len(), 1, "{format:?}");
        for max_record_bytes in [600, 2_000, 8_000] {
            let records = split_records(&points, format, max_record_bytes);
            assert!(
                records.iter().all(|record| (1..=max_record_bytes).contains(&record.len())),
                "{format:?}"
            );
            let fewest = whole.concat().len() / max_record_bytes;
            assert!(
                records.len() >= fewest && records.len() <= 3 * fewest + 3,
                "{format:?}: {}",
                records.len()
            );
        }
        assert!(split_records(&[], format, 100).is_empty());
        assert_eq!(split_records(&points, format, 1).len(), points.len(), "each point alone");
    }
}

#[test]
fn poison_cannot_be_decoded() {
    assert!(serde_json::from_slice::<serde_json::Value>(&undecodable_line()).is_err());
    let message = undecodable_message();
    assert_eq!(usize::from(message[0]), message.len() - 1);
    assert!(Request10::decode_length_delimited(message.as_slice()).is_err());
}
