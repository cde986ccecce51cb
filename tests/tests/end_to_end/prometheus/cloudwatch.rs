//! Data points of CloudWatch, each of which is the amount of one minute.

use firefly_tests::demo::{ACCOUNT_ID, MINUTE_MS, NAMESPACE, Point, REGION, Unit};
use firefly_tests::test_database::{Server, TestDatabase};
use serde_json::{Value, json};

use super::endpoint::Endpoint;
use super::sample::{MORNING_MS, store_points};

/// So many invocations in one minute of the morning.
fn invocations(minute: i64, sum: f64) -> Point {
    Point {
        account_id: ACCOUNT_ID.into(),
        region: REGION.into(),
        namespace: NAMESPACE.into(),
        metric_name: "Invocations".into(),
        dimensions: vec![("FunctionName".into(), "cart".into())],
        unit: Unit::Count,
        start_ms: MORNING_MS + minute * MINUTE_MS,
        samples: 2,
        sum,
        minimum: 1.0,
        maximum: sum,
        extra: vec![("p99".into(), 0.5)],
    }
}

async fn values(endpoint: &Endpoint, query: &str, (start, end, step): (&str, &str, &str)) -> Value {
    let asked = [("query", query), ("start", start), ("end", end), ("step", step)];
    endpoint.post("/api/v1/query_range", &asked).await.data()["result"][0]["values"].clone()
}

#[tokio::test]
async fn a_data_point_shows_in_one_step_and_an_idle_minute_in_none() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    // The minutes 2 and 3 are idle.
    store_points(&database, &[invocations(0, 10.0), invocations(1, 20.0), invocations(4, 50.0)]).await;
    let endpoint = Endpoint::on(&database).await;
    let query = "aws_lambda_invocations_sum";
    let whole = [json!([1_772_442_000, "10"]), json!([1_772_442_060, "20"]), json!([1_772_442_240, "50"])];
    // Steps shorter than a minute do not show an amount twice, so that sums over a panel are right.
    for step in ["15", "20", "60"] {
        let shown = values(&endpoint, query, ("1772442000", "1772442600", step)).await;
        assert_eq!(shown, json!(whole), "{step}");
    }
    // Steps between the minutes show it in the first after it.
    let shown = values(&endpoint, query, ("1772441970", "1772442570", "60")).await;
    assert_eq!(shown, json!([[1_772_442_030, "10"], [1_772_442_090, "20"], [1_772_442_270, "50"]]));
    // An explicit window holds all of it.
    let shown = values(
        &endpoint,
        "sum_over_time(aws_lambda_invocations_sum[5m])",
        ("1772442240", "1772442240", "60"),
    )
    .await;
    assert_eq!(shown, json!([[1_772_442_240, "80"]]));
}

#[tokio::test]
async fn a_look_at_now_still_sees_the_newest_data_point() {
    let database = TestDatabase::create(Server::Postgresql).await.unwrap();
    store_points(&database, &[invocations(0, 10.0)]).await;
    let endpoint = Endpoint::on(&database).await;
    for (time, seen) in
        [("1772442000", true), ("1772442299", true), ("1772441999", false), ("1772528400", false)]
    {
        let data = endpoint.query("aws_lambda_invocations_sum", time).await;
        assert_eq!(data["result"].as_array().unwrap().len(), usize::from(seen), "{time}");
    }
}

#[tokio::test]
async fn every_statistic_is_a_series_with_the_labels_of_yace() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    store_points(&database, &[invocations(0, 10.0)]).await;
    let endpoint = Endpoint::on(&database).await;
    let data = endpoint.query(r#"{job="AWS/Lambda"}"#, "1772442000").await;
    let mut shown: Vec<_> = data["result"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sample| (sample["metric"]["__name__"].as_str().unwrap(), sample["value"][1].as_str().unwrap()))
        .collect();
    shown.sort_unstable();
    assert_eq!(
        shown,
        [
            ("aws_lambda_invocations_average", "5"),
            ("aws_lambda_invocations_maximum", "10"),
            ("aws_lambda_invocations_minimum", "1"),
            ("aws_lambda_invocations_p99", "0.5"),
            ("aws_lambda_invocations_sample_count", "2"),
            ("aws_lambda_invocations_sum", "10"),
        ]
    );
    assert_eq!(data["result"][0]["metric"]["dimension_FunctionName"], "cart", "{data}");
    let metadata = endpoint.get("/api/v1/metadata?metric=aws_lambda_invocations_sum").await.data();
    let said = &metadata["aws_lambda_invocations_sum"][0];
    assert_eq!((&said["type"], &said["unit"]), (&json!("gauge"), &json!("Count")));
}
