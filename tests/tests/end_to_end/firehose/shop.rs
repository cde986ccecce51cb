//! The shop's traffic over a quarter of an hour, in every format.

use std::collections::BTreeMap;

use firefly_tests::demo::{MINUTE_MS, Point, Shop};
use firefly_tests::firehose_sender::Format;
use firefly_tests::test_database::{Server, TestDatabase};
use tokio_postgres::Client;

use super::endpoint::{Endpoint, function};
use super::rows::Stored;
use super::sample::{delivery, delivery_of, minutes_ago};
use crate::metric_stream::fixtures::expected;

const MINUTES: i64 = 15;

/// The records of a minute: of one format, or each point of another.
fn records(points: &[Point], formats: &[Format]) -> Vec<Vec<u8>> {
    let of_format = |(number, format): (usize, &Format)| {
        let points: Vec<_> = points.iter().skip(number).step_by(formats.len()).cloned().collect();
        delivery_of(&points, *format).records
    };
    formats.iter().enumerate().flat_map(of_format).collect()
}

#[tokio::test]
async fn what_is_stored_in_the_end_is_what_happened_in_the_shop() {
    let shop = Shop::default();
    let start = minutes_ago(MINUTES + 5);
    let range = start..start + MINUTES * MINUTE_MS;
    let final_points: Vec<_> = shop.final_points(range.clone()).collect();
    for server in Server::ALL {
        for formats in [&[Format::Json][..], &[Format::Otel07], &[Format::Otel10], &Format::ALL] {
            let database = TestDatabase::create(server).await.unwrap();
            let endpoint = Endpoint::start(function(&database.ingest_url())).await;
            for published in shop.deliveries(range.clone()) {
                endpoint.deliver(&delivery(records(&published.points, formats))).await;
            }
            let stored = Stored::in_database(&database).await;
            assert_eq!(stored.points, expected(&final_points), "{formats:?} in {server:?}");
            assert!(stored.dead_letters.is_empty(), "{formats:?} in {server:?}");
            let owner = database.owner().await.unwrap();
            assert_eq!(lambda_minutes(&owner).await, minutes_of(&final_points), "{formats:?} in {server:?}");
        }
    }
}

#[tokio::test]
async fn a_change_of_format_makes_no_new_rows() {
    let shop = Shop::default();
    let start = minutes_ago(9);
    let points: Vec<_> = shop.final_points(start..start + 3 * MINUTE_MS).collect();
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let mut stored: Option<Stored> = None;
        for format in Format::ALL {
            // A new instance each time, which knows no series and writes them all.
            let endpoint = Endpoint::start(function(&database.ingest_url())).await;
            endpoint.deliver(&delivery_of(&points, format)).await;
            let now = Stored::in_database(&database).await;
            assert_eq!(now.points, expected(&points), "{format:?} in {server:?}");
            assert!(stored.is_none_or(|before| before == now), "{format:?} in {server:?}");
            stored = Some(now);
        }
    }
}

type Minute = (String, String, i64);
type Values = [Option<f64>; 11];

/// The view `lambda_minute`: what a panel of a function shows.
async fn lambda_minutes(client: &Client) -> BTreeMap<Minute, Values> {
    let sql = "SELECT account_id, function_name, (extract(epoch FROM minute) * 1000)::bigint,
            invocations, errors, throttles, duration_average_ms, duration_minimum_ms, duration_maximum_ms,
            duration_p50_ms, duration_p90_ms, duration_p99_ms, concurrent_executions, async_events_dropped
        FROM firefly.lambda_minute";
    let rows = client.query(sql, &[]).await.unwrap();
    rows.iter()
        .map(|row| ((row.get(0), row.get(1), row.get(2)), std::array::from_fn(|index| row.get(3 + index))))
        .collect()
}

/// The same from the points themselves: those with no dimension but the function's name.
fn minutes_of(points: &[Point]) -> BTreeMap<Minute, Values> {
    let mut minutes: BTreeMap<Minute, Values> = BTreeMap::new();
    for point in points {
        let [(name, function)] = point.dimensions.as_slice() else { continue };
        assert_eq!(name, "FunctionName");
        let values = minutes.entry((point.account_id.clone(), function.clone(), point.start_ms)).or_default();
        let extra = |name: &str| point.extra.iter().find(|(extra, _)| extra == name).map(|(_, value)| *value);
        match point.metric_name.as_str() {
            "Invocations" => values[0] = Some(point.sum),
            "Errors" => values[1] = Some(point.sum),
            "Throttles" => values[2] = Some(point.sum),
            "Duration" => {
                values[3] = Some(point.sum / point.samples as f64);
                values[4] = Some(point.minimum);
                values[5] = Some(point.maximum);
                values[6..9].copy_from_slice(&["p50", "p90", "p99"].map(extra));
            }
            "ConcurrentExecutions" => values[9] = Some(point.maximum),
            "AsyncEventsDropped" => values[10] = Some(point.sum),
            _ => {}
        }
    }
    minutes
}
