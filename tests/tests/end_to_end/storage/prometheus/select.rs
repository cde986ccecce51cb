//! Samples of selections.

use firefly_model::STALE_MARKER;
use firefly_model::selection::{Limits, Selection, Times, Visibility};
use firefly_storage::{MetricReader, ReadError};
use firefly_tests::test_database::TestDatabase;

use super::super::batches::{DAY_MS, MORNING_MS};
use super::super::patience;
use super::data::{
    LIMITS, bits, duration_of, newest_at, points, reader, select, store_points, store_samples, window_at,
};

on_each_server!(
    samples_of_a_window_keep_every_bit,
    a_window_is_open_to_the_left_and_closed_to_the_right,
    samples_lie_in_several_partitions,
    statistics_of_a_data_point_are_series,
    extra_statistics_may_be_long,
    limits_hold_over_all_selections,
);

async fn samples_of_a_window_keep_every_bit(database: &TestDatabase) -> anyhow::Result<()> {
    let values =
        [STALE_MARKER, f64::NAN, f64::from_bits(0xfff8_0000_0000_0001), f64::NEG_INFINITY, -0.0, 0.1 + 0.2];
    let stored: Vec<_> = (0..).map(|index| MORNING_MS + index * 15_000).zip(values).collect();
    store_samples(database, &[("up", &[("job", "a")], &stored), ("up", &[("job", "b")], &stored[..1])])
        .await?;
    let found = select(&reader(database)?, window_at(MORNING_MS + 75_000, 90_000, &["__name__=up"])).await?;
    assert_eq!(found.len(), 2);
    let expected: Vec<_> = stored.iter().map(|(time, value)| (*time, value.to_bits())).collect();
    assert_eq!(bits(&found[0]), expected);
    assert_eq!(bits(&found[1]), expected[..1]);
    assert_eq!(found[0].visibility, Visibility::Sustained);
    Ok(())
}

async fn a_window_is_open_to_the_left_and_closed_to_the_right(database: &TestDatabase) -> anyhow::Result<()> {
    let stored: Vec<_> = (0..5).map(|index| (MORNING_MS + index * 1_000, index as f64)).collect();
    store_samples(database, &[("up", &[], &stored)]).await?;
    let found = select(&reader(database)?, window_at(MORNING_MS + 3_000, 2_000, &["__name__=up"])).await?;
    assert_eq!(points(&found[0]), stored[2..=3]);
    Ok(())
}

async fn samples_lie_in_several_partitions(database: &TestDatabase) -> anyhow::Result<()> {
    let stored: Vec<_> = (0..5).map(|day| (MORNING_MS + day * DAY_MS, day as f64)).collect();
    // In another order than that of time.
    for point in stored.iter().rev() {
        store_samples(database, &[("up", &[], &[*point])]).await?;
    }
    let at = MORNING_MS + 3 * DAY_MS;
    let found = select(&reader(database)?, window_at(at, 2 * DAY_MS + 1, &["__name__=up"])).await?;
    assert_eq!(points(&found[0]), stored[1..=3]);
    Ok(())
}

async fn statistics_of_a_data_point_are_series(database: &TestDatabase) -> anyhow::Result<()> {
    let mut empty = duration_of("cart", MORNING_MS + 60_000);
    empty.statistics.samples = 0.0;
    let mut with_extra = duration_of("cart", MORNING_MS);
    with_extra.extra = vec![("p99.9".into(), 3.5), ("TM(25%:75%)".into(), 2.5)];
    store_points(database, &[with_extra, empty]).await?;
    let selection = window_at(MORNING_MS + 60_000, 120_000, &["dimension_FunctionName=cart"]);
    let found = select(&reader(database)?, selection).await?;
    let found: Vec<_> =
        found.iter().map(|series| (series.labels.metric_name().to_owned(), points(series))).collect();
    let both = |first, second| vec![(MORNING_MS, first), (MORNING_MS + 60_000, second)];
    let expected = [
        ("average", vec![(MORNING_MS, 2.0)]),
        ("maximum", both(4.0, 4.0)),
        ("minimum", both(1.0, 1.0)),
        ("p99_9", vec![(MORNING_MS, 3.5)]),
        ("sample_count", both(3.0, 0.0)),
        ("sum", both(6.0, 6.0)),
        ("tm_25_percent_75_percent_", vec![(MORNING_MS, 2.5)]),
    ];
    let expected = expected.map(|(statistic, points)| (format!("aws_lambda_duration_{statistic}"), points));
    assert_eq!(found.into_iter().collect::<std::collections::BTreeMap<_, _>>(), expected.into());
    let newest =
        select(&reader(database)?, newest_at(MORNING_MS, &["__name__=aws_lambda_duration_sum"])).await?;
    assert_eq!(newest[0].visibility, Visibility::Once { lookback_ms: 600_000 });
    Ok(())
}

