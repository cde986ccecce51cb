//! Samples, exemplars and metadata: what is stored of a batch, and what a second one changes.

use std::borrow::Cow;

use firefly_model::{
    Exemplar, KnownRows, MetricMetadata, MetricType, STALE_MARKER, SampleBatch, SampleSeriesKey, Series,
    UnixHour, UnixMillis,
};
use firefly_storage::{Database, SampleWriter};
use firefly_tests::test_database::{TestDatabase, connect};
use tokio_postgres::Client;

use super::batches::{DAY_MS, HOUR_MS, MORNING_MS, batch, point};
use super::{ORIGIN, dead_letters, patience, rights, stored, write};

on_each_server!(
    samples_keep_every_bit_of_their_value,
    the_first_one_wins_and_the_same_again_changes_nothing,
    series_of_samples_stand_beside_those_of_statistic_sets,
    a_series_is_seen_from_its_first_hour_to_its_last,
    exemplars_of_one_moment_are_all_kept,
    metadata_that_does_not_agree_is_kept_side_by_side,
    nothing_is_stored_of_a_batch_that_fails,
    the_views_need_no_schema_and_show_labels,
    days_need_no_partition_of_their_own,
    the_release_before_still_writes_its_series,
    the_ingest_role_may_store_samples_and_not_change_them,
);

/// Values whose bits a text would lose.
const VALUES: [f64; 9] = [
    STALE_MARKER,
    f64::NAN,
    f64::from_bits(0xfff8_0000_0000_0001),
    f64::INFINITY,
    f64::NEG_INFINITY,
    -0.0,
    f64::MIN_POSITIVE / 3.0,
    0.1 + 0.2,
    9_007_199_254_740_993_i64 as f64,
];

fn labels(job: &str) -> [(Cow<'_, str>, Cow<'_, str>); 1] {
    [(Cow::Borrowed("job"), Cow::Borrowed(job))]
}

/// Adds a sample of `up`.
fn add(batch: &mut SampleBatch, job: &str, time_ms: i64, value: f64) -> firefly_model::SeriesId {
    let labels = labels(job);
    let key = SampleSeriesKey { name: "up", labels: &labels };
    batch.add(&key, UnixMillis(time_ms), value, &KnownRows::with_generation(0))
}

pub(super) fn sealed(samples: &[(&str, i64, f64)]) -> SampleBatch {
    let mut batch = SampleBatch::default();
    for (job, time_ms, value) in samples {
        add(&mut batch, job, *time_ms, *value);
    }
    batch.seal();
    batch
}

pub(super) async fn write_samples(database: &Database, batch: &SampleBatch) -> anyhow::Result<u64> {
    Ok(database.write_samples(batch, ORIGIN, patience()).await?)
}

/// Times and bits of all samples, in the binary form, by series and time.
pub(super) async fn samples(client: &Client) -> anyhow::Result<Vec<(i64, u64)>> {
    let sql = "SELECT (extract(epoch FROM time) * 1000)::bigint, value FROM firefly.sample ORDER BY series_id, time";
    let rows = client.query(sql, &[]).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get::<_, f64>(1)?.to_bits()))).collect()
}

async fn samples_keep_every_bit_of_their_value(database: &TestDatabase) -> anyhow::Result<()> {
    let times = (0..).map(|index| MORNING_MS + index * 15_001);
    let written: Vec<_> = times.zip(VALUES).collect();
    let batch = sealed(&written.iter().map(|(time, value)| ("a", *time, *value)).collect::<Vec<_>>());
    assert_eq!(write_samples(&database.ingest()?, &batch).await?, 9);
    let expected: Vec<_> = written.iter().map(|(time, value)| (*time, value.to_bits())).collect();
    assert_eq!(samples(&database.owner().await?).await?, expected);
    Ok(())
}

