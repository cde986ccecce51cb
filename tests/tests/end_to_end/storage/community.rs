//! TimescaleDB's Community edition: compression and its policy. Its test server has one database and serves one
//! connection at a time, so these tests run one after another and close each connection before they open the next.

use std::env;

use firefly_model::STALE_MARKER;
use firefly_model::selection::{Look, Selection, WindowFunction};
use firefly_storage::{
    DatabaseUrl, Grade, PrometheusReader, PushDown, SCHEMA_VERSION, StorageError, migrate,
};
use firefly_tests::demo::Shop;
use firefly_tests::test_database::connect;
use tokio::sync::{Mutex, MutexGuard};
use tokio_postgres::Client;
use url::Url;

use super::batches::{DataPoint, HOUR_MS, MORNING_MS, batch, point};
use super::prometheus::data::{newest_at, select, window_at};
use super::samples::{samples, sealed, write_samples};
use super::views::batch_of;
use super::{door, sizes, spans, stored, write};

/// The server, with nothing of Firefly's in it, and for one test alone.
struct Community {
    url: Url,
    _alone: MutexGuard<'static, ()>,
}

impl Community {
    async fn new() -> anyhow::Result<Self> {
        static ALONE: Mutex<()> = Mutex::const_new(());
        let url = env::var("FIREFLY_TEST_COMMUNITY_URL");
        let url = url.as_deref().unwrap_or("postgres://firefly:firefly@127.0.0.1:5436/firefly");
        let community = Self { url: Url::parse(url)?, _alone: ALONE.lock().await };
        let client = community.client().await?;
        client.batch_execute("DROP SCHEMA IF EXISTS firefly CASCADE").await?;
        Ok(community)
    }

    async fn migrated() -> anyhow::Result<Self> {
        let community = Self::new().await?;
        migrate(&DatabaseUrl::parse(community.url.as_str())?).await?;
        Ok(community)
    }

    async fn client(&self) -> anyhow::Result<Client> {
        use anyhow::Context;
        connect(&self.url).await.context("no test database: run ./scripts/database up community")
    }

    /// Writes these in one batch, and says how many rows that wrote.
    async fn write<'a>(&self, points: impl IntoIterator<Item = &'a DataPoint>) -> anyhow::Result<u64> {
        Ok(write(&door(&self.url)?, &batch(points)).await?.statistic_sets)
    }
}

#[tokio::test]
async fn migrating_sets_up_compression() -> anyhow::Result<()> {
    let community = Community::new().await?;
    let url = DatabaseUrl::parse(community.url.as_str())?;
    for before in [0, SCHEMA_VERSION] {
        let applied = migrate(&url).await?;
        assert_eq!(
            (applied.grade, applied.before, applied.after),
            (Grade::Community, before, SCHEMA_VERSION)
        );
    }
    let client = community.client().await?;
    let sql = "SELECT config ->> 'compress_after' FROM timescaledb_information.jobs
        WHERE proc_name = 'policy_compression' AND hypertable_schema = 'firefly' AND hypertable_name = $1";
    for table in ["statistic_set", "sample", "exemplar"] {
        let jobs: Vec<String> = client.query(sql, &[&table]).await?.iter().map(|row| row.get(0)).collect();
        assert_eq!(jobs, ["3 days"], "{table}");
    }
    let sql = "SELECT attname::text FROM timescaledb_information.compression_settings
        WHERE hypertable_name = 'statistic_set' AND segmentby_column_index IS NOT NULL";
    assert_eq!(client.query_one(sql, &[]).await?.get::<_, &str>(0), "series_id");
    let sql = "SELECT string_agg(attname, ' ' ORDER BY orderby_column_index) FROM timescaledb_information.compression_settings
        WHERE hypertable_name = 'stored_span'";
    assert_eq!(client.query_one(sql, &[]).await?.get::<_, &str>(0), "trace_id span_id start_time");
    Ok(())
}

#[tokio::test]
async fn spans_of_a_compressed_chunk_are_found_and_not_stored_again() -> anyhow::Result<()> {
    let community = Community::migrated().await?;
    let span = |id| ("cart", spans::span(u128::from(id % 3 + 1), id, "GET /"));
    let first = spans::batch_of((1..9).map(span));
    assert_eq!(spans::write(&door(&community.url)?, &first).await?, 8);
    compress(&community.client().await?, "stored_span").await?;
    let more = spans::batch_of((1..12).map(span));
    assert_eq!(spans::write(&door(&community.url)?, &more).await?, 3);
    let client = community.client().await?;
    let sql = "SELECT count(*) FROM firefly.span WHERE trace_id = '00000000-0000-0000-0000-000000000002'";
    assert_eq!(client.query_one(sql, &[]).await?.get::<_, i64>(0), 4);
    Ok(())
}

