//! `functions_between`: the table of functions.

use std::collections::BTreeMap;

use firefly_model::trace::AttributeValue;
use firefly_tests::demo::Shop;
use firefly_tests::test_database::{TestDatabase, connect};
use serde_json::json;

use super::super::batches::{HOUR_MS, MORNING_MS};
use super::{ACCOUNT, MORNING, REGION, World, attributes, begin, read, throw};

on_each_server!(
    every_state_of_health,
    the_shop_is_counted_as_its_points_say,
    a_row_agrees_with_costs_and_insights,
    the_last_hour_is_that_of_the_range,
);

async fn every_state_of_health(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    for (name, errors) in [("critical", 50.0), ("warning", 2.0), ("ok", 0.0)] {
        world.function(name).minute(0, &[("Invocations", 100.0), ("Errors", errors)]);
    }
    world.function("idle").minute(-90, &[("Invocations", 100.0), ("Errors", 50.0)]);
    world.function("29 days").at(MORNING_MS - 29 * 24 * HOUR_MS, &[("Invocations", 1.0)]);
    world.function("31 days").at(MORNING_MS - 31 * 24 * HOUR_MS, &[("Invocations", 1.0)]);
    world.function("31 days, configured").at(MORNING_MS - 31 * 24 * HOUR_MS, &[("Invocations", 1.0)]);
    world.function("of tomorrow").at(MORNING_MS + 24 * HOUR_MS, &[("Invocations", 1.0)]);
    world.function("only traced").traced(|_, _| ());
    world.function("only failing traces").traced(|span, _| throw(span, "Sandbox.Timedout", "x"));
    world.config(&format!(
        "INSERT INTO firefly.function_config (account_id, region, function_name)
        SELECT '{ACCOUNT}', '{REGION}', unnest(ARRAY['configured', '31 days, configured', 'ok'])"
    ));
    world.store(database).await?;
    let rows = format!(
        "SELECT function_name, health, insights, last_seen FROM firefly.functions_between({MORNING})
        ORDER BY function_name COLLATE \"C\""
    );
    let row = |name: &str, health: &str, insights: u8, last_seen: Option<&str>| json!({"function_name": name, "health": health, "insights": insights, "last_seen": last_seen});
    let nine = Some("2026-03-02T09:00:00+00:00");
    assert_eq!(
        read(database, &rows).await?,
        [
            row("29 days", "idle", 0, Some("2026-02-01T09:00:00+00:00")),
            row("31 days, configured", "idle", 0, Some("2026-01-30T09:00:00+00:00")),
            row("configured", "idle", 0, None),
            row("critical", "critical", 1, nine),
            row("idle", "idle", 0, Some("2026-03-02T07:00:00+00:00")),
            row("ok", "ok", 0, nine),
            row("only failing traces", "warning", 1, Some("2026-03-02T09:00:00.002+00:00")),
            row("only traced", "ok", 0, Some("2026-03-02T09:00:00.001+00:00")),
            row("warning", "warning", 1, nine),
        ]
    );
    Ok(())
}

/// Invocations, errors, throttles, samples, sum and maximum of durations.
type Counted = [f64; 6];

async fn the_shop_is_counted_as_its_points_say(database: &TestDatabase) -> anyhow::Result<()> {
    // At noon, when there are throttles, from 12:20 to 13:50.
    let noon_ms = MORNING_MS + 3 * HOUR_MS;
    let range_ms = noon_ms + HOUR_MS / 3..noon_ms + HOUR_MS * 11 / 6;
    let points: Vec<_> = Shop::default().final_points(noon_ms..noon_ms + 2 * HOUR_MS).collect();
    let mut expected: BTreeMap<(String, String), Counted> = BTreeMap::new();
    for point in points.iter().filter(|point| range_ms.contains(&point.start_ms)) {
        let [(name, function)] = &*point.dimensions else { continue };
        if name != "FunctionName" {
            continue;
        }
        let counted = expected.entry((point.account_id.clone(), function.clone())).or_default();
        match &*point.metric_name {
            "Invocations" => counted[0] += point.sum,
            "Errors" => counted[1] += point.sum,
            "Throttles" => counted[2] += point.sum,
            "Duration" => {
                counted[3] += point.samples as f64;
                counted[4] += point.sum;
                counted[5] = counted[5].max(point.maximum);
            }
            _ => (),
        }
    }
    World { points, ..World::default() }.store(database).await?;
    let reader = connect(&database.read_url()).await?;
    let sql =
        "SELECT account_id, function_name, invocations, errors, coalesce(throttles, 0), duration_average_ms,
            duration_maximum_ms, error_rate
        FROM functions_between('2026-03-02 12:20Z', '2026-03-02 13:50Z') WHERE invocations IS NOT NULL
        ORDER BY account_id COLLATE \"C\", function_name COLLATE \"C\"";
    let rows = reader.query(sql, &[]).await?;
    assert_eq!(rows.len(), expected.len());
    assert!(expected.values().any(|counted| counted[2] > 0.0));
    for (row, (key, [invocations, errors, throttles, samples, sum, maximum])) in rows.iter().zip(&expected) {
        assert_eq!(&(row.get(0), row.get(1)), key);
        let found: Vec<f64> = (2..8).map(|column| row.get(column)).collect();
        assert_eq!(found[..3], [*invocations, *errors, *throttles], "{key:?}");
        assert!((found[3] - sum / samples).abs() <= 1e-9 * found[3], "{key:?}: {found:?}");
        assert!((found[4] - maximum).abs() <= f64::EPSILON, "{key:?}: {found:?}");
        assert!((found[5] - 100.0 * errors / invocations).abs() <= 1e-9, "{key:?}: {found:?}");
    }
    Ok(())
}

