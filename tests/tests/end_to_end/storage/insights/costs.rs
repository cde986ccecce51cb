//! `costs_between`, against what the points of the demo shop cost by themselves.

use std::collections::BTreeMap;

use firefly_model::trace::AttributeValue;
use firefly_tests::demo::Shop;
use firefly_tests::test_database::{TestDatabase, connect};
use serde_json::json;

use super::super::batches::{HOUR_MS, MORNING_MS};
use super::super::spans::text;
use super::{ACCOUNT, MORNING, REGION, World, read, resource};

on_each_server!(
    the_shop_costs_what_its_points_say,
    prices_of_the_region_go_first,
    memory_and_architecture_from_spans,
    namesakes_do_not_lend_their_memory,
);

/// Account, function and hour.
type Key = (String, String, i64);

/// Memory of the functions of the shop that are configured: of each second one, by its name's length.
fn memory_mb(function: &str) -> Option<u32> {
    function.len().is_multiple_of(2).then(|| 128 * u32::try_from(function.len()).unwrap_or_default())
}

async fn the_shop_costs_what_its_points_say(database: &TestDatabase) -> anyhow::Result<()> {
    // Two hours and a quarter, from a quarter past nine.
    let (since_ms, until_ms) = (MORNING_MS + HOUR_MS / 4, MORNING_MS + HOUR_MS * 5 / 2);
    let points: Vec<_> = Shop::default().final_points(MORNING_MS..MORNING_MS + 3 * HOUR_MS).collect();
    let mut sums: BTreeMap<Key, (f64, f64)> = BTreeMap::new();
    let mut functions = BTreeMap::new();
    for point in &points {
        let [(name, function)] = &*point.dimensions else { continue };
        if name != "FunctionName" || point.namespace != "AWS/Lambda" {
            continue;
        }
        functions.insert((point.account_id.clone(), function.clone()), point.region.clone());
        if (since_ms..until_ms).contains(&point.start_ms) {
            let key = (point.account_id.clone(), function.clone(), point.start_ms / HOUR_MS);
            match &*point.metric_name {
                "Invocations" => sums.entry(key).or_default().0 += point.sum,
                "Duration" => sums.entry(key).or_default().1 += point.sum,
                _ => (),
            }
        }
    }
    let mut world = World { points, ..World::default() };
    for ((account, function), region) in &functions {
        if let Some(memory) = memory_mb(function) {
            world.config(&format!(
                "INSERT INTO firefly.function_config (account_id, region, function_name, memory_mb, architecture)
                VALUES ('{account}', '{region}', '{function}', {memory}, 'arm64')"
            ));
        }
    }
    world.store(database).await?;

    let expected: Vec<_> = sums
        .into_iter()
        .map(|(key, (invocations, duration_ms))| {
            let gb_seconds = memory_mb(&key.1).map(|memory| duration_ms / 1e3 * f64::from(memory) / 1024.0);
            let request_cost = invocations * 0.20 / 1e6;
            let cost = gb_seconds.map(|gb_seconds| gb_seconds * 0.000_013_333_4 + request_cost);
            (key, [gb_seconds, Some(invocations), Some(request_cost), cost])
        })
        .collect();
    assert!(
        expected.iter().any(|(_, row)| row[3].is_none()) && expected.iter().any(|(_, row)| row[3].is_some())
    );
    let reader = connect(&database.read_url()).await?;
    let sql = "SELECT account_id, function_name, floor(extract(epoch FROM time) / 3600)::bigint,
            gb_seconds, requests, request_cost, cost
        FROM costs_between('2026-03-02 09:15Z', '2026-03-02 11:30Z', '1 hour')
        ORDER BY account_id COLLATE \"C\", function_name COLLATE \"C\", time";
    let rows = reader.query(sql, &[]).await?;
    assert_eq!(rows.len(), expected.len());
    for (row, (key, values)) in rows.iter().zip(&expected) {
        assert_eq!(&(row.get(0), row.get(1), row.get(2)), key);
        for (column, value) in values.iter().enumerate() {
            let found: Option<f64> = row.get(column + 3);
            assert!(same(found, *value), "{key:?} {column}: {found:?} instead of {value:?}");
        }
    }

    // In one step it is as much.
    let total = "SELECT sum(cost), sum(request_cost), count(DISTINCT time) FROM costs_between('2026-03-02 09:15Z', '2026-03-02 11:30Z')";
    let total = reader.query_one(total, &[]).await?;
    let cost: f64 = expected.iter().filter_map(|(_, row)| row[3]).sum();
    let request_cost: f64 = expected.iter().filter_map(|(_, row)| row[2]).sum();
    assert!(same(total.get(0), Some(cost)) && same(total.get(1), Some(request_cost)), "{total:?}");
    assert_eq!(total.get::<_, i64>(2), 1);
    Ok(())
}