#[tokio::test]
async fn the_table_of_functions_is_read_from_compressed_chunks() -> anyhow::Result<()> {
    let community = Community::migrated().await?;
    let minutes: Vec<_> = (0..5).map(|minute| point().minute(minute).with(2.0, 8.0, 1.0, 7.0)).collect();
    assert_eq!(community.write(&minutes).await?, 5);
    let client = community.client().await?;
    compress(&client, "statistic_set").await?;
    let range = "'2026-03-02 09:00Z', '2026-03-02 10:00Z'";
    let sql =
        format!("SELECT function_name, health, duration_average_ms FROM firefly.functions_between({range})");
    let row = client.query_one(&sql, &[]).await?;
    assert_eq!((row.get(0), row.get(1), row.get(2)), ("checkout", "ok", Some(4.0)));
    for function in ["insights", "costs", "deployments", "invocations"] {
        client.batch_execute(&format!("SELECT * FROM firefly.{function}_between({range})")).await?;
    }
    Ok(())
}

#[tokio::test]
async fn data_points_merge_into_a_compressed_chunk() -> anyhow::Result<()> {
    let community = Community::migrated().await?;
    let few = |minute| point().minute(minute).with(2.0, 2.0, 1.0, 1.0).extra(&[("p50", 1.0)]);
    let first: Vec<_> = (0..5).map(few).collect();
    assert_eq!(community.write(&first).await?, 5);
    compress(&community.client().await?, "statistic_set").await?;

    let again = [
        few(0),
        few(1).extra(&[("p99", 3.0)]),
        few(2).with(3.0, 3.0, 1.0, 1.0),
        few(3).with(1.0, 1.0, 1.0, 1.0),
        point().minute(5),
        point().of("cart"),
    ];
    assert_eq!(community.write(&again).await?, 4);
    assert_eq!(community.write(&again).await?, 0);
    let merged = batch(first.iter().chain(&again));
    let client = community.client().await?;
    assert_eq!(stored::statistic_sets(&client).await?, merged.statistic_sets);
    compress(&client, "statistic_set").await?;
    assert_eq!(stored::statistic_sets(&client).await?, merged.statistic_sets);
    Ok(())
}

/// Compresses all chunks, also those that are only partly compressed.
async fn compress(client: &Client, table: &str) -> anyhow::Result<()> {
    client
        .batch_execute(&format!("SELECT compress_chunk(chunk) FROM show_chunks('firefly.{table}') AS chunk"))
        .await?;
    let sql =
        "SELECT count(*) FROM timescaledb_information.chunks WHERE hypertable_name = $1 AND is_compressed";
    assert_eq!(client.query_one(sql, &[&table]).await?.get::<_, i64>(0), 1);
    Ok(())
}

#[tokio::test]
async fn samples_keep_their_bits_in_a_compressed_chunk() -> anyhow::Result<()> {
    let community = Community::migrated().await?;
    let first = [("a", MORNING_MS, STALE_MARKER), ("a", MORNING_MS + 1, f64::NAN), ("b", MORNING_MS, -0.0)];
    write_samples(&door(&community.url)?, &sealed(&first)).await?;
    let before = samples(&community.client().await?).await?;
    compress(&community.client().await?, "sample").await?;
    let again = [first[0], ("a", MORNING_MS + 1, 1.0), ("c", MORNING_MS, 1.0)];
    assert_eq!(write_samples(&door(&community.url)?, &sealed(&again)).await?, 1);
    let after = samples(&community.client().await?).await?;
    assert_eq!(after.len(), before.len() + 1);
    assert!(before.iter().all(|sample| after.contains(sample)), "{before:?} {after:?}");
    Ok(())
}

#[tokio::test]
async fn the_views_read_compressed_data() -> anyhow::Result<()> {
    let community = Community::migrated().await?;
    let points: Vec<_> = Shop::default().final_points(MORNING_MS..MORNING_MS + HOUR_MS / 6).collect();
    write(&door(&community.url)?, &batch_of(&points)).await?;
    let client = community.client().await?;
    let sql = "SELECT sum(invocations), sum(errors), max(duration_p99_ms) FROM firefly.lambda_minute";
    let sums = async || -> anyhow::Result<[f64; 3]> {
        let row = client.query_one(sql, &[]).await?;
        Ok([row.try_get(0)?, row.try_get(1)?, row.try_get(2)?])
    };
    let before = sums().await?;
    let of_region = points.iter().filter(|point| point.dimensions.is_empty());
    let invocations: f64 =
        of_region.filter(|point| point.metric_name == "Invocations").map(|point| point.sum).sum();
    assert_eq!(before[0], invocations);
    compress(&client, "statistic_set").await?;
    assert_eq!(sums().await?, before);
    assert_eq!(stored::count(&client, "firefly.metric_point").await?, i64::try_from(points.len())?);
    Ok(())
}

