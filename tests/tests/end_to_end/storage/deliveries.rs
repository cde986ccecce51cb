//! `firefly.deliveries_between`, over counts that are made up.

use firefly_tests::test_database::{TestDatabase, connect};
use tokio_postgres::Client;

on_each_server!(
    steps_add_up_what_all_instances_were_delivered,
    the_range_is_half_open,
    a_lag_is_averaged_over_the_deliveries_that_have_one,
    a_source_is_looked_up_and_not_sorted_out,
    the_ingest_role_may_count_and_take_nothing_back,
);

async fn count(
    client: &Client,
    minute: &str,
    source: &str,
    instance: u32,
    [deliveries, with_lag]: [i64; 2],
    lags: Option<[f64; 2]>,
) -> anyhow::Result<()> {
    let (sum, maximum) = lags.map_or((0.0, None), |[sum, maximum]| (sum, Some(maximum)));
    let sql = "INSERT INTO firefly.delivery_minute VALUES (
        ($1::text || '+00')::timestamptz, $2, lpad($3::text, 32, '0')::uuid, $4, $5, 10, 8, 1, 1000, $6, $7)";
    client
        .execute(sql, &[&minute, &source, &instance.to_string(), &deliveries, &with_lag, &sum, &maximum])
        .await?;
    Ok(())
}

/// Rows as text: time, source, deliveries, data points, stored, set aside, bytes, longest and average lag.
async fn between(database: &TestDatabase, arguments: &str) -> anyhow::Result<Vec<String>> {
    let read = connect(&database.read_url()).await?;
    let sql = format!(
        "SELECT concat_ws(' ', to_char(time AT TIME ZONE 'UTC', 'DD HH24:MI'), source, deliveries, data_points, stored,
            set_aside, bytes, coalesce(lag_maximum_seconds::text, '-'), coalesce(lag_average_seconds::text, '-'))
        FROM firefly.deliveries_between({arguments}) ORDER BY time, source"
    );
    Ok(read.query(&sql, &[]).await?.iter().map(|row| row.get(0)).collect())
}

const DAY: &str = "'2026-03-02 00:00+00', '2026-03-03 00:00+00'";

async fn steps_add_up_what_all_instances_were_delivered(database: &TestDatabase) -> anyhow::Result<()> {
    let owner = database.owner().await?;
    for (minute, source, instance) in [
        ("2026-03-02 09:00", "firehose", 1),
        ("2026-03-02 09:00", "firehose", 2),
        ("2026-03-02 09:00", "otlp spans", 3),
        ("2026-03-02 09:04", "firehose", 1),
        ("2026-03-02 09:05", "firehose", 1),
    ] {
        count(&owner, minute, source, instance, [2, 2], Some([10.0, 7.0])).await?;
    }
    assert_eq!(
        between(database, &format!("{DAY}, '1 minute'")).await?,
        [
            "02 09:00 firehose 4 20 16 2 2000 7 5",
            "02 09:00 otlp spans 2 10 8 1 1000 7 5",
            "02 09:04 firehose 2 10 8 1 1000 7 5",
            "02 09:05 firehose 2 10 8 1 1000 7 5",
        ]
    );
    // Aligned to 1970, wherever the range begins.
    assert_eq!(
        between(database, "'2026-03-02 08:58:30+00', '2026-03-02 12:00+00', '5m'").await?,
        [
            "02 09:00 firehose 6 30 24 3 3000 7 5",
            "02 09:00 otlp spans 2 10 8 1 1000 7 5",
            "02 09:05 firehose 2 10 8 1 1000 7 5",
        ]
    );
    for whole in [DAY.to_owned(), format!("{DAY}, NULL")] {
        assert_eq!(
            between(database, &whole).await?,
            ["02 00:00 firehose 8 40 32 4 4000 7 5", "02 00:00 otlp spans 2 10 8 1 1000 7 5"]
        );
    }
    assert_eq!(between(database, "'2026-03-03 00:00+00', '2026-03-04 00:00+00', '1d'").await?, [""; 0]);
    Ok(())
}

async fn the_range_is_half_open(database: &TestDatabase) -> anyhow::Result<()> {
    let owner = database.owner().await?;
    for minute in ["2026-03-01 23:59", "2026-03-02 00:00", "2026-03-02 23:59", "2026-03-03 00:00"] {
        count(&owner, minute, "firehose", 1, [1, 1], Some([2.0, 2.0])).await?;
    }
    assert_eq!(
        between(database, &format!("{DAY}, '1m'")).await?,
        ["02 00:00 firehose 1 10 8 1 1000 2 2", "02 23:59 firehose 1 10 8 1 1000 2 2"]
    );
    Ok(())
}

async fn a_lag_is_averaged_over_the_deliveries_that_have_one(database: &TestDatabase) -> anyhow::Result<()> {
    let owner = database.owner().await?;
    count(&owner, "2026-03-02 09:00", "firehose", 1, [5, 0], None).await?;
    assert_eq!(between(database, DAY).await?, ["02 00:00 firehose 5 10 8 1 1000 - -"]);
    count(&owner, "2026-03-02 09:00", "firehose", 2, [3, 1], Some([4.0, 4.0])).await?;
    count(&owner, "2026-03-02 09:01", "firehose", 2, [1, 1], Some([8.0, 8.0])).await?;
    assert_eq!(between(database, DAY).await?, ["02 00:00 firehose 9 30 24 3 3000 8 6"]);
    Ok(())
}

/// The function becomes part of the query around it.
async fn a_source_is_looked_up_and_not_sorted_out(database: &TestDatabase) -> anyhow::Result<()> {
    let read = connect(&database.read_url()).await?;
    let sql =
        format!("EXPLAIN SELECT * FROM firefly.deliveries_between({DAY}, '1m') WHERE source = 'firehose'");
    let plan: Vec<String> = read.query(&sql, &[]).await?.iter().map(|row| row.get(0)).collect();
    let plan = plan.join("\n");
    assert!(plan.contains("delivery_minute") && !plan.contains("Function Scan"), "{plan}");
    Ok(())
}

async fn the_ingest_role_may_count_and_take_nothing_back(database: &TestDatabase) -> anyhow::Result<()> {
    let statements = ["DELETE FROM firefly.delivery_minute", "TRUNCATE firefly.delivery_minute"];
    super::rights::assert_refused(&connect(&database.ingest_url()).await?, &statements).await;
    let read = connect(&database.read_url()).await?;
    super::rights::assert_refused(&read, &statements).await;
    super::rights::assert_refused(&read, &["UPDATE firefly.delivery_minute SET stored = 0"]).await;
    Ok(())
}