fn same(found: Option<f64>, expected: Option<f64>) -> bool {
    match (found, expected) {
        (Some(found), Some(expected)) => (found - expected).abs() <= 1e-9 * expected.abs(),
        (found, expected) => found == expected,
    }
}

async fn prices_of_the_region_go_first(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    for name in ["arm", "x86", "unknown"] {
        world.function(name).at(MORNING_MS, &[("Invocations", 1_000_000.0), ("Duration", 1_000_000.0)]);
    }
    world.config(&format!(
        "INSERT INTO firefly.function_config (account_id, region, function_name, memory_mb, architecture) VALUES
            ('{ACCOUNT}', '{REGION}', 'arm', 1024, 'arm64'), ('{ACCOUNT}', '{REGION}', 'x86', 512, 'x86_64'),
            ('{ACCOUNT}', '{REGION}', 'unknown', 2048, NULL)"
    ));
    world.store(database).await?;
    let rows = format!(
        "SELECT function_name, round(cost::numeric, 8) AS cost, currency FROM firefly.costs_between({MORNING}) ORDER BY 1"
    );
    let row = |name: &str, cost: f64, currency: &str| json!({"function_name": name, "cost": cost, "currency": currency});
    assert_eq!(
        read(database, &rows).await?,
        [row("arm", 0.2133334, "USD"), row("unknown", 0.2333334, "USD"), row("x86", 0.20833335, "USD")]
    );
    let owner = database.owner().await?;
    let own = "INSERT INTO firefly.lambda_price VALUES ('eu-west-1', 'x86_64', 'EUR', 0.5, 0.25, 'contract', '2026-01-01')";
    owner.batch_execute(own).await?;
    assert_eq!(
        read(database, &rows).await?,
        [row("arm", 0.2133334, "USD"), row("unknown", 251_000.0, "EUR"), row("x86", 250_250.0, "EUR")]
    );
    owner.batch_execute("DELETE FROM firefly.lambda_price").await?;
    let unpriced = read(database, &rows).await?;
    assert_eq!(unpriced.len(), 3);
    assert!(unpriced.iter().all(|row| row["cost"].is_null() && row["currency"].is_null()), "{unpriced:?}");
    Ok(())
}

async fn memory_and_architecture_from_spans(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    for name in ["traced", "configured", "elsewhere"] {
        world.function(name).at(MORNING_MS, &[("Invocations", 1.0), ("Duration", 1_000.0)]);
    }
    let memory = |mb: i64| ("faas.max_memory", AttributeValue::Int(mb * 1_048_576));
    for name in ["traced", "configured"] {
        let arm = ("host.arch", text("arm64"));
        world.function(name).traced(|_, of| *of = resource(name, &[memory(512), arm]));
    }
    world.function("elsewhere").traced(|_, of| {
        *of = resource("elsewhere", &[memory(512), ("cloud.account.id", text("999900001111"))]);
    });
    world.config(&format!(
        "INSERT INTO firefly.function_config (account_id, region, function_name, memory_mb, architecture)
        VALUES ('{ACCOUNT}', '{REGION}', 'configured', 256, 'x86_64')"
    ));
    world.store(database).await?;
    let rows = "SELECT function_name, memory_mb, architecture FROM firefly.function_price ORDER BY 1";
    let row = |name: &str, memory: Option<u32>, architecture: &str| json!({"function_name": name, "memory_mb": memory, "architecture": architecture});
    assert_eq!(
        read(database, rows).await?,
        [
            row("configured", Some(256), "x86_64"),
            row("elsewhere", None, "x86_64"),
            row("traced", Some(512), "arm64")
        ]
    );
    Ok(())
}

async fn namesakes_do_not_lend_their_memory(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    for account in [ACCOUNT, "999900001111"] {
        let function = world.function("cart").of_account(account);
        function.at(MORNING_MS, &[("Invocations", 1.0), ("Duration", 1_000.0)]);
    }
    let memory = ("faas.max_memory", AttributeValue::Int(536_870_912));
    world.function("cart").traced(|_, of| *of = resource("cart", &[memory]));
    world.store(database).await?;
    let rows = format!("SELECT memory_mb, cost, request_cost FROM firefly.costs_between({MORNING})");
    let row = json!({"memory_mb": null, "cost": null, "request_cost": 2e-7});
    assert_eq!(read(database, &rows).await?, [row.clone(), row]);
    Ok(())
}
