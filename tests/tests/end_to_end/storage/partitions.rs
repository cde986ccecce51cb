//! The days that data points are divided into: partitions made by the writer, or chunks of TimescaleDB.

use firefly_tests::test_database::TestDatabase;
use tokio_postgres::Client;

use super::batches::{DAY_MS, DataPoint, MINUTE_MS, MORNING_MS, batch, point};
use super::{stored, write};

on_server!(
    timescaledb, Timescaledb, create:
    each_day_is_a_chunk_from_midnight_to_midnight,
    queries_read_only_the_days_that_they_ask_for
);

on_server!(
    postgresql, Postgresql, create:
    missing_days_get_partitions_that_belong_to_the_owner,
    two_writers_may_need_the_same_days_at_once,
    a_batch_of_too_many_days_is_refused_as_a_whole,
    queries_read_only_the_days_that_they_ask_for
);

/// 2026-03-02, 00:00 UTC.
const MIDNIGHT_MS: i64 = MORNING_MS - 9 * 60 * MINUTE_MS;

/// The last minute of a day, the first of the next, and one of the day after that.
fn minutes_of_three_days() -> [DataPoint; 3] {
    [-MINUTE_MS, 0, DAY_MS].map(|offset| point().at(MIDNIGHT_MS + offset))
}

async fn texts(client: &Client, sql: &str) -> anyhow::Result<Vec<String>> {
    Ok(client.query(sql, &[]).await?.iter().map(|row| row.get(0)).collect())
}

async fn each_day_is_a_chunk_from_midnight_to_midnight(database: &TestDatabase) -> anyhow::Result<()> {
    write(&database.ingest()?, &batch(&minutes_of_three_days())).await?;
    let sql = "SELECT format('%s to %s', range_start, range_end) FROM timescaledb_information.chunks
        WHERE hypertable_name = 'statistic_set' ORDER BY range_start";
    let expected = [
        "2026-03-01 00:00:00+00 to 2026-03-02 00:00:00+00",
        "2026-03-02 00:00:00+00 to 2026-03-03 00:00:00+00",
        "2026-03-03 00:00:00+00 to 2026-03-04 00:00:00+00",
    ];
    assert_eq!(texts(&database.owner().await?, sql).await?, expected);
    Ok(())
}

/// Name, bounds and owner.
const PARTITIONS: &str = "
    SELECT format('%s %s %s', relname, pg_get_expr(relpartbound, oid), pg_get_userbyid(relowner))
    FROM pg_class WHERE relispartition AND relkind = 'r' ORDER BY relname";

async fn missing_days_get_partitions_that_belong_to_the_owner(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, owner) = (database.ingest()?, database.owner().await?);
    // The writer's time zone and date style must not matter.
    owner
        .batch_execute(&format!(
            "ALTER ROLE firefly_ingest IN DATABASE {0} SET timezone = 'Pacific/Kiritimati';
             ALTER ROLE firefly_ingest IN DATABASE {0} SET datestyle = 'SQL, DMY'",
            database.name()
        ))
        .await?;
    let points = minutes_of_three_days();
    write(&ingest, &batch(&points[..1])).await?;
    assert_eq!(write(&ingest, &batch(&points)).await?.statistic_sets, 2);
    let bounds = |from, to| format!("FOR VALUES FROM ('{from} 00:00:00+00') TO ('{to} 00:00:00+00') firefly");
    let expected = [
        format!("statistic_set_20260301 {}", bounds("2026-03-01", "2026-03-02")),
        format!("statistic_set_20260302 {}", bounds("2026-03-02", "2026-03-03")),
        format!("statistic_set_20260303 {}", bounds("2026-03-03", "2026-03-04")),
    ];
    assert_eq!(texts(&owner, PARTITIONS).await?, expected);
    assert_eq!(stored::statistic_sets(&owner).await?, batch(&points).statistic_sets);
    Ok(())
}

async fn two_writers_may_need_the_same_days_at_once(database: &TestDatabase) -> anyhow::Result<()> {
    const ROUNDS: i64 = 10;
    let (one, other) = (database.ingest()?, database.ingest()?);
    let mut every_point = Vec::new();
    for round in 0..ROUNDS {
        let days = |writer: i64| -> Vec<_> {
            (0..4).map(|day| point().at(MORNING_MS + (round * 5 + writer + day) * DAY_MS)).collect()
        };
        let (mine, yours) = (days(0), days(1));
        let (my_batch, your_batch) = (batch(&mine), batch(&yours));
        let (my_result, your_result) = tokio::join!(write(&one, &my_batch), write(&other, &your_batch));
        my_result?;
        your_result?;
        every_point.extend([mine, yours].concat());
    }
    let owner = database.owner().await?;
    assert_eq!(stored::statistic_sets(&owner).await?, batch(&every_point).statistic_sets);
    assert_eq!(texts(&owner, PARTITIONS).await?.len(), 50);
    Ok(())
}

async fn a_batch_of_too_many_days_is_refused_as_a_whole(database: &TestDatabase) -> anyhow::Result<()> {
    let points: Vec<_> = (0..1_001).map(|day| point().at(MORNING_MS + day * DAY_MS)).collect();
    let error = write(&database.ingest()?, &batch(&points)).await.unwrap_err();
    assert!(error.to_string().contains("1001 days at once are too many"), "{error}");
    let owner = database.owner().await?;
    assert_eq!(texts(&owner, PARTITIONS).await?, Vec::<String>::new());
    assert_eq!(stored::count(&owner, "firefly.series").await?, 0);
    Ok(())
}

async fn queries_read_only_the_days_that_they_ask_for(database: &TestDatabase) -> anyhow::Result<()> {
    let points: Vec<_> = (0..6).map(|day| point().at(MORNING_MS + day * DAY_MS)).collect();
    write(&database.ingest()?, &batch(&points)).await?;
    let owner = database.owner().await?;
    for (relation, time) in [("statistic_set", "time"), ("metric_point", "time"), ("lambda_minute", "minute")]
    {
        let select = format!("SELECT * FROM firefly.{relation}");
        let two_days = format!("{select} WHERE {time} >= '2026-03-03Z' AND {time} < '2026-03-05Z'");
        assert_eq!(days_read(&owner, &two_days).await?, 2, "{relation}");
        assert_eq!(days_read(&owner, &select).await?, 6, "{relation}");
    }
    Ok(())
}

/// How many chunks or partitions a query's plan reads.
async fn days_read(client: &Client, query: &str) -> anyhow::Result<usize> {
    let plan = texts(client, &format!("EXPLAIN (COSTS OFF) {query}")).await?;
    let scanned =
        plan.iter().filter_map(|line| line.split_once("Scan")?.1.split_once(" on ")).map(|(_, on)| on);
    let mut days: Vec<&str> = scanned
        .filter_map(|on| on.split(' ').next())
        .filter(|name| {
            name.ends_with("_chunk") || (name.starts_with("statistic_set_2026") && !name.ends_with("_pkey"))
        })
        .collect();
    days.sort_unstable();
    days.dedup();
    Ok(days.len())
}
