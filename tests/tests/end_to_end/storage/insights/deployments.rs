//! `deployments_between`: recorded ones, and versions that spans show for the first time.

use firefly_tests::test_database::TestDatabase;
use serde_json::{Value, json};

use super::super::batches::{HOUR_MS, MINUTE_MS, MORNING_MS};
use super::super::spans::text;
use super::{ACCOUNT, MORNING, REGION, World, begin, read, resource};

on_each_server!(versions_are_seen_for_the_first_time, recorded_deployments_come_first);

/// A span of a version, minutes after nine.
fn seen(world: &mut World, account: &str, version: &str, minute: i64) {
    world.function("cart").of_account(account).traced(|span, of| {
        *of = resource("cart", &[("cloud.account.id", text(account)), ("faas.version", text(version))]);
        begin(span, MORNING_MS + minute * MINUTE_MS);
    });
}

async fn deployed(database: &TestDatabase) -> anyhow::Result<Vec<Value>> {
    let rows = format!(
        "SELECT account_id, version, time, description FROM firefly.deployments_between({MORNING})
        WHERE region = '{REGION}' AND function_name = 'cart' ORDER BY time"
    );
    read(database, &rows).await
}

fn first_seen(account: &str, version: &str, time: &str) -> Value {
    let description = format!("Version {version} seen in spans for the first time");
    json!({"account_id": account, "version": version, "time": time, "description": description})
}

async fn versions_are_seen_for_the_first_time(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    for (account, version, minute) in [
        (ACCOUNT, "6", -30),
        (ACCOUNT, "6", 5),
        (ACCOUNT, "7", 12),
        (ACCOUNT, "7", 11),
        (ACCOUNT, "7", 30),
        (ACCOUNT, "8", 59),
        (ACCOUNT, "9", 60),
        (ACCOUNT, "$LATEST", 1),
        ("x", "7", 40),
        ("x", "6", -90),
    ] {
        seen(&mut world, account, version, minute);
    }
    world.store(database).await?;
    assert_eq!(
        deployed(database).await?,
        [
            first_seen(ACCOUNT, "7", "2026-03-02T09:11:00+00:00"),
            first_seen("x", "7", "2026-03-02T09:40:00+00:00"),
            first_seen(ACCOUNT, "8", "2026-03-02T09:59:00+00:00"),
        ]
    );
    // From the middle of an hour on.
    let half = "SELECT version FROM firefly.deployments_between('2026-03-02 09:35Z', '2026-03-02 10:30Z') ORDER BY time";
    let half: Vec<_> = read(database, half).await?.iter().map(|row| row["version"].clone()).collect();
    assert_eq!(half, ["7", "8", "9"]);
    Ok(())
}

async fn recorded_deployments_come_first(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    for version in ["7", "8"] {
        seen(&mut world, ACCOUNT, version, 20);
    }
    world.config(&format!(
        "INSERT INTO firefly.deployment (account_id, region, function_name, time, version, description) VALUES
            ('{ACCOUNT}', '{REGION}', 'cart', '2026-03-02 09:15Z', '7', 'sale'),
            ('{ACCOUNT}', '{REGION}', 'cart', '2026-03-02 09:16Z', NULL, NULL),
            ('{ACCOUNT}', '{REGION}', 'cart', '2026-03-02 08:59Z', '5', 'before'),
            ('{ACCOUNT}', '{REGION}', 'cart', '2026-03-02 10:00Z', '9', 'after')"
    ));
    world.store(database).await?;
    let recorded = |version: Value, time: &str, description: Value| json!({"account_id": ACCOUNT, "version": version, "time": time, "description": description});
    assert_eq!(
        deployed(database).await?,
        [
            recorded("7".into(), "2026-03-02T09:15:00+00:00", "sale".into()),
            recorded(Value::Null, "2026-03-02T09:16:00+00:00", Value::Null),
            first_seen(ACCOUNT, "8", "2026-03-02T09:20:00+00:00"),
        ]
    );
    // Long after, it is no news.
    let later = "SELECT * FROM firefly.deployments_between('2026-03-02 10:00Z', '2026-03-03 10:00Z') WHERE version <> '9'";
    assert!(read(database, later).await?.is_empty());
    seen_again(database).await
}

/// The same version in another hour is not new.
async fn seen_again(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    seen(&mut world, ACCOUNT, "8", HOUR_MS / MINUTE_MS * 3);
    world.store(database).await?;
    let later = "SELECT * FROM firefly.deployments_between('2026-03-02 11:00Z', '2026-03-02 13:00Z')";
    assert!(read(database, later).await?.is_empty());
    Ok(())
}
