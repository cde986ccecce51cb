//! The rule `no_data`: traffic in the same hours of last week, and none now.

use std::time::SystemTime;

use firefly_tests::test_database::TestDatabase;

use super::super::batches::{HOUR_MS, MINUTE_MS, MORNING_MS};
use super::{World, fired, fired_in};

on_each_server!(
    a_function_that_stopped_is_named,
    not_while_the_stream_is_silent,
    not_when_most_functions_stopped,
    not_before_the_range_is_over,
);

const WEEK_MS: i64 = 168 * HOUR_MS;

/// So many invocations, evenly through an hour, in functions' minutes `offset_ms` away from the morning.
fn hour(world: &mut World, name: &str, offset_ms: i64, invocations: u64) {
    for part in 0..6 {
        let start_ms = MORNING_MS + offset_ms + part * 10 * MINUTE_MS;
        let share = invocations / 6 + u64::from(part.unsigned_abs() < invocations % 6);
        if share > 0 {
            world.function(name).ran(start_ms, share, 10.0);
        }
    }
}

async fn a_function_that_stopped_is_named(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    for (name, last_week, now) in [
        ("alive", 100, 90),
        ("alive too", 100, 1),
        ("also alive", 100, 100),
        ("stopped", 10, 0),
        ("many", 1_000, 0),
        ("rare", 9, 0),
        ("new", 0, 10),
    ] {
        hour(&mut world, name, -WEEK_MS, last_week);
        hour(&mut world, name, 0, now);
    }
    // The hours around do not count, nor does the week before the last.
    hour(&mut world, "earlier", -WEEK_MS - HOUR_MS, 100);
    hour(&mut world, "later", -WEEK_MS + HOUR_MS, 100);
    hour(&mut world, "long ago", -2 * WEEK_MS, 100);
    // What was throttled was called.
    hour(&mut world, "throttled", -WEEK_MS, 100);
    world.function("throttled").minute(0, &[("Throttles", 100.0)]);
    world.store(database).await?;
    assert_eq!(
        fired(database).await?,
        [
            "no_data many critical",
            "no_data stopped warning",
            "no_data throttled warning",
            "throttles throttled critical"
        ]
    );
    Ok(())
}

async fn not_while_the_stream_is_silent(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    for name in ["a", "b", "c"] {
        hour(&mut world, name, -WEEK_MS, 100);
    }
    // The stream ends at 09:30.
    for name in ["a", "b"] {
        for minute in 0..30 {
            world.function(name).ran(MORNING_MS + minute * MINUTE_MS, 1, 10.0);
        }
    }
    // Another account's is alive.
    for (account, name, offset_ms) in [("x", "d", -WEEK_MS), ("x", "d", 0)] {
        for minute in 0..60 {
            let function = world.function(name).of_account(account);
            function.ran(MORNING_MS + offset_ms + minute * MINUTE_MS, 1, 10.0);
        }
    }
    world.store(database).await?;
    assert_eq!(fired(database).await?, Vec::<String>::new());
    // Nor does an hour in which it was silent at first.
    let morning = "'2026-03-02 08:30Z', '2026-03-02 09:30Z'";
    assert_eq!(fired_in(database, morning).await?, Vec::<String>::new());
    Ok(())
}

async fn not_when_most_functions_stopped(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    for (name, now) in [("alive", 100), ("new", 100), ("b", 0), ("c", 0)] {
        hour(&mut world, name, -WEEK_MS, if name == "new" { 0 } else { 100 });
        hour(&mut world, name, 0, now);
    }
    world.store(database).await?;
    assert_eq!(fired(database).await?, Vec::<String>::new());
    Ok(())
}

async fn not_before_the_range_is_over(database: &TestDatabase) -> anyhow::Result<()> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_millis();
    let now_ms = i64::try_from(now)? / MINUTE_MS * MINUTE_MS;
    let mut world = World::default();
    for name in ["alive", "alive too", "stopped"] {
        for minute in (0..60).filter(|_| name != "stopped") {
            world.function(name).ran(now_ms - minute * MINUTE_MS, 1, 10.0);
        }
        for minute in -60..120 {
            world.function(name).ran(now_ms - WEEK_MS - minute * MINUTE_MS, 1, 10.0);
        }
    }
    world.store(database).await?;
    let hour = "now() - interval '1 hour', now()";
    assert_eq!(fired_in(database, hour).await?, ["no_data stopped warning"]);
    assert_eq!(fired_in(database, "now() - interval '59 minutes', now()").await?, Vec::<String>::new());
    let unfinished = "now() - interval '1 hour', now() + interval '10 minutes'";
    assert_eq!(fired_in(database, unfinished).await?, Vec::<String>::new());
    Ok(())
}
