//! What is stored does not depend on how data points are split into batches, in which order these arrive, or how often.

use firefly_model::{Series, StatisticSet};
use firefly_storage::Database;
use firefly_tests::test_database::TestDatabase;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use tokio::runtime::Handle;
use tokio_postgres::Client;

use super::batches::{DataPoint, HOUR_MS, batch, point};
use super::{stored, write};

on_each_server!(
    any_way_of_arrival_gives_what_merging_gives,
    overlapping_batches_of_two_writers_end_as_if_one_wrote_them,
);

/// Each case is some ten round trips.
const CASES: u32 = 24;

/// Data points of few series, periods and values, so that copies meet and tie, in hours around a day's beginning.
fn any_point() -> impl Strategy<Value = DataPoint> {
    let extra = proptest::collection::vec((prop_oneof!["p50", "p99"], 0..3_i8), 0..3);
    let unit = prop_oneof![Just("Milliseconds"), Just("Seconds"), Just("None")];
    let values = (0..3_i8, 0..3_i8, 0..3_i8, 0..3_i8);
    (0..3_u8, 13..17_i64, unit, values, extra).prop_map(
        |(function, hour, unit, (samples, sum, minimum, maximum), extra)| {
            let names = ["p50", "p99"];
            let extra: Vec<_> = extra
                .iter()
                .filter_map(|(name, value)| {
                    Some((*names.iter().find(|known| *known == name)?, f64::from(*value)))
                })
                .collect();
            point()
                .of(format!("function-{function}"))
                .in_unit(unit)
                .at(super::batches::MORNING_MS + hour * HOUR_MS)
                .with(samples.into(), sum.into(), minimum.into(), maximum.into())
                .extra(&extra)
        },
    )
}

/// Data points, and the same in another order with some repeated, split into batches.
fn any_arrival() -> impl Strategy<Value = (Vec<DataPoint>, Vec<Vec<DataPoint>>)> {
    proptest::collection::vec(any_point(), 1..24).prop_flat_map(|points| {
        let repeated = proptest::sample::subsequence(points.clone(), 0..=points.len());
        let arriving = repeated
            .prop_map({
                let points = points.clone();
                move |repeated| [points.clone(), repeated].concat()
            })
            .prop_shuffle();
        let batches = (arriving, 1..8_usize)
            .prop_map(|(arriving, size)| arriving.chunks(size).map(<[DataPoint]>::to_vec).collect());
        (Just(points), batches)
    })
}

async fn any_way_of_arrival_gives_what_merging_gives(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, owner, runtime) = (database.ingest()?, database.owner().await?, Handle::current());
    let check = move || {
        let mut runner =
            TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
        runner.run(&any_arrival(), |(points, batches)| {
            let stored = runtime.block_on(store_anew(&owner, &ingest, &batches));
            let (sets, series) = stored.map_err(|error| TestCaseError::fail(format!("{error:#}")))?;
            let merged = batch(&points);
            prop_assert_eq!(sets, &*merged.statistic_sets);
            prop_assert_eq!(series, stored::series_of(&merged));
            Ok(())
        })
    };
    // Beside the runtime's own thread, on which the connections are driven.
    Ok(tokio::task::spawn_blocking(check).await??)
}

/// Empties the tables, writes the batches, and says what is there then.
async fn store_anew(
    owner: &Client,
    ingest: &Database,
    batches: &[Vec<DataPoint>],
) -> anyhow::Result<(Vec<StatisticSet>, Vec<Series>)> {
    owner.batch_execute("TRUNCATE firefly.statistic_set, firefly.series").await?;
    for points in batches {
        write(ingest, &batch(points)).await?;
    }
    Ok((stored::statistic_sets(owner).await?, stored::series(owner).await?))
}

async fn overlapping_batches_of_two_writers_end_as_if_one_wrote_them(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    const ROUNDS: i64 = 40;
    let (one, other) = (database.ingest()?, database.ingest()?);
    let mut every_point = Vec::new();
    for round in 0..ROUNDS {
        // Half of each round's series are new, and both writers bring most of them, in different order.
        let points = |writer: i64| -> Vec<_> {
            let mut points: Vec<_> = (0..60)
                .map(|n| {
                    let samples = ((n + writer * 3 + round) % 5) as f64;
                    point()
                        .of(format!("function-{}", n + round * 30))
                        .minute(round)
                        .with(samples, 9.0, 1.0, 2.0)
                })
                .collect();
            points.rotate_left(if writer == 0 { 0 } else { 20 });
            points
        };
        let (mine, yours) = (points(0), points(1));
        let (my_batch, your_batch) = (batch(&mine), batch(&yours));
        let (my_result, your_result) = tokio::join!(write(&one, &my_batch), write(&other, &your_batch));
        my_result?;
        your_result?;
        every_point.extend([mine, yours].concat());
    }
    let (merged, owner) = (batch(&every_point), database.owner().await?);
    assert_eq!(stored::statistic_sets(&owner).await?, merged.statistic_sets);
    assert_eq!(stored::series(&owner).await?, stored::series_of(&merged));
    Ok(())
}
