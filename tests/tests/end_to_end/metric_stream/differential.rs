//! OpenTelemetry 1.0.0 as the published definitions encode and decode it, beside the product's own reader.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList,
};
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{
    Metric, ResourceMetrics, ScopeMetrics, Summary, SummaryDataPoint, metric::Data,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use prost::Message;

use super::fixtures::{Decoded, Point, cases, sorted};

/// The points of a record as CloudWatch's documentation has them, by way of the published definitions.
fn reference(mut record: &[u8]) -> Vec<Point> {
    let mut points = Vec::new();
    while !record.is_empty() {
        let request = ExportMetricsServiceRequest::decode_length_delimited(&mut record).unwrap();
        for of_resource in request.resource_metrics {
            let resource = texts(&of_resource.resource.unwrap_or_default().attributes);
            for metric in of_resource.scope_metrics.into_iter().flat_map(|scope| scope.metrics) {
                let Some(Data::Summary(summary)) = metric.data else { panic!("no summary: {}", metric.name) };
                points
                    .extend(summary.data_points.iter().map(|point| point_of(point, &metric.unit, &resource)));
            }
        }
    }
    sorted(points)
}

fn point_of(point: &SummaryDataPoint, unit: &str, resource: &BTreeMap<String, String>) -> Point {
    let identity = texts(&point.attributes);
    let dimensions = point.attributes.iter().find(|attribute| attribute.key == "Dimensions");
    let dimensions = match dimensions.and_then(|attribute| attribute.value.as_ref()?.value.as_ref()) {
        Some(Value::KvlistValue(list)) => texts(&list.values),
        _ => BTreeMap::new(),
    };
    let start = match point.start_time_unix_nano {
        0 => point.time_unix_nano - 60_000_000_000,
        start => start,
    };
    let quantile = |wanted: f64| {
        point.quantile_values.iter().find(|at| at.quantile == wanted).map(|at| at.value + 0.0).unwrap()
    };
    let percentiles = point.quantile_values.iter().filter(|at| at.quantile > 0.0 && at.quantile < 1.0);
    Point {
        account_id: resource["cloud.account.id"].clone(),
        region: resource["cloud.region"].clone(),
        namespace: identity["Namespace"].clone(),
        metric_name: identity["MetricName"].clone(),
        dimensions,
        unit: cloudwatch_unit(unit),
        time_ms: i64::try_from(start / 1_000_000).unwrap(),
        samples: point.count as f64,
        sum: point.sum + 0.0,
        minimum: quantile(0.0),
        maximum: quantile(1.0),
        extra: percentiles.map(|at| (percentile(at.quantile), at.value + 0.0)).collect(),
    }
}

/// Attributes whose values are strings.
fn texts(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |attribute: &KeyValue| match attribute.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some((attribute.key.clone(), text.clone())),
        _ => None,
    };
    attributes.iter().filter_map(text).collect()
}

/// `p99.9` for 0.999, by moving the decimal point in the shortest text of the number.
fn percentile(quantile: f64) -> String {
    let digits = format!("{quantile:.12}");
    let digits = digits.trim_start_matches("0.");
    let (percent, fraction) = digits.split_at(2);
    let percent: u32 = percent.parse().unwrap();
    match fraction.trim_end_matches('0') {
        "" => format!("p{percent}"),
        fraction => format!("p{percent}.{fraction}"),
    }
}

fn cloudwatch_unit(unit: &str) -> String {
    UNITS.iter().find(|(ucum, _)| *ucum == unit).map_or(unit, |(_, name)| name).to_owned()
}

const UNITS: [(&str, &str); 6] = [
    ("{Count}", "Count"),
    ("ms", "Milliseconds"),
    ("By/s", "Bytes/Second"),
    ("%", "Percent"),
    ("1", "None"),
    ("", "None"),
];

fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

fn text(key: &str, value: impl Into<String>) -> KeyValue {
    attribute(key, Value::StringValue(value.into()))
}

/// Attributes that carry nothing a metric stream does.
fn any_other_attribute() -> impl Strategy<Value = KeyValue> {
    let value = prop_oneof![
        any::<i64>().prop_map(Value::IntValue),
        any::<bool>().prop_map(Value::BoolValue),
        any::<f64>().prop_map(Value::DoubleValue),
        vec(any::<u8>(), 0..5).prop_map(Value::BytesValue),
        Just(Value::ArrayValue(ArrayValue::default())),
        Just(Value::KvlistValue(KeyValueList { values: vec![text("inner", "x")] })),
    ];
    ("[a-z.]{0,12}", value).prop_map(|(key, value)| attribute(&format!("other.{key}"), value))
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), any::<f64>().prop_filter("finite", |value| value.is_finite())]
}

