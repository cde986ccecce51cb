//! The catalogue that a reader holds: what it notices, and that nothing depends on whether it is held.

use firefly_model::UnixMillis;
use firefly_model::selection::Labels;
use firefly_storage::{CatalogueCap, DatabaseUrl, MetricReader, PrometheusReader, migrate};
use firefly_tests::test_database::TestDatabase;

use super::super::batches::{DAY_MS, HOUR_MS, MORNING_MS};
use super::super::{door, patience};
use super::data::{
    ALWAYS, LIMITS, duration_of, matchers, reader, reader_without_catalogue, series, store_points,
    store_samples,
};

on_each_server!(
    new_series_and_statistics_are_noticed,
    rows_that_are_committed_late_are_noticed,
    the_release_before_does_not_mark_and_is_noticed,
    removed_series_are_forgotten,
    a_database_that_is_made_anew_is_read_anew,
    a_catalogue_may_outgrow_the_cap_and_shrink_again,
    extra_statistics_that_are_stored_already_are_found,
    series_are_listed_between_their_hours,
);

fn names(series: &[Labels]) -> Vec<&str> {
    series.iter().map(Labels::metric_name).collect()
}

async fn new_series_and_statistics_are_noticed(database: &TestDatabase) -> anyhow::Result<()> {
    let reader = reader(database)?;
    assert_eq!(series(&reader, &["__name__=~.+"]).await?, []);
    store_samples(database, &[("up", &[("job", "a")], &[(MORNING_MS, 1.0)])]).await?;
    assert_eq!(series(&reader, &["__name__=~.+"]).await?, [Labels::new([("__name__", "up"), ("job", "a")])]);
    store_points(database, &[duration_of("cart", MORNING_MS)]).await?;
    assert_eq!(series(&reader, &["job=AWS/Lambda"]).await?.len(), 5);
    let mut point = duration_of("cart", MORNING_MS);
    point.extra = vec![("p99".into(), 1.0)];
    store_points(database, &[point]).await?;
    let found = series(&reader, &["job=AWS/Lambda"]).await?;
    assert!(names(&found).contains(&"aws_lambda_duration_p99"), "{found:?}");
    Ok(())
}

const INSERT: &str = "INSERT INTO firefly.series
    (id, fingerprint, account_id, region, namespace, name, labels, unit, first_seen, last_seen, kind)
    VALUES ($1, gen_random_uuid(), '', '', '', $2, '{}', '', '2026-03-02 09:00+00', '2026-03-02 09:00+00', 2)";

async fn rows_that_are_committed_late_are_noticed(database: &TestDatabase) -> anyhow::Result<()> {
    let (mut early, mut late) = (database.owner().await?, database.owner().await?);
    let reader = reader(database)?;
    let early = early.transaction().await?;
    early.execute(INSERT, &[&1_i64, &"begun_first"]).await?;
    let late = late.transaction().await?;
    late.execute(INSERT, &[&2_i64, &"begun_second"]).await?;
    late.commit().await?;
    for _ in 0..2 {
        // The transaction with the greater id is there, and has been seen more than once.
        assert_eq!(names(&series(&reader, &["__name__=~begun.*"]).await?), ["begun_second"]);
        store_samples(database, &[("up", &[], &[(MORNING_MS, 1.0)])]).await?;
    }
    early.commit().await?;
    assert_eq!(names(&series(&reader, &["__name__=~begun.*"]).await?), ["begun_first", "begun_second"]);
    Ok(())
}

async fn the_release_before_does_not_mark_and_is_noticed(database: &TestDatabase) -> anyhow::Result<()> {
    let (reader, owner) = (reader(database)?, database.owner().await?);
    owner.execute(INSERT, &[&1_i64, &"up"]).await?;
    let next_day = UnixMillis(MORNING_MS + DAY_MS)..=UnixMillis(MORNING_MS + DAY_MS);
    let listed = async || reader.series(&[], next_day.clone(), None, LIMITS, patience()).await;
    assert_eq!(listed().await?, []);
    owner.batch_execute("UPDATE firefly.series SET last_seen = '2026-03-03 09:00+00'").await?;
    assert_eq!(listed().await?.len(), 1);
    Ok(())
}