async fn the_first_one_wins_and_the_same_again_changes_nothing(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    let (ingest, owner) = (database.ingest()?, database.owner().await?);
    let mut batch = sealed(&[("a", MORNING_MS, 1.0), ("a", MORNING_MS, 2.0), ("b", MORNING_MS, 3.0)]);
    batch.describe(
        "up",
        &metadata("Is it up?"),
        UnixMillis(MORNING_MS).hour(),
        &KnownRows::with_generation(0),
    );
    batch.exemplars.push(exemplar(&batch, 0.5, "aa"));
    batch.dead_letters.push(dead_letters::letter("one"));
    assert_eq!(write_samples(&ingest, &batch).await?, 2);
    let mut versions = Vec::new();
    for _ in 0..2 {
        let mut rows = Vec::new();
        for table in ["sample", "series", "exemplar", "metric_metadata", "dead_letter"] {
            rows.extend(stored::row_versions(&owner, &format!("firefly.{table}")).await?);
        }
        assert_eq!(rows.len(), 7);
        versions.push(rows);
        assert_eq!(write_samples(&ingest, &batch).await?, 0);
    }
    assert_eq!(versions[0], versions[1]);
    assert_eq!(
        write_samples(&ingest, &sealed(&[("a", MORNING_MS, 9.0), ("a", MORNING_MS + 1, 4.0)])).await?,
        1
    );
    let mut values: Vec<_> =
        samples(&owner).await?.into_iter().map(|(_, bits)| f64::from_bits(bits)).collect();
    values.sort_by(f64::total_cmp);
    assert_eq!(values, [1.0, 3.0, 4.0]);
    Ok(())
}

async fn series_of_samples_stand_beside_those_of_statistic_sets(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    let (ingest, owner) = (database.ingest()?, database.owner().await?);
    let (sets, samples) = (batch([&point()]), sealed(&[("a", MORNING_MS, 1.0)]));
    write(&ingest, &sets).await?;
    write_samples(&ingest, &samples).await?;
    let mut expected: Vec<Series> = sets.series.into_values().chain(samples.series.into_values()).collect();
    expected.sort_by_key(|series| series.fingerprint);
    assert_eq!(stored::series(&owner).await?, expected);
    Ok(())
}

async fn a_series_is_seen_from_its_first_hour_to_its_last(database: &TestDatabase) -> anyhow::Result<()> {
    let ingest = database.ingest()?;
    for offset in [0, 2 * HOUR_MS, -HOUR_MS] {
        write_samples(&ingest, &sealed(&[("a", MORNING_MS + offset, 1.0)])).await?;
    }
    let series = stored::series(&database.owner().await?).await?;
    let sighting = &series[0].sighting;
    let morning = UnixMillis(MORNING_MS).hour().0;
    assert_eq!((sighting.first, sighting.last), (UnixHour(morning - 1), UnixHour(morning + 2)));
    assert_eq!(series.len(), 1);
    Ok(())
}

fn exemplar(batch: &SampleBatch, value: f64, trace_id: &str) -> Exemplar {
    let series = batch.samples[0].series;
    let labels = vec![("trace_id".to_owned(), trace_id.to_owned())];
    Exemplar { series, time: UnixMillis(MORNING_MS + 1), value, labels }
}

