//! Functions of one name in several accounts, and names that end strings.

use firefly_tests::test_database::{TestDatabase, connect};
use serde_json::json;

use super::{ACCOUNT, HOSTILE, MORNING, REGION, World, read, throw};

on_each_server!(accounts_are_kept_apart, a_hostile_name_is_a_name);

const OTHER: &str = "999900001111";

async fn accounts_are_kept_apart(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    world.function("cart").minute(0, &[("Invocations", 100.0), ("Errors", 0.0), ("Duration", 9_900.0)]);
    let function = world.function("cart").of_account(OTHER);
    let function = function.minute(0, &[("Invocations", 100.0), ("Errors", 50.0), ("Duration", 9_900.0)]);
    function.traced(|span, _| throw(span, "Sandbox.Timedout", "x"));
    world.config(&format!(
        "INSERT INTO firefly.function_config (account_id, region, function_name, timeout_ms, memory_mb)
        VALUES ('{ACCOUNT}', '{REGION}', 'cart', 10000, 128), ('{OTHER}', '{REGION}', 'cart', 900000, 1024)"
    ));
    world.store(database).await?;
    let rows = format!(
        "SELECT rule, account_id FROM firefly.insights_between({MORNING}) ORDER BY rule COLLATE \"C\""
    );
    assert_eq!(
        read(database, &rows).await?,
        [
            json!({"rule": "duration_near_timeout", "account_id": ACCOUNT}),
            json!({"rule": "error_rate", "account_id": OTHER}),
            json!({"rule": "timeouts", "account_id": OTHER}),
        ]
    );
    let rows = format!(
        "SELECT account_id, health, insights, errors, memory_mb, timeout_ms FROM firefly.functions_between({MORNING})
        ORDER BY account_id"
    );
    assert_eq!(
        read(database, &rows).await?,
        [
            json!({"account_id": ACCOUNT, "health": "critical", "insights": 1, "errors": 0, "memory_mb": 128, "timeout_ms": 10000}),
            json!({"account_id": OTHER, "health": "critical", "insights": 2, "errors": 50, "memory_mb": 1024, "timeout_ms": 900000}),
        ]
    );
    let rows =
        format!("SELECT account_id, memory_mb FROM firefly.costs_between({MORNING}) ORDER BY account_id");
    assert_eq!(
        read(database, &rows).await?,
        [json!({"account_id": ACCOUNT, "memory_mb": 128}), json!({"account_id": OTHER, "memory_mb": 1024})]
    );
    Ok(())
}

async fn a_hostile_name_is_a_name(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    for name in [HOSTILE, "cart"] {
        let function = world.function(name).minute(0, &[("Invocations", 100.0), ("Errors", 50.0)]);
        function.traced(|span, resource| {
            throw(span, "Error", name);
            let version = ("faas.version".to_owned(), super::text("7"));
            let attributes = resource.attributes.iter().map(|(name, value)| (name.to_owned(), value.clone()));
            resource.attributes = attributes.chain([version]).collect();
        });
    }
    world.store(database).await?;
    let reader = connect(&database.read_url()).await?;
    for function in ["insights", "functions", "costs", "deployments", "invocations"] {
        let sql = format!(
            "SELECT function_name FROM firefly.{function}_between({MORNING}) WHERE function_name IN ($1, 'nobody')"
        );
        let rows = reader.query(&sql, &[&HOSTILE]).await?;
        let names: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        assert_eq!(names, [HOSTILE], "{function}");
    }
    Ok(())
}