async fn extra_statistics_may_be_long(database: &TestDatabase) -> anyhow::Result<()> {
    let point = |minute: i64| {
        let mut point = duration_of("cart", MORNING_MS + minute * 60_000);
        // A hundred long names do not fit into a row of an index, whatever becomes of them.
        let more = if minute % 2 == 0 { 99 } else { 1 };
        let names = (0..more).map(|trim| format!("TM({trim}.{}%:99.75%)", "123456789".repeat(6)));
        let statistics = names.chain(["p99".to_owned()]).zip((0..).map(|value| f64::from(value) / 7.0));
        point.extra = statistics.collect();
        point
    };
    store_points(database, &(0..6).map(point).collect::<Vec<_>>()).await?;
    let last_ms = MORNING_MS + 5 * 60_000;
    let matchers = &["__name__=aws_lambda_duration_p99"];
    let found = select(&reader(database)?, window_at(last_ms, 360_000, matchers)).await?;
    let p99 = |minute: i64| if minute % 2 == 0 { 99.0 / 7.0 } else { 1.0 / 7.0 };
    let expected: Vec<_> = (0..6).map(|minute| (MORNING_MS + minute * 60_000, p99(minute))).collect();
    assert_eq!(points(&found[0]), expected);
    let newest = select(&reader(database)?, newest_at(last_ms - 60_000, matchers)).await?;
    assert_eq!(points(&newest[0]), expected[4..5]);
    Ok(())
}

async fn limits_hold_over_all_selections(database: &TestDatabase) -> anyhow::Result<()> {
    let stored: Vec<_> = (0..10).map(|index| (MORNING_MS + index * 1_000, 1.0)).collect();
    store_samples(database, &[("up", &[("job", "a")], &stored), ("up", &[("job", "b")], &stored)]).await?;
    let reader = reader(database)?;
    let both = [
        window_at(MORNING_MS + 9_000, 60_000, &["job=a"]),
        window_at(MORNING_MS + 9_000, 60_000, &["job=b"]),
    ];
    for (samples, series, is_enough) in [(20, 2, true), (19, 2, false), (20, 1, false)] {
        let answer = reader.select(&both, Limits { samples, series }, patience()).await;
        match answer {
            Ok(answer) => assert!(is_enough && answer.len() == 2),
            Err(ReadError::TooManySamples { limit: 19 } | ReadError::TooManySeries { limit: 1 }) => {
                assert!(!is_enough);
            }
            Err(other) => return Err(other.into()),
        }
    }
    // Of these, rows may be left out as they come.
    let times = Times { first_ms: MORNING_MS + 1_000, step_ms: 20_000, count: 3 };
    let stepped = Selection { times, is_stepped: true, ..newest_at(0, &["job=a"]) };
    let refused = reader.select(&[stepped], Limits { samples: 0, series: 9 }, patience()).await;
    assert!(matches!(refused, Err(ReadError::TooManySamples { limit: 0 })), "{refused:?}");
    // The connection is free for the next question.
    assert_eq!(reader.select(&both, LIMITS, patience()).await?.len(), 2);
    Ok(())
}
