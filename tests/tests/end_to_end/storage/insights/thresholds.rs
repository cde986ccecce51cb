//! What the owner may change of the rules, and who else may not.

use firefly_storage::{DatabaseUrl, migrate};
use firefly_tests::test_database::{TestDatabase, connect};
use serde_json::{Value, json};

use super::super::rights::assert_refused;
use super::{World, fired, read};

on_each_server!(
    rules_can_be_disabled_and_edited,
    edits_survive_the_next_migration,
    every_rule_has_all_that_it_needs,
    readers_and_writers_may_not_edit,
);

fn failing() -> World {
    let mut world = World::default();
    world.function("cart").minute(0, &[("Invocations", 100.0), ("Errors", 10.0)]);
    world
}

async fn rules_can_be_disabled_and_edited(database: &TestDatabase) -> anyhow::Result<()> {
    failing().store(database).await?;
    let owner = database.owner().await?;
    for (edit, expected) in [
        ("critical = 10", "error_rate cart warning"),
        ("critical = NULL", "error_rate cart warning"),
        ("warning = NULL, critical = 9", "error_rate cart critical"),
        ("warning = NULL, critical = NULL", ""),
        ("warning = 1, critical = 5, minimum_critical = 11", "error_rate cart warning"),
        ("minimum_critical = 10, minimum_invocations = 100", "error_rate cart critical"),
        ("minimum_invocations = 101", ""),
        ("minimum_invocations = 1, enabled = false", ""),
        ("enabled = true", "error_rate cart critical"),
    ] {
        owner
            .batch_execute(&format!("UPDATE firefly.insight_rule SET {edit} WHERE rule = 'error_rate'"))
            .await?;
        assert_eq!(fired(database).await?.join(" "), expected, "{edit}");
    }
    Ok(())
}

async fn edits_survive_the_next_migration(database: &TestDatabase) -> anyhow::Result<()> {
    let owner = database.owner().await?;
    owner
        .batch_execute(
            "UPDATE firefly.insight_rule SET critical = 50, enabled = false WHERE rule = 'error_rate';
            DELETE FROM firefly.insight_rule WHERE rule = 'throttles';
            UPDATE firefly.lambda_price SET gb_second = 1 WHERE region = '*'",
        )
        .await?;
    let rows = "SELECT * FROM firefly.insight_rule ORDER BY rule";
    let before = read(database, rows).await?;
    migrate(&DatabaseUrl::parse(database.owner_url().as_str())?).await?;
    assert_eq!(read(database, rows).await?, before);
    let prices = "SELECT DISTINCT gb_second FROM firefly.lambda_price WHERE region = '*'";
    assert_eq!(read(database, prices).await?, [json!({"gb_second": 1})]);
    Ok(())
}

async fn every_rule_has_all_that_it_needs(database: &TestDatabase) -> anyhow::Result<()> {
    let rules = read(database, "SELECT * FROM firefly.insight_rule ORDER BY rule").await?;
    let names: Vec<_> = rules.iter().filter_map(|rule| rule["rule"].as_str()).collect();
    assert_eq!(
        names,
        [
            "async_drops",
            "cold_starts",
            "concurrency_near_limit",
            "dead_letters",
            "duration_anomaly",
            "duration_near_timeout",
            "error_anomaly",
            "error_rate",
            "iterator_age",
            "memory_near_limit",
            "memory_over_provisioned",
            "no_data",
            "out_of_memory",
            "throttles",
            "timeouts",
        ]
    );
    for rule in rules {
        assert!(rule["warning"].is_number() && rule["enabled"] == Value::Bool(true), "{rule}");
        for text in ["title", "unit", "advice", "description"] {
            assert!(rule[text].as_str().is_some_and(|text| !text.is_empty()), "{rule}");
        }
        let advice = rule["advice"].as_str().unwrap_or_default();
        assert_eq!(advice.matches('.').count(), 1, "one sentence: {advice}");
    }
    Ok(())
}

async fn readers_and_writers_may_not_edit(database: &TestDatabase) -> anyhow::Result<()> {
    for url in [database.read_url(), database.ingest_url()] {
        let client = connect(&url).await?;
        for table in ["function_config", "account_config", "insight_rule", "lambda_price", "deployment"] {
            let statements = [
                format!("DELETE FROM firefly.{table}"),
                format!("INSERT INTO firefly.{table} SELECT * FROM firefly.{table}"),
                format!("TRUNCATE firefly.{table}"),
            ];
            assert_refused(&client, &statements.each_ref().map(String::as_str)).await;
        }
        assert_refused(
            &client,
            &[
                "UPDATE firefly.insight_rule SET enabled = false",
                "UPDATE firefly.function_config SET timeout_ms = 1",
                "UPDATE firefly.account_config SET concurrency_limit = 1",
                "UPDATE firefly.lambda_price SET request = 0",
                "UPDATE firefly.deployment SET version = ''",
            ],
        )
        .await;
    }
    Ok(())
}