#[tokio::test]
async fn sizes_count_what_is_compressed() -> anyhow::Result<()> {
    let community = Community::migrated().await?;
    let minutes = |minutes: std::ops::Range<i64>| minutes.map(|minute| point().minute(minute));
    let retention = "SELECT add_retention_policy('firefly.sample', interval '90 days')";
    community.client().await?.batch_execute(retention).await?;
    community.write(&minutes(0..500).collect::<Vec<_>>()).await?;
    let before = assert_sizes(&community, 500, 0).await?;
    compress(&community.client().await?, "statistic_set").await?;
    assert!(assert_sizes(&community, 500, 1).await? < before);
    community.write(&minutes(500..510).collect::<Vec<_>>()).await?;
    assert_sizes(&community, 510, 1).await?;
    Ok(())
}

/// Asserts what the read role is shown of the statistic sets, and says how many bytes.
async fn assert_sizes(community: &Community, rows: i64, compressed: i64) -> anyhow::Result<i64> {
    let client = community.client().await?;
    // This server does not count what it writes.
    client.batch_execute("ANALYZE; SET ROLE firefly_read").await?;
    let expected = [
        "sample 0 0 0 90 days",
        &format!("statistic_set {rows} 1 {compressed} 2026-03-02 00:00 2026-03-03 00:00"),
        "stored_span 0 0 0",
    ];
    assert_eq!(sizes::texts(&client, sizes::TABLES).await?, expected);
    assert_eq!(sizes::texts(&client, sizes::DAYS).await?, [format!("2026-03-02 00:00 {rows} 0 0")]);
    let sql = "SELECT bytes, bytes = hypertable_size('firefly.statistic_set'), database_size_bytes > bytes
        FROM firefly.storage_table CROSS JOIN firefly.storage_total WHERE table_name = 'statistic_set'";
    let row = client.query_one(sql, &[]).await?;
    assert!(row.get::<_, bool>(1) && row.get::<_, bool>(2));
    Ok(row.get(0))
}

#[tokio::test]
async fn deliveries_count_what_they_change_in_a_compressed_chunk() -> anyhow::Result<()> {
    let community = Community::migrated().await?;
    let points: Vec<_> = (0..5).map(|minute| point().minute(minute)).collect();
    community.write(&points).await?;
    compress(&community.client().await?, "statistic_set").await?;
    let fuller = point().with(2.0, 2.0, 1.0, 1.0);
    community.write(points.iter().chain([&fuller])).await?;
    let sql = "SELECT deliveries, stored FROM firefly.deliveries_between('-infinity', 'infinity')";
    let row = community.client().await?.query_one(sql, &[]).await?;
    assert_eq!([row.get::<_, i64>(0), row.get(1)], [2, 6]);
    Ok(())
}

#[tokio::test]
async fn promql_reads_compressed_data() -> anyhow::Result<()> {
    let community = Community::migrated().await?;
    let points: Vec<_> = Shop::default().final_points(MORNING_MS..MORNING_MS + HOUR_MS / 6).collect();
    write(&door(&community.url)?, &batch_of(&points)).await?;
    let stored = [("a", MORNING_MS, 1.5), ("a", MORNING_MS + 15_000, -0.0), ("b", MORNING_MS, f64::NAN)];
    write_samples(&door(&community.url)?, &sealed(&stored)).await?;
    let read = async || -> anyhow::Result<Vec<String>> {
        let at_ms = MORNING_MS + HOUR_MS / 6;
        let mut answers = Vec::new();
        for name in ["aws_lambda_(duration|errors)_(sum|average|p99)", "[^_]+"] {
            let name = [&*format!("__name__=~{name}")];
            let window = window_at(at_ms, HOUR_MS, &name);
            let sum = Look::Window { window_ms: HOUR_MS, function: Some(WindowFunction::Sum) };
            let sum = Selection { look: sum, ..window.clone() };
            for selection in [window, newest_at(at_ms, &name), sum] {
                let reader = PrometheusReader::new(door(&community.url)?);
                let reader = reader.with_push_down(PushDown { samples: 0, of_each: 1 });
                let found = select(&reader, selection).await?;
                assert!(!found.is_empty(), "{name:?}");
                answers.push(format!("{found:?}"));
            }
        }
        Ok(answers)
    };
    let before = read().await?;
    for table in ["statistic_set", "sample"] {
        compress(&community.client().await?, table).await?;
    }
    assert_eq!(read().await?, before);
    Ok(())
}

#[tokio::test]
async fn a_server_without_tls_is_not_talked_to_in_the_open() -> anyhow::Result<()> {
    let community = Community::migrated().await?;
    let mut url = community.url.clone();
    url.set_query(Some("sslmode=verify-full"));
    let error = write(&door(&url)?, &batch([])).await.unwrap_err();
    assert!(matches!(error, StorageError::Connect(_)), "{error:?}");
    assert!(error.to_string().contains("server does not support TLS"), "{error}");
    Ok(())
}
