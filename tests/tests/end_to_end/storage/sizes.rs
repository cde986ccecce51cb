//! What the tables take of the database, as the read role sees it.

use std::time::Duration;

use firefly_tests::test_database::{Server, TestDatabase, connect};
use tokio_postgres::Client;

use super::batches::{DAY_MS, MINUTE_MS, MORNING_MS, batch, point};
use super::samples::{sealed, write_samples};
use super::{spans, write};

on_each_server!(
    every_table_has_a_row_and_an_empty_one_too,
    days_show_about_how_many_rows_there_are_of_each,
    sizes_are_those_of_all_chunks_with_their_indexes,
    rows_are_estimated_after_the_statistics_are_lost,
    the_readers_time_zone_and_date_style_do_not_matter,
);

/// Rows as text: day, statistic sets, samples, spans.
pub(super) const DAYS: &str = "SELECT concat_ws(' ', to_char(day AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'),
        statistic_sets, samples, spans)
    FROM firefly.storage_day ORDER BY day";

/// Rows as text: table, rows, chunks, compressed ones, oldest and newest.
pub(super) const TABLES: &str = "SELECT concat_ws(' ', table_name, rows_estimate, chunks, compressed_chunks,
        to_char(oldest AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'),
        to_char(newest AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), retention)
    FROM firefly.storage_table WHERE table_name IN ('sample', 'statistic_set', 'stored_span') ORDER BY table_name";

pub(super) async fn texts(client: &Client, sql: &str) -> anyhow::Result<Vec<String>> {
    Ok(client.query(sql, &[]).await?.iter().map(|row| row.get(0)).collect())
}

/// Waits until a query yields these texts: backends tell of what they wrote at their leisure.
async fn until(client: &Client, sql: &str, expected: &[&str]) -> anyhow::Result<()> {
    let mut last = Vec::new();
    for _ in 0..600 {
        last = texts(client, sql).await?;
        if last == expected {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("{last:?} instead of {expected:?}")
}

/// Ten data points today and three the day before, two samples the day before, four spans today.
async fn fill(database: &TestDatabase) -> anyhow::Result<()> {
    let ingest = database.ingest()?;
    let today = (0..10).map(|minute| point().minute(minute));
    let yesterday = (0..3).map(|minute| point().at(MORNING_MS - DAY_MS + minute * MINUTE_MS));
    let points: Vec<_> = today.chain(yesterday).collect();
    write(&ingest, &batch(&points)).await?;
    let times = [MORNING_MS - DAY_MS, MORNING_MS - DAY_MS + 1];
    write_samples(&ingest, &sealed(&times.map(|time| ("a", time, 1.0)))).await?;
    spans::write(&ingest, &spans::batch_of((1..5).map(|id| ("cart", spans::span(1, id, "GET /"))))).await?;
    Ok(())
}

const FILLED: [&str; 2] = ["2026-03-01 00:00 3 2 0", "2026-03-02 00:00 10 0 4"];

async fn every_table_has_a_row_and_an_empty_one_too(database: &TestDatabase) -> anyhow::Result<()> {
    let read = connect(&database.read_url()).await?;
    let sql = "SELECT count(*) FILTER (WHERE bytes >= 0 AND rows_estimate >= 0 AND chunks = 0 AND compressed_chunks = 0
            AND oldest IS NULL AND newest IS NULL AND retention IS NULL),
            array_agg(table_name ORDER BY table_name)
                = (SELECT array_agg(relname::text ORDER BY relname::text) FROM pg_class
                    WHERE relnamespace = 'firefly'::regnamespace AND relkind IN ('r', 'p')), count(*)
        FROM firefly.storage_table";
    let row = read.query_one(sql, &[]).await?;
    assert!(row.get::<_, bool>(1));
    assert_eq!(row.get::<_, i64>(0), row.get::<_, i64>(2));
    assert!(read.query("SELECT * FROM firefly.storage_day", &[]).await?.is_empty());
    Ok(())
}

async fn days_show_about_how_many_rows_there_are_of_each(database: &TestDatabase) -> anyhow::Result<()> {
    fill(database).await?;
    let read = connect(&database.read_url()).await?;
    until(&read, DAYS, &FILLED).await?;
    let tables = [
        "sample 2 1 0 2026-03-01 00:00 2026-03-02 00:00",
        "statistic_set 13 2 0 2026-03-01 00:00 2026-03-03 00:00",
        "stored_span 4 1 0 2026-03-02 00:00 2026-03-03 00:00",
    ];
    until(&read, TABLES, &tables).await
}

async fn sizes_are_those_of_all_chunks_with_their_indexes(database: &TestDatabase) -> anyhow::Result<()> {
    fill(database).await?;
    let (read, owner) = (connect(&database.read_url()).await?, database.owner().await?);
    let size = match database.server() {
        Server::Timescaledb => "hypertable_size($1::text::regclass)",
        Server::Postgresql => {
            "(SELECT sum(pg_total_relation_size(relid))::bigint FROM pg_partition_tree($1::text::regclass))"
        }
    };
    for table in ["statistic_set", "sample", "stored_span", "exemplar"] {
        let sql = "SELECT bytes FROM firefly.storage_table WHERE table_name = $1";
        let shown: i64 = read.query_one(sql, &[&table]).await?.get(0);
        let expected: i64 =
            owner.query_one(&format!("SELECT {size}"), &[&format!("firefly.{table}")]).await?.get(0);
        assert_eq!(shown, expected, "{table}");
    }
    let sql = "SELECT bytes = pg_total_relation_size('firefly.series') AND bytes > 8192
            AND database_size_bytes > (SELECT sum(bytes) FROM firefly.storage_table)
            AND database_size_bytes = pg_database_size(current_database())
        FROM firefly.storage_table CROSS JOIN firefly.storage_total WHERE table_name = 'series'";
    assert!(read.query_one(sql, &[]).await?.get::<_, bool>(0));
    Ok(())
}

async fn rows_are_estimated_after_the_statistics_are_lost(database: &TestDatabase) -> anyhow::Result<()> {
    fill(database).await?;
    let (read, owner) = (connect(&database.read_url()).await?, database.owner().await?);
    until(&read, DAYS, &FILLED).await?;
    owner.batch_execute("ANALYZE").await?;
    // As a crash does.
    owner.batch_execute("SELECT pg_stat_reset()").await?;
    until(&read, DAYS, &FILLED).await
}

async fn the_readers_time_zone_and_date_style_do_not_matter(database: &TestDatabase) -> anyhow::Result<()> {
    fill(database).await?;
    let read = connect(&database.read_url()).await?;
    for (zone, style) in
        [("Pacific/Kiritimati", "SQL, DMY"), ("Asia/Kolkata", "Postgres"), ("America/St_Johns", "German")]
    {
        read.batch_execute(&format!("SET timezone = '{zone}'; SET datestyle = '{style}'")).await?;
        until(&read, DAYS, &FILLED).await?;
    }
    Ok(())
}