prop_compose! {
    fn any_data_point()(
        names in ("[A-Za-z/ ]{1,20}", "\\PC{1,20}"),
        dimensions in btree_map("\\PC{0,20}", "\\PC{0,40}", 0..5),
        other in vec(any_other_attribute(), 0..3),
        (minute, has_start) in (1..40_000_000_u64, any::<bool>()),
        (count, sum) in (0..1_u64 << 53, any_number()),
        percentiles in btree_map(1..10_000_u32, any_number(), 0..5),
        (minimum, maximum) in (any_number(), any_number()),
    )(
        attributes in Just([
            other,
            vec![text("MetricName", names.1), text("Namespace", names.0)],
            vec![attribute("Dimensions", Value::KvlistValue(KeyValueList {
                values: dimensions.iter().map(|(name, value)| text(name, value)).collect(),
            }))],
        ].concat()).prop_shuffle(),
        quantile_values in Just(percentiles.iter().map(|(percent, value)| (f64::from(*percent) / 10_000.0, *value))
            .chain([(0.0, minimum), (1.0, maximum)])
            .map(|(quantile, value)| ValueAtQuantile { quantile, value })
            .collect::<Vec<_>>()).prop_shuffle(),
        start_time_unix_nano in Just(if has_start { minute * 60_000_000_000 } else { 0 }),
        time_unix_nano in Just((minute + 1) * 60_000_000_000),
        (count, sum) in Just((count, sum)),
    ) -> SummaryDataPoint {
        SummaryDataPoint { attributes, start_time_unix_nano, time_unix_nano, count, sum, quantile_values, flags: 0 }
    }
}

fn any_metric() -> impl Strategy<Value = Metric> {
    (select(UNITS.map(|(unit, _)| unit).to_vec()), vec(any_data_point(), 0..4)).prop_map(
        |(unit, data_points)| Metric {
            name: "amazonaws.com/x".to_owned(),
            description: "described".to_owned(),
            unit: unit.to_owned(),
            data: Some(Data::Summary(Summary { data_points })),
            ..Metric::default()
        },
    )
}

fn any_request() -> impl Strategy<Value = ExportMetricsServiceRequest> {
    let scope = vec(any_metric(), 0..4).prop_map(|metrics| ScopeMetrics {
        scope: Some(InstrumentationScope { name: "scope".to_owned(), ..InstrumentationScope::default() }),
        metrics,
        schema_url: "https://example.com".to_owned(),
    });
    let resource = ("[0-9]{12}", "[a-z0-9-]{1,12}", vec(any_other_attribute(), 0..3));
    let of_resource = (resource, vec(scope, 0..3)).prop_map(|((account, region, other), scope_metrics)| {
        let identity = vec![text("cloud.account.id", account), text("cloud.region", region)];
        let attributes = [identity, other].concat();
        let resource = Some(Resource { attributes, ..Resource::default() });
        ResourceMetrics { resource, scope_metrics, ..ResourceMetrics::default() }
    });
    vec(of_resource, 0..3).prop_map(|resource_metrics| ExportMetricsServiceRequest { resource_metrics })
}

proptest! {
    #[test]
    fn both_read_the_same_from_any_requests(requests in vec(any_request(), 1..4)) {
        let record: Vec<u8> = requests.iter().flat_map(Message::encode_length_delimited_to_vec).collect();
        let decoded = Decoded::of(&record);
        prop_assert_eq!(decoded.set_aside, 0);
        prop_assert_eq!(decoded.data_points, reference(&record));
    }
}

#[test]
fn both_read_the_same_from_the_fixtures() {
    let mut compared = 0;
    for case in cases().iter().filter(|case| case.expected.set_aside == 0) {
        for (file, record) in case.records.iter().filter(|(file, _)| file.ends_with(".otel10")) {
            let unit_names = |points: Vec<Point>| {
                // This test knows few units; all of them are the fixtures' own concern.
                let named = points.into_iter().map(|point| Point { unit: String::new(), ..point });
                named.collect::<Vec<_>>()
            };
            assert_eq!(unit_names(Decoded::of(record).data_points), unit_names(reference(record)), "{file}");
            compared += 1;
        }
    }
    assert!(compared >= 10, "{compared} fixtures");
}
