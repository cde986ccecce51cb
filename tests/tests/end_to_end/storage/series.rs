//! The catalogue of series.

use firefly_model::{Fingerprint, KnownRows, UnixHour, UnixMillis};
use firefly_storage::StorageError;
use firefly_tests::test_database::TestDatabase;
use tokio_postgres::error::SqlState;

use super::batches::{DAY_MS, HOUR_MS, MORNING_MS, batch, batch_of_warm_writer, point};
use super::{stored, write};

on_each_server!(
    a_series_is_one_row_with_its_labels_and_hours,
    first_and_last_hour_widen_and_the_unit_follows_the_newest,
    a_shared_id_is_an_error_and_nothing_of_the_batch_is_stored,
    a_warm_writer_writes_no_series_row,
    the_longest_names_of_cloudwatch_can_be_stored,
);

async fn a_series_is_one_row_with_its_labels_and_hours(database: &TestDatabase) -> anyhow::Result<()> {
    let awkward = "a \"quoted\" \\ name, ' : \u{1f525} \u{7f}";
    let points = [
        point().of("cart").at(MORNING_MS + HOUR_MS - 1),
        point().of("cart").at(MORNING_MS + 5),
        point().of(awkward).in_unit("None"),
    ];
    let batch = batch(&points);
    write(&database.ingest()?, &batch).await?;
    let owner = database.owner().await?;
    let series = stored::series(&owner).await?;
    assert_eq!(series, stored::series_of(&batch));
    let cart = series.iter().find(|series| series.fingerprint == points[0].fingerprint()).unwrap();
    let hour = UnixMillis(MORNING_MS).hour();
    assert_eq!((cart.sighting.first, cart.sighting.last), (hour, hour));
    let sql =
        "SELECT count(*) FROM firefly.series WHERE labels = jsonb_build_object('FunctionName', $1::text)";
    assert_eq!(owner.query_one(sql, &[&awkward]).await?.try_get::<_, i64>(0)?, 1);
    Ok(())
}

async fn first_and_last_hour_widen_and_the_unit_follows_the_newest(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    let ingest = database.ingest()?;
    let newest = point().at(MORNING_MS + DAY_MS).in_unit("Seconds");
    let oldest = point().at(MORNING_MS - DAY_MS).in_unit("None");
    for point in [point().in_unit("Milliseconds"), newest, oldest] {
        write(&ingest, &batch([&point])).await?;
    }
    let series = stored::series(&database.owner().await?).await?;
    let hour = |time_ms: i64| UnixHour(time_ms / HOUR_MS);
    let sighting = &series[0].sighting;
    assert_eq!((sighting.first, sighting.last), (hour(MORNING_MS - DAY_MS), hour(MORNING_MS + DAY_MS)));
    assert_eq!((series.len(), &*sighting.unit), (1, "Seconds"));
    Ok(())
}

async fn a_shared_id_is_an_error_and_nothing_of_the_batch_is_stored(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    let owner = database.owner().await?;
    let Fingerprint(taken) = point().fingerprint();
    let other = taken ^ (1 << 127);
    owner
        .batch_execute(&format!(
            "INSERT INTO firefly.series VALUES ({}, '{other:032x}', '', '', '', '', '{{}}', '', now(), now())",
            Fingerprint(other).id().0
        ))
        .await?;
    let mut batch = batch(&[point(), point().of("cart")]);
    batch.dead_letters.push(super::dead_letters::letter("one"));
    let error = write(&database.ingest()?, &batch).await.unwrap_err();
    assert_eq!(error.sql_state(), Some(&SqlState::UNIQUE_VIOLATION));
    assert!(
        matches!(&error, StorageError::Statement { .. }) && error.to_string().contains("23505"),
        "{error}"
    );
    assert_eq!(stored::count(&owner, "firefly.series").await?, 1);
    assert_eq!(stored::count(&owner, "firefly.statistic_set").await?, 0);
    assert_eq!(stored::count(&owner, "firefly.dead_letter").await?, 0);
    Ok(())
}

async fn a_warm_writer_writes_no_series_row(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, mut known) = (database.ingest()?, KnownRows::with_generation(100));
    let cold = batch_of_warm_writer([&point()], &known);
    write(&ingest, &cold).await?;
    known.remember(cold.catalogue_rows());

    let warm = batch_of_warm_writer([&point().minute(1)], &known);
    assert!(warm.series.is_empty());
    let owner = database.owner().await?;
    let before = stored::row_versions(&owner, "firefly.series").await?;
    assert_eq!(write(&ingest, &warm).await?.statistic_sets, 1);
    assert_eq!(stored::row_versions(&owner, "firefly.series").await?, before);

    let next_hour = batch_of_warm_writer([&point().at(MORNING_MS + HOUR_MS)], &known);
    write(&ingest, &next_hour).await?;
    assert_eq!(stored::series(&owner).await?[0].sighting.last, UnixMillis(MORNING_MS + HOUR_MS).hour());
    Ok(())
}

/// 255 characters for namespace and metric name; 30 dimensions of 255 and 1,024. What cannot be indexed would be
/// refused again and again.
async fn the_longest_names_of_cloudwatch_can_be_stored(database: &TestDatabase) -> anyhow::Result<()> {
    use firefly_model::{MetricBatch, SeriesKey};
    use firefly_tests::demo::SplitMix64;

    let mut random = SplitMix64::new(1);
    // Four bytes a character, and nothing for a compressor to find.
    let mut text = |characters: usize| -> String {
        std::iter::repeat_with(|| char::from_u32(0x2_0000 + u32::try_from(random.below(0xa000)).unwrap()))
            .take(characters)
            .map(Option::unwrap)
            .collect()
    };
    let mut labels: Vec<_> = (0..30).map(|_| (text(255).into(), text(1_024).into())).collect();
    labels.sort_unstable();
    let (namespace, name) = (text(255), text(255));
    let key = SeriesKey {
        account_id: "111122223333",
        region: "eu-west-1",
        namespace: &namespace,
        name: &name,
        labels: &labels,
    };
    let mut batch = MetricBatch::default();
    let statistics = point().statistics;
    batch.add(&key, "Count", UnixMillis(MORNING_MS), statistics, None, &KnownRows::with_generation(0));
    batch.seal();
    write(&database.ingest()?, &batch).await?;
    assert_eq!(stored::series(&database.owner().await?).await?, stored::series_of(&batch));
    Ok(())
}
