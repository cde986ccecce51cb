//! The rules that compare with the weeks before.

use firefly_tests::demo::SplitMix64;
use firefly_tests::test_database::TestDatabase;

use super::super::batches::{HOUR_MS, MINUTE_MS, MORNING_MS};
use super::{World, fired};

on_each_server!(
    durations_that_doubled,
    errors_that_became_many,
    noise_is_no_anomaly,
    the_worse_of_two_weeks_is_what_is_usual,
);

const WEEK_MS: i64 = 168 * HOUR_MS;

/// An hour of a function: so many invocations a minute, of that average.
fn hour(world: &mut World, name: &str, offset_ms: i64, each_minute: u64, average_ms: f64) {
    for minute in 0..60 {
        world.function(name).ran(MORNING_MS + offset_ms + minute * MINUTE_MS, each_minute, average_ms);
    }
}

async fn durations_that_doubled(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    for (name, before_ms, now_ms) in [
        ("five", 100.0, 501.0),
        ("two", 100.0, 201.0),
        ("at", 100.0, 200.0),
        ("fast", 10.0, 59.0),
        ("quicker", 300.0, 100.0),
    ] {
        hour(&mut world, name, -WEEK_MS, 2, before_ms);
        hour(&mut world, name, 0, 2, now_ms);
    }
    hour(&mut world, "new", 0, 2, 900.0);
    // 99 invocations last week, or now.
    world.function("rare before").ran(MORNING_MS - WEEK_MS, 99, 100.0);
    hour(&mut world, "rare before", 0, 2, 900.0);
    world.function("rare now").ran(MORNING_MS, 99, 900.0);
    hour(&mut world, "rare now", -WEEK_MS, 2, 100.0);
    // A minute in which something hung.
    hour(&mut world, "hung", -WEEK_MS, 2, 100.0);
    for minute in 0..60 {
        let average_ms = if minute == 30 { 90_000.0 } else { 100.0 };
        world.function("hung").ran(MORNING_MS + minute * MINUTE_MS, 2, average_ms);
    }
    world.store(database).await?;
    assert_eq!(fired(database).await?, ["duration_anomaly five critical", "duration_anomaly two warning"]);
    Ok(())
}

/// 1,000 invocations in the hour, so many of them failed.
fn failing(world: &mut World, name: &str, offset_ms: i64, errors: f64) {
    world.function(name).at(MORNING_MS + offset_ms, &[("Invocations", 1_000.0), ("Errors", errors)]);
}

async fn errors_that_became_many(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    for (name, before, now) in [
        ("a", 2.0, 31.0),
        ("b", 2.0, 30.0),
        ("c", 9.0, 30.0),
        ("d", 9.0, 31.0),
        ("e", 0.0, 10.0),
        ("f", 0.0, 11.0),
        ("g", 0.0, 9.0),
        ("h", 0.0, 21.0),
        ("i", 0.0, 19.0),
        ("always", 500.0, 500.0),
    ] {
        failing(&mut world, name, -WEEK_MS, before);
        failing(&mut world, name, 0, now);
    }
    failing(&mut world, "new", 0, 500.0);
    world.store(database).await?;
    let mut fired = fired(database).await?;
    fired.retain(|fired| fired.starts_with("error_anomaly"));
    assert_eq!(
        fired,
        [
            "error_anomaly a critical",
            "error_anomaly b warning",
            "error_anomaly d warning",
            "error_anomaly e warning",
            "error_anomaly f warning",
            "error_anomaly h critical",
            "error_anomaly i warning",
        ]
    );
    Ok(())
}

/// Functions of every size whose duration and errors are as random as last week's.
async fn noise_is_no_anomaly(database: &TestDatabase) -> anyhow::Result<()> {
    let mut random = SplitMix64::new(5);
    let mut world = World::default();
    for number in 0..100 {
        let (each_minute, error_rate) = (2 + number % 20, f64::from(u32::try_from(number % 10)?) / 40.0);
        for offset_ms in [-2 * WEEK_MS, -WEEK_MS, 0] {
            for minute in 0..60 {
                // Heavy-tailed: the average of a minute is up to 20 times the usual.
                let average_ms = 100.0 / (1.0 - 0.95 * random.unit());
                let errors = (0..each_minute).filter(|_| random.unit() < error_rate).count();
                let start_ms = MORNING_MS + offset_ms + minute * MINUTE_MS;
                let function = world.function(&format!("noisy-{number}"));
                function.ran(start_ms, each_minute, average_ms).at(start_ms, &[("Errors", errors as f64)]);
            }
        }
    }
    world.store(database).await?;
    let mut fired = fired(database).await?;
    fired.retain(|fired| fired.contains("anomaly"));
    assert_eq!(fired, Vec::<String>::new());
    Ok(())
}

async fn the_worse_of_two_weeks_is_what_is_usual(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    for (name, weeks) in [("lately", [100.0, 300.0]), ("once", [300.0, 100.0]), ("never", [100.0, 100.0])] {
        hour(&mut world, name, -2 * WEEK_MS, 2, weeks[0]);
        hour(&mut world, name, -WEEK_MS, 2, weeks[1]);
        hour(&mut world, name, 0, 2, 450.0);
    }
    world.store(database).await?;
    assert_eq!(fired(database).await?, ["duration_anomaly never warning"]);
    Ok(())
}