async fn removed_series_are_forgotten(database: &TestDatabase) -> anyhow::Result<()> {
    let (reader, owner) = (reader(database)?, database.owner().await?);
    for statement in ["DELETE FROM firefly.series WHERE id = 1", "TRUNCATE firefly.series"] {
        owner.execute(INSERT, &[&1_i64, &"up"]).await?;
        assert_eq!(names(&series(&reader, &["__name__=up"]).await?), ["up"]);
        owner.batch_execute(statement).await?;
        assert_eq!(series(&reader, &["__name__=up"]).await?, []);
    }
    Ok(())
}

async fn series_are_listed_between_their_hours(database: &TestDatabase) -> anyhow::Result<()> {
    store_samples(
        database,
        &[("up", &[("job", "a")], &[(MORNING_MS + 5, 1.0), (MORNING_MS + HOUR_MS, 1.0)])],
    )
    .await?;
    for reader in [reader(database)?, reader_without_catalogue(database)?] {
        for (first, last, is_listed) in [
            (-HOUR_MS, -1, false),
            (-HOUR_MS, 0, true),
            (2 * HOUR_MS - 1, DAY_MS, true),
            (2 * HOUR_MS, DAY_MS, false),
        ] {
            let range = UnixMillis(MORNING_MS + first)..=UnixMillis(MORNING_MS + last);
            let found = reader.label_values("job", &[matchers(&["__name__=up"])], range, patience()).await?;
            assert_eq!(found.len(), usize::from(is_listed), "{first} {last}");
        }
        assert_eq!(reader.label_names(&[], ALWAYS, patience()).await?, ["__name__", "job"]);
    }
    Ok(())
}

async fn a_database_that_is_made_anew_is_read_anew(database: &TestDatabase) -> anyhow::Result<()> {
    let (reader, owner) = (reader(database)?, database.owner().await?);
    store_samples(database, &[("before", &[], &[(MORNING_MS, 1.0)])]).await?;
    assert_eq!(names(&series(&reader, &[]).await?), ["before"]);
    owner.batch_execute("DROP SCHEMA firefly CASCADE").await?;
    migrate(&DatabaseUrl::parse(database.owner_url().as_str())?).await?;
    store_samples(database, &[("after", &[], &[(MORNING_MS, 1.0)])]).await?;
    assert_eq!(names(&series(&reader, &[]).await?), ["after"]);
    Ok(())
}

async fn a_catalogue_may_outgrow_the_cap_and_shrink_again(database: &TestDatabase) -> anyhow::Result<()> {
    let cap = CatalogueCap { rows: 2, bytes: 1 << 20 };
    let reader = PrometheusReader::with_cap(door(&database.read_url())?, cap);
    let at = &[(MORNING_MS, 1.0)][..];
    let mut stored = Vec::new();
    for name in ["a", "b", "c", "d"] {
        store_samples(database, &[(name, &[], at)]).await?;
        stored.push(name);
        assert_eq!(names(&series(&reader, &[]).await?), stored);
    }
    let owner = database.owner().await?;
    owner.batch_execute("DELETE FROM firefly.series WHERE name IN ('a', 'c', 'd')").await?;
    assert_eq!(names(&series(&reader, &[]).await?), ["b"]);
    store_samples(database, &[("c", &[], at)]).await?;
    assert_eq!(names(&series(&reader, &[]).await?), ["b", "c"]);
    Ok(())
}

/// By the migration, of data points that the release before has written.
async fn extra_statistics_that_are_stored_already_are_found(database: &TestDatabase) -> anyhow::Result<()> {
    let mut point = duration_of("cart", MORNING_MS);
    point.extra = vec![("p99".into(), 1.0), ("TM(25%:75%)".into(), 2.0)];
    store_points(database, &[point]).await?;
    let owner = database.owner().await?;
    owner.batch_execute("DELETE FROM firefly.extra_statistic").await?;
    let migration = include_str!("../../../../../shared/storage/migrations/0004_reads.sql");
    let begin = migration.find("INSERT INTO firefly.extra_statistic").unwrap();
    let length = migration[begin..].find(';').unwrap();
    owner.batch_execute(&migration[begin..begin + length]).await?;
    let found = series(&reader(database)?, &["__name__=~.*(p99|tm).*"]).await?;
    assert_eq!(names(&found), ["aws_lambda_duration_p99", "aws_lambda_duration_tm_25_percent_75_percent_"]);
    Ok(())
}
