//! The Lambda dashboard of the YACE mixin, <https://github.com/prometheus-community/yet-another-cloudwatch-exporter>
//! (`mixin/dashboards/lambda.libsonnet`): the chain of its variables and the queries of its panels, over the shop's traffic.

use std::collections::{BTreeMap, BTreeSet};

use firefly_tests::demo::{MINUTE_MS, Point, Shop};
use firefly_tests::test_database::{Server, TestDatabase};
use serde_json::{Value, json};

use super::endpoint::Endpoint;
use super::sample::{MORNING_MS, store_points};

const MINUTES: i64 = 15;

/// The dashboard over a quarter of an hour.
struct Dashboard {
    endpoint: Endpoint,
    points: Vec<Point>,
    _database: TestDatabase,
}

impl Dashboard {
    async fn open() -> Self {
        let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
        let range = MORNING_MS..MORNING_MS + MINUTES * MINUTE_MS;
        let points: Vec<_> = Shop::default().final_points(range).collect();
        store_points(&database, &points).await;
        Self { endpoint: Endpoint::on(&database).await, points, _database: database }
    }

    /// What `label_values(series, label)` becomes.
    async fn label_values(&self, series: &str, label: &str) -> BTreeSet<String> {
        let asked = [("match[]", series), ("start", "1772442000"), ("end", "1772442900")];
        let answer = self.endpoint.ask(&format!("/api/v1/label/{label}/values"), &asked).await;
        let values = answer.data();
        values.as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_owned()).collect()
    }

    /// The values of this dimension in the data points of `Invocations` that meet the condition.
    fn expected(&self, dimension: &str, is_meant: impl Fn(&Point) -> bool) -> BTreeSet<String> {
        let meant = self.points.iter().filter(|point| point.metric_name == "Invocations" && is_meant(point));
        meant.filter_map(|point| value_of(point, dimension).map(str::to_owned)).collect()
    }

    async fn panel(&self, query: &str, step: &str) -> Value {
        let asked = [("query", query), ("start", "1772442000"), ("end", "1772442840"), ("step", step)];
        let data = self.endpoint.post("/api/v1/query_range", &asked).await.data();
        assert_eq!(data["resultType"], "matrix");
        data["result"].clone()
    }
}

fn value_of<'a>(point: &'a Point, dimension: &str) -> Option<&'a str> {
    let mut dimensions = point.dimensions.iter();
    dimensions.find(|(name, _)| name == dimension).map(|(_, value)| value.as_str())
}

#[tokio::test]
async fn the_variables_of_the_dashboard_find_their_values() {
    let dashboard = Dashboard::open().await;
    let sum = "aws_lambda_invocations_sum";
    assert_eq!(dashboard.label_values(sum, "job").await, BTreeSet::from(["AWS/Lambda".to_owned()]));
    assert_eq!(dashboard.label_values(sum, "region").await, BTreeSet::from(["eu-west-1".to_owned()]));
    let selected = r#"job=~"AWS/Lambda", region=~"eu-west-1""#;
    let functions = dashboard.label_values(&format!("{sum}{{{selected}}}"), "dimension_FunctionName").await;
    assert_eq!(functions, dashboard.expected("FunctionName", |_| true));
    assert!(functions.len() > 5);
    let selected = format!(r#"{selected}, dimension_FunctionName=~"checkout""#);
    let resources = dashboard.label_values(&format!("{sum}{{{selected}}}"), "dimension_Resource").await;
    let of_checkout = |point: &Point| value_of(point, "FunctionName") == Some("checkout");
    assert_eq!(resources, dashboard.expected("Resource", of_checkout));
    let versions = dashboard
        .label_values(
            &format!(r#"{sum}{{{selected}, dimension_Resource=~".*"}}"#),
            "dimension_ExecutedVersion",
        )
        .await;
    assert_eq!(versions, dashboard.expected("ExecutedVersion", of_checkout));
    assert!(!resources.is_empty() && !versions.is_empty());
}

/// Sums by function and minute of what has a resource and no version.
fn sums(points: &[Point], metric: &str) -> BTreeMap<String, BTreeMap<i64, f64>> {
    let mut sums = BTreeMap::<String, BTreeMap<i64, f64>>::new();
    for point in points.iter().filter(|point| point.metric_name == metric) {
        if value_of(point, "Resource").is_some() && value_of(point, "ExecutedVersion").is_none() {
            let function = value_of(point, "FunctionName").unwrap().to_owned();
            *sums.entry(function).or_default().entry(point.start_ms / 1_000).or_default() += point.sum;
        }
    }
    sums
}

#[tokio::test]
async fn the_panels_show_each_minute_once() {
    let dashboard = Dashboard::open().await;
    let selected = r#"job=~"AWS/Lambda", region=~"eu-west-1", dimension_FunctionName=~".*", dimension_Resource=~".+", dimension_ExecutedVersion=~"""#;
    for metric in ["Invocations", "Errors", "Throttles"] {
        let name = format!("aws_lambda_{}_sum", metric.to_lowercase());
        let query = format!("sum by (dimension_FunctionName) ({name}{{{selected}}})");
        let values = |sums: &BTreeMap<i64, f64>| {
            json!(sums.iter().map(|(time, sum)| json!([time, sum.to_string()])).collect::<Vec<_>>())
        };
        let expected: Vec<_> = sums(&dashboard.points, metric)
            .iter()
            .map(|(function, sums)| {
                json!({"metric": {"dimension_FunctionName": function}, "values": values(sums)})
            })
            .collect();
        assert!(expected.len() > 5, "{metric}");
        for step in ["15", "60"] {
            assert_eq!(dashboard.panel(&query, step).await, json!(expected), "{metric} {step}");
        }
    }
}

#[tokio::test]
async fn the_panels_of_durations_and_rates_have_values() {
    let dashboard = Dashboard::open().await;
    let of_cart = r#"dimension_FunctionName="cart",dimension_Resource="""#;
    let queries = ["p90", "minimum", "maximum", "average"]
        .map(|statistic| format!("aws_lambda_duration_{statistic}{{{of_cart}}}"));
    let rate = r#"sum(aws_lambda_errors_sum{dimension_Resource=""}) / sum(aws_lambda_invocations_sum{dimension_Resource=""}) * 100"#;
    for query in queries.iter().map(String::as_str).chain([rate]) {
        let panel = dashboard.panel(query, "60").await;
        assert_eq!(panel.as_array().unwrap().len(), 1, "{query}: {panel}");
        assert!(!panel[0]["values"].as_array().unwrap().is_empty(), "{query}");
    }
}
