//! Which copy of a data point stays.

use firefly_model::StatisticSet;
use firefly_storage::Written;
use firefly_tests::test_database::TestDatabase;

use super::batches::{DataPoint, batch, point};
use super::{stored, write};

on_each_server!(
    new_data_points_are_stored,
    more_samples_replace_fewer_and_never_the_reverse,
    of_equally_many_samples_the_same_copy_stays_in_either_order,
    extra_statistics_of_equal_copies_are_united,
    extra_statistics_belong_to_the_copy_that_stays,
    the_same_batch_again_writes_no_row,
    smaller_extra_statistics_of_an_equal_copy_write_no_row,
    copies_within_a_batch_are_merged_first,
    values_come_back_as_they_were,
    an_empty_batch_is_no_error,
);

/// Writes these one after another, each in a batch of its own, and says how many rows each wrote and what is there.
async fn written_in_turn(
    database: &TestDatabase,
    points: &[DataPoint],
) -> anyhow::Result<(Vec<u64>, Vec<StatisticSet>)> {
    let ingest = database.ingest()?;
    let mut counts = Vec::new();
    for point in points {
        counts.push(write(&ingest, &batch([point])).await?.statistic_sets);
    }
    Ok((counts, stored::statistic_sets(&database.owner().await?).await?))
}

fn sets(points: &[DataPoint]) -> Vec<StatisticSet> {
    batch(points).statistic_sets
}

async fn new_data_points_are_stored(database: &TestDatabase) -> anyhow::Result<()> {
    let points: Vec<_> = (0..50)
        .map(|n| point().of(format!("function-{}", n % 7)).minute(n).with(2.0, 5.5, -1.0, 6.5))
        .collect();
    let batch = batch(&points);
    assert_eq!(write(&database.ingest()?, &batch).await?, Written { statistic_sets: 50 });
    assert_eq!(stored::statistic_sets(&database.owner().await?).await?, batch.statistic_sets);
    Ok(())
}

async fn more_samples_replace_fewer_and_never_the_reverse(database: &TestDatabase) -> anyhow::Result<()> {
    let few = point().with(3.0, 90.0, 1.0, 80.0);
    let many = point().with(7.0, 50.0, 2.0, 20.0);
    let written = written_in_turn(database, &[few.clone(), many.clone(), few]).await?;
    assert_eq!(written, (vec![1, 1, 0], sets(&[many])));
    Ok(())
}

async fn of_equally_many_samples_the_same_copy_stays_in_either_order(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    let copies = |function| {
        [
            point().of(function).with(3.0, 9.0, 1.0, 5.0),
            point().of(function).with(3.0, 9.0, 1.0, 6.0),
            point().of(function).with(3.0, 9.0, 2.0, 6.0),
            point().of(function).with(3.0, 10.0, 0.0, 4.0),
        ]
    };
    let (rising, mut falling) = (copies("rising"), copies("falling"));
    let winners = [rising[3].clone(), falling[3].clone()];
    falling.reverse();
    let (counts, stored) = written_in_turn(database, &[rising, falling].concat()).await?;
    assert_eq!(counts, [1, 1, 1, 1, 1, 0, 0, 0]);
    assert_eq!(stored, sets(&winners));
    Ok(())
}

async fn extra_statistics_of_equal_copies_are_united(database: &TestDatabase) -> anyhow::Result<()> {
    let copies = [
        point(),
        point().extra(&[("p99", 5.0), ("p50", 1.5)]),
        point().extra(&[("p90", 4.0), ("p99", 6.25)]),
        point(),
    ];
    let united = point().extra(&[("p50", 1.5), ("p90", 4.0), ("p99", 6.25)]);
    assert_eq!(written_in_turn(database, &copies).await?, (vec![1, 1, 1, 0], sets(&[united])));
    Ok(())
}

async fn extra_statistics_belong_to_the_copy_that_stays(database: &TestDatabase) -> anyhow::Result<()> {
    let (few, many) = (point().with(1.0, 1.0, 1.0, 1.0), point().with(2.0, 2.0, 1.0, 1.0));
    let copies = [
        few.clone().extra(&[("p50", 1.0), ("p99", 9.0)]),
        many.clone().extra(&[("p99", 4.0)]),
        few.extra(&[("p10", 1.0)]),
        many.clone().with(3.0, 3.0, 1.0, 1.0),
    ];
    let last = [copies[3].clone()];
    assert_eq!(written_in_turn(database, &copies).await?, (vec![1, 1, 0, 1], sets(&last)));
    Ok(())
}

async fn the_same_batch_again_writes_no_row(database: &TestDatabase) -> anyhow::Result<()> {
    let points: Vec<_> = (0..20).map(|n| point().minute(n).extra(&[("p99", 0.1), ("p50", 1e-7)])).collect();
    let (batch, ingest, owner) = (batch(&points), database.ingest()?, database.owner().await?);
    assert_eq!(write(&ingest, &batch).await?.statistic_sets, 20);
    let before = stored::row_versions(&owner, "firefly.statistic_set").await?;
    let series_before = stored::row_versions(&owner, "firefly.series").await?;
    assert_eq!(write(&ingest, &batch).await?.statistic_sets, 0);
    assert_eq!(stored::row_versions(&owner, "firefly.statistic_set").await?, before);
    assert_eq!(stored::row_versions(&owner, "firefly.series").await?, series_before);
    Ok(())
}

async fn smaller_extra_statistics_of_an_equal_copy_write_no_row(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    let (larger, smaller) = (point().extra(&[("p99", 6.0)]), point().extra(&[("p99", 5.0)]));
    let written = written_in_turn(database, &[larger.clone(), smaller]).await?;
    assert_eq!(written, (vec![1, 0], sets(&[larger])));
    Ok(())
}

async fn copies_within_a_batch_are_merged_first(database: &TestDatabase) -> anyhow::Result<()> {
    let points = [
        point().with(2.0, 4.0, 1.0, 3.0).extra(&[("p50", 1.0)]),
        point().with(1.0, 9.0, 1.0, 9.0),
        point().with(2.0, 4.0, 1.0, 3.0).extra(&[("p99", 3.0)]),
    ];
    assert_eq!(write(&database.ingest()?, &batch(&points)).await?.statistic_sets, 1);
    let merged = point().with(2.0, 4.0, 1.0, 3.0).extra(&[("p50", 1.0), ("p99", 3.0)]);
    assert_eq!(stored::statistic_sets(&database.owner().await?).await?, sets(&[merged]));
    Ok(())
}

async fn values_come_back_as_they_were(database: &TestDatabase) -> anyhow::Result<()> {
    let extremes = [f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, 0.1, 1.0 / 3.0, 1e300, -0.0];
    let points: Vec<_> = (0..)
        .zip(extremes)
        .map(|(minute, value)| point().minute(minute).with(0.5, value, value, value).extra(&[("p99", value)]))
        .collect();
    write(&database.ingest()?, &batch(&points)).await?;
    assert_eq!(stored::statistic_sets(&database.owner().await?).await?, sets(&points));
    Ok(())
}

async fn an_empty_batch_is_no_error(database: &TestDatabase) -> anyhow::Result<()> {
    assert_eq!(write(&database.ingest()?, &batch([])).await?.statistic_sets, 0);
    Ok(())
}