async fn exemplars_of_one_moment_are_all_kept(database: &TestDatabase) -> anyhow::Result<()> {
    let mut batch = sealed(&[("a", MORNING_MS, 1.0)]);
    for (value, trace_id) in [(0.5, "aa"), (0.5, "bb"), (0.5, "aa"), (f64::INFINITY, "aa")] {
        batch.exemplars.push(exemplar(&batch, value, trace_id));
    }
    batch.seal();
    write_samples(&database.ingest()?, &batch).await?;
    let sql = "SELECT exemplar.value, exemplar.labels::text FROM firefly.exemplar JOIN firefly.series ON id = series_id
        WHERE name = 'up' AND time = '2026-03-02 09:00:00.001+00' ORDER BY 1, 2";
    let rows = database.owner().await?.query(sql, &[]).await?;
    let rows: Vec<(f64, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let (aa, bb) = (r#"{"trace_id": "aa"}"#.to_owned(), r#"{"trace_id": "bb"}"#.to_owned());
    assert_eq!(rows, [(0.5, aa.clone()), (0.5, bb), (f64::INFINITY, aa)]);
    Ok(())
}

fn metadata(help: &str) -> MetricMetadata {
    MetricMetadata { metric_type: MetricType::Gauge, unit: "seconds".into(), help: help.into() }
}

async fn metadata_that_does_not_agree_is_kept_side_by_side(database: &TestDatabase) -> anyhow::Result<()> {
    let known = KnownRows::with_generation(0);
    for (help, hour) in [("one", 10), ("two", 10), ("one", 12)] {
        let mut batch = SampleBatch::default();
        batch.describe("up", &metadata(help), UnixHour(hour), &known);
        write_samples(&database.ingest()?, &batch).await?;
    }
    let sql = "SELECT format('%s %s %s %s %s', metric, type, unit, help,
        extract(epoch FROM last_seen - first_seen) / 3600) FROM firefly.metric_metadata ORDER BY help";
    let rows = database.owner().await?.query(sql, &[]).await?;
    let rows: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(rows.len(), 2);
    assert!(rows[0].starts_with("up gauge seconds one 2"), "{rows:?}");
    assert!(rows[1].starts_with("up gauge seconds two 0"), "{rows:?}");
    Ok(())
}

async fn nothing_is_stored_of_a_batch_that_fails(database: &TestDatabase) -> anyhow::Result<()> {
    let owner = database.owner().await?;
    let good = sealed(&[("a", MORNING_MS, 1.0)]);
    let mut bad = sealed(&[("b", MORNING_MS, 1.0)]);
    let (fingerprint, mut series) = bad.series.drain().next().unwrap();
    // Another series with the id of the first.
    let shared = good.samples[0].series.0.cast_unsigned();
    series.fingerprint = firefly_model::Fingerprint((fingerprint.0 >> 64 << 64) | u128::from(shared));
    bad.series.insert(series.fingerprint, series);
    bad.dead_letters.push(dead_letters::letter("one"));
    write_samples(&database.ingest()?, &good).await?;
    assert!(write_samples(&database.ingest()?, &bad).await.is_err());
    assert_eq!(stored::count(&owner, "firefly.sample").await?, 1);
    assert_eq!(stored::count(&owner, "firefly.dead_letter").await?, 0);
    Ok(())
}

async fn the_views_need_no_schema_and_show_labels(database: &TestDatabase) -> anyhow::Result<()> {
    write_samples(&database.ingest()?, &sealed(&[("shop/cart", MORNING_MS, 0.25)])).await?;
    let sql = "SELECT format('%s %s %s', metric, labels ->> 'job', value) FROM sample_point
        WHERE time >= '2026-03-02' AND time < '2026-03-03'";
    let row = connect(&database.read_url()).await?.query_one(sql, &[]).await?;
    assert_eq!(row.get::<_, &str>(0), "up shop/cart 0.25");
    Ok(())
}

async fn days_need_no_partition_of_their_own(database: &TestDatabase) -> anyhow::Result<()> {
    let mut batch = sealed(&[("a", MORNING_MS, 1.0), ("a", MORNING_MS + DAY_MS, 1.0)]);
    let late = Exemplar { time: UnixMillis(MORNING_MS + 2 * DAY_MS), ..exemplar(&batch, 1.0, "aa") };
    batch.exemplars.push(late);
    batch.seal();
    assert_eq!(write_samples(&database.ingest()?, &batch).await?, 2);
    assert_eq!(stored::count(&database.owner().await?, "firefly.exemplar").await?, 1);
    Ok(())
}

/// It names no kind, and knows no other.
async fn the_release_before_still_writes_its_series(database: &TestDatabase) -> anyhow::Result<()> {
    connect(&database.ingest_url())
        .await?
        .batch_execute(
            "INSERT INTO firefly.series
                (id, fingerprint, account_id, region, namespace, name, labels, unit, first_seen, last_seen)
            VALUES (1, '00000000-0000-0000-0000-000000000001', '1', 'r', 'n', 'm', '{}', 'Count',
                '2026-03-02 09:00+00', '2026-03-02 09:00+00')",
        )
        .await?;
    let series = stored::series(&database.owner().await?).await?;
    assert_eq!(series[0].kind, firefly_model::SeriesKind::StatisticSets);
    Ok(())
}

async fn the_ingest_role_may_store_samples_and_not_change_them(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    write_samples(&database.ingest()?, &sealed(&[("a", MORNING_MS, 1.0)])).await?;
    rights::assert_refused(
        &connect(&database.ingest_url()).await?,
        &[
            "UPDATE firefly.sample SET value = 0",
            "DELETE FROM firefly.sample",
            "UPDATE firefly.exemplar SET value = 0",
            "DELETE FROM firefly.exemplar",
            "DELETE FROM firefly.metric_metadata",
            "SELECT * FROM firefly.sample_point",
        ],
    )
    .await;
    rights::assert_refused(
        &connect(&database.read_url()).await?,
        &["DELETE FROM firefly.sample", "INSERT INTO firefly.sample VALUES (1, now(), 1)"],
    )
    .await;
    Ok(())
}
