//! However points arrive while hours are made, readers see at each moment what the minutes say, and so do the hours in the
//! end.

use std::sync::atomic::{AtomicUsize, Ordering};

use firefly_tests::demo::Point;
use firefly_tests::test_database::{TestDatabase, connect};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use super::{differences, hours_ago, point, refresh, refresh_all, store};

on_each_server!(hours_say_what_their_minutes_say_whatever_arrives_meanwhile);

const WRITERS: usize = 3;
const BATCHES: usize = 25;

/// Points of few functions and hours, of which many come again, some of them grown.
fn any_batch() -> impl Strategy<Value = Vec<Point>> {
    let point = (0..3_u8, 2..6_i64, 0..60_i64, 1..5_u64).prop_map(|(function, hours, minute, samples)| {
        point(&format!("function-{function}"), "Invocations", hours_ago(hours), minute, samples)
    });
    proptest::collection::vec(point, 1..12)
}

async fn hours_say_what_their_minutes_say_whatever_arrives_meanwhile(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    // The days have their chunks or partitions: one that came between the planning of the two halves of what the reader
    // asks would be missing from the first half alone.
    let known = [2, 5].map(|hours| point("cart", "Invocations", hours_ago(hours), 0, 1));
    store(&database.ingest()?, &known).await?;
    let mut runner = TestRunner::new(Config::default());
    let mut deliveries = Vec::new();
    for _ in 0..WRITERS {
        let batches = proptest::collection::vec(any_batch(), BATCHES).new_tree(&mut runner);
        deliveries.push(batches.map_err(anyhow::Error::msg)?.current());
    }
    let writing = AtomicUsize::new(WRITERS);
    let writer = async |batches: &[Vec<Point>]| {
        let ingest = database.ingest()?;
        for batch in batches {
            store(&ingest, batch).await?;
        }
        writing.fetch_sub(1, Ordering::Relaxed);
        anyhow::Ok(())
    };
    let refresher = async {
        let (ingest, mut hours) = (database.ingest()?, 0);
        while writing.load(Ordering::Relaxed) > 0 {
            hours += refresh(&ingest, 2).await?;
        }
        anyhow::Ok(hours)
    };
    let reader = async {
        let read = connect(&database.read_url()).await?;
        // One statement, so both of the same moment.
        let sql = "SELECT
            (SELECT sum(invocations) FROM firefly.lambda_activity(now() - interval '1 day', now())),
            (SELECT sum(sum) FROM firefly.statistic_set)";
        let mut looks = 0;
        while writing.load(Ordering::Relaxed) > 0 {
            let row = read.query_one(sql, &[]).await?;
            let (activity, minutes): (Option<f64>, Option<f64>) = (row.get(0), row.get(1));
            assert_eq!(activity, minutes);
            looks += 1;
        }
        anyhow::Ok(looks)
    };
    let writers =
        async { tokio::try_join!(writer(&deliveries[0]), writer(&deliveries[1]), writer(&deliveries[2])) };
    let (_, hours, looks) = tokio::try_join!(writers, refresher, reader)?;
    assert!(hours > 0 && looks > 0, "{hours} {looks}");
    refresh_all(&database.ingest()?).await?;
    assert_eq!(differences(&database.owner().await?).await?, 0);
    Ok(())
}