async fn a_row_agrees_with_costs_and_insights(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    let mut function = world.function("cart");
    for minute in 0..50 {
        function = function.minute(minute, &[("Invocations", 10.0), ("Errors", 1.0), ("Duration", 2_900.0)]);
    }
    for number in 0..4 {
        function = function.traced(|span, _| {
            span.attributes = attributes(&[("faas.coldstart", AttributeValue::Bool(number == 0))]);
        });
    }
    world.function("enhanced").minute(0, &[("Invocations", 40.0)]).enhanced("init_duration", 2, 300.0);
    world.config(&format!(
        "INSERT INTO firefly.function_config (account_id, region, function_name, memory_mb, timeout_ms, runtime, architecture)
        VALUES ('{ACCOUNT}', '{REGION}', 'cart', 1024, 3000, 'nodejs22.x', 'arm64')"
    ));
    world.store(database).await?;
    let rows = format!(
        "SELECT to_jsonb(listed) - 'cost' - 'last_seen' AS listed,
            listed.cost = cost.cost AS costs_agree, listed.insights = insight.count AS insights_agree
        FROM firefly.functions_between({MORNING}) AS listed
        LEFT JOIN firefly.costs_between({MORNING}) AS cost USING (account_id, region, function_name)
        LEFT JOIN (SELECT function_name, count(*) FROM firefly.insights_between({MORNING}) GROUP BY 1) AS insight
            USING (function_name)
        ORDER BY function_name"
    );
    assert_eq!(
        read(database, &rows).await?,
        [
            json!({"costs_agree": true, "insights_agree": true, "listed": {
                "account_id": ACCOUNT, "region": REGION, "function_name": "cart", "health": "critical",
                "invocations": 500, "errors": 50, "error_rate": 10, "duration_average_ms": 2900,
                "duration_maximum_ms": 2900, "throttles": null, "cold_starts": 1, "cold_start_rate": 25,
                "memory_mb": 1024, "runtime": "nodejs22.x", "architecture": "arm64", "timeout_ms": 3000,
                "currency": "USD", "insights": 2,
            }}),
            json!({"costs_agree": null, "insights_agree": null, "listed": {
                "account_id": ACCOUNT, "region": REGION, "function_name": "enhanced", "health": "ok",
                "invocations": 40, "errors": null, "error_rate": null, "duration_average_ms": null,
                "duration_maximum_ms": null, "throttles": null, "cold_starts": 2, "cold_start_rate": 5,
                "memory_mb": null, "runtime": null, "architecture": "x86_64", "timeout_ms": null,
                "currency": "USD", "insights": 0,
            }}),
        ]
    );
    Ok(())
}

async fn the_last_hour_is_that_of_the_range(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    let function =
        world.function("cart").minute(0, &[("Invocations", 1.0)]).minute(70, &[("Invocations", 2.0)]);
    function.traced(|span, _| begin(span, MORNING_MS + HOUR_MS));
    world.store(database).await?;
    for (range, invocations) in [
        (MORNING, Some(1)),
        ("'2026-03-02 10:00Z', '2026-03-02 11:00Z'", Some(2)),
        ("'2026-03-02 09:00Z', '2026-03-02 11:00Z'", Some(3)),
        ("'2026-03-02 11:00Z', '2026-03-02 12:00Z'", None),
    ] {
        let rows = format!("SELECT invocations FROM firefly.functions_between({range})");
        assert_eq!(read(database, &rows).await?, [json!({"invocations": invocations})], "{range}");
    }
    Ok(())
}
