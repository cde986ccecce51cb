//! CloudWatch's metrics under the names of YACE.

use firefly_storage::MetricReader;
use firefly_tests::test_database::TestDatabase;

use super::super::batches::MORNING_MS;
use super::super::patience;
use super::data::{
    duration_of, points, reader, reader_without_catalogue, select, series, store_points, window_at,
};

on_each_server!(
    labels_are_those_of_the_mixin,
    metrics_that_are_spelled_alike_are_one,
    metadata_says_gauge_and_unit
);

async fn labels_are_those_of_the_mixin(database: &TestDatabase) -> anyhow::Result<()> {
    store_points(database, &[duration_of("cart", MORNING_MS)]).await?;
    for reader in [reader(database)?, reader_without_catalogue(database)?] {
        let found = series(&reader, &["__name__=aws_lambda_duration_average"]).await?;
        let found: Vec<_> = found.iter().flat_map(|labels| labels.iter()).collect();
        let expected = [
            ("__name__", "aws_lambda_duration_average"),
            ("account_id", "111122223333"),
            ("dimension_FunctionName", "cart"),
            ("job", "AWS/Lambda"),
            ("region", "eu-west-1"),
        ];
        assert_eq!(found, expected);
    }
    Ok(())
}

/// Of each moment the data point of the series with the smaller id.
async fn metrics_that_are_spelled_alike_are_one(database: &TestDatabase) -> anyhow::Result<()> {
    let point = |name: &str, minute: i64, sum: f64| {
        let mut point = duration_of("cart", MORNING_MS + minute * 60_000);
        (point.name, point.statistics.sum) = (name.into(), sum);
        point
    };
    store_points(
        database,
        &[
            point("Orders.Placed", 0, 1.0),
            point("Orders.Placed", 1, 2.0),
            point("Orders-Placed", 1, 3.0),
            point("Orders-Placed", 2, 4.0),
        ],
    )
    .await?;
    let sql = "SELECT name FROM firefly.series ORDER BY id LIMIT 1";
    let first: String = database.owner().await?.query_one(sql, &[]).await?.get(0);
    let of_minute_1 = if first == "Orders.Placed" { 2.0 } else { 3.0 };
    for reader in [reader(database)?, reader_without_catalogue(database)?] {
        let selection = window_at(MORNING_MS + 120_000, 600_000, &["__name__=aws_lambda_orders_placed_sum"]);
        let found = select(&reader, selection).await?;
        assert_eq!(found.len(), 1);
        let values: Vec<_> = points(&found[0]).into_iter().map(|(_, value)| value).collect();
        assert_eq!(values, [1.0, of_minute_1, 4.0]);
    }
    Ok(())
}

async fn metadata_says_gauge_and_unit(database: &TestDatabase) -> anyhow::Result<()> {
    store_points(database, &[duration_of("cart", MORNING_MS)]).await?;
    let said = reader(database)?.metadata(Some("aws_lambda_duration_average"), patience()).await?;
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].metadata.metric_type.as_str(), "gauge");
    assert_eq!(said[0].metadata.unit, "Milliseconds");
    assert_eq!(said[0].metadata.help, "CloudWatch metric AWS/Lambda Duration, average");
    assert_eq!(reader(database)?.metadata(None, patience()).await?.len(), 5);
    Ok(())
}
