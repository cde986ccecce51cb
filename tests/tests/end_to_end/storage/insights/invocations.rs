//! `invocations_between`: one row for each invocation that a span tells.

use firefly_model::trace::{AttributeValue, Resource, SpanKind};
use firefly_tests::test_database::TestDatabase;
use serde_json::{Value, json};

use super::super::batches::MORNING_MS;
use super::super::spans::text;
use super::{ACCOUNT, MORNING, REGION, World, attributes, begin, read, resource, throw};

on_each_server!(
    a_row_says_all_that_the_span_says,
    only_invocations_are_shown,
    old_and_missing_attributes,
    memory_in_bytes_and_in_megabytes,
);

async fn a_row_says_all_that_the_span_says(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    world.function("cart").traced(|span, resource| {
        span.attributes = attributes(&[
            ("faas.invocation_id", text("6d68")),
            ("faas.coldstart", AttributeValue::Bool(true)),
            ("cloud.account.id", text(ACCOUNT)),
        ]);
        resource.attributes = attributes(&[
            ("service.name", text("shop")),
            ("faas.name", text("cart")),
            ("faas.version", text("7")),
            ("faas.max_memory", AttributeValue::Int(536_870_912)),
            ("cloud.region", text(REGION)),
        ]);
        throw(span, "First", "caught");
        throw(span, "TypeError", "x is not a function");
    });
    world.store(database).await?;
    assert_eq!(
        read(database, &format!("SELECT * FROM firefly.invocations_between({MORNING})")).await?,
        [json!({
            "start_time": "2026-03-02T09:00:00.001+00:00", "account_id": ACCOUNT, "region": REGION,
            "function_name": "cart", "version": "7", "request_id": "6d68",
            "trace_id": "00000000-0000-0000-0000-000000000001", "span_id": "0000000000000001",
            "duration_ms": 10, "status": "error", "cold_start": true, "memory_mb": 512,
            "exception_type": "TypeError", "exception_message": "x is not a function",
        })]
    );
    Ok(())
}

async fn only_invocations_are_shown(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    let mut function = world.function("cart");
    for kind in [
        SpanKind::Server,
        SpanKind::Consumer,
        SpanKind::Client,
        SpanKind::Producer,
        SpanKind::Internal,
        SpanKind::Unspecified,
    ] {
        function = function.traced(|span, _| span.kind = kind);
    }
    // A web framework within the function, and a function that is called.
    function = function.traced(|span, _| span.attributes = attributes(&[("http.route", text("/cart"))]));
    function.traced(|span, _| span.attributes = attributes(&[("faas.invoked_name", text("pay"))]));
    world.store(database).await?;
    let rows = format!("SELECT span_id FROM firefly.invocations_between({MORNING}) ORDER BY span_id");
    assert_eq!(
        read(database, &rows).await?,
        [json!({"span_id": "0000000000000001"}), json!({"span_id": "0000000000000002"})]
    );
    Ok(())
}

async fn old_and_missing_attributes(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    let bare = |name: &str| Resource {
        attributes: attributes(&[("service.name", text(name))]),
        ..Resource::default()
    };
    world.function("old").traced(|span, resource| {
        span.attributes = attributes(&[
            ("faas.execution", text("6d68")),
            ("faas.id", text("arn:aws:lambda:us-east-2:999900001111:function:old:live")),
        ]);
        *resource = bare("old");
    });
    // The catalogue knows one function of this name, and two of the other.
    world.function("known").at(MORNING_MS, &[("Invocations", 1.0)]);
    for account in [ACCOUNT, "999900001111"] {
        world.function("twice").of_account(account).at(MORNING_MS, &[("Invocations", 1.0)]);
    }
    for name in ["known", "twice", "nowhere"] {
        world.function(name).traced(|span, resource| {
            span.attributes = attributes(&[("faas.trigger", text("http"))]);
            *resource = bare(name);
        });
    }
    world.store(database).await?;
    let rows = format!(
        "SELECT function_name, account_id, region, request_id, cold_start, memory_mb, status
        FROM firefly.invocations_between({MORNING}) ORDER BY start_time"
    );
    let row = |name: &str, account: Option<&str>, region: Option<&str>, request: Option<&str>| {
        json!({
            "function_name": name, "account_id": account, "region": region, "request_id": request,
            "cold_start": null, "memory_mb": null, "status": "unset",
        })
    };
    assert_eq!(
        read(database, &rows).await?,
        [
            row("old", Some("999900001111"), Some("us-east-2"), Some("6d68")),
            row("known", Some(ACCOUNT), Some(REGION), None),
            row("twice", None, Some(REGION), None),
            row("nowhere", None, None, None),
        ]
    );
    Ok(())
}

async fn memory_in_bytes_and_in_megabytes(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    let memory = [
        AttributeValue::Int(134_217_728),
        AttributeValue::Int(10_737_418_240),
        AttributeValue::Int(1_769),
        text("256"),
        text("a lot"),
        AttributeValue::Int(-1),
        AttributeValue::Double(1e300),
        AttributeValue::Array(vec![AttributeValue::Int(1)]),
        AttributeValue::Int(0),
    ];
    for (number, memory) in memory.into_iter().enumerate() {
        world.function("cart").traced(|span, of| {
            *of = resource("cart", &[("faas.max_memory", memory)]);
            begin(span, MORNING_MS + i64::try_from(number).unwrap_or_default());
        });
    }
    world.store(database).await?;
    let rows = format!("SELECT memory_mb FROM firefly.invocations_between({MORNING}) ORDER BY start_time");
    let rows = read(database, &rows).await?;
    let memory: Vec<_> = rows.iter().map(|row| row["memory_mb"].clone()).collect();
    let expected = [json!(128), json!(10_240), json!(1_769), json!(256)];
    assert_eq!(memory, [&expected[..], &[const { Value::Null }; 5]].concat());
    Ok(())
}
