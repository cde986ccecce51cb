//! Each rule just above and just at its thresholds, and with too little traffic.

use firefly_model::trace::{AttributeValue, Status, StatusCode};
use firefly_tests::test_database::TestDatabase;
use serde_json::json;

use super::super::batches::{HOUR_MS, MINUTE_MS, MORNING_MS};
use super::{ACCOUNT, MORNING, REGION, World, attributes, begin, fired, fired_in, read, throw};

on_each_server!(
    errors_and_throttles,
    limits_that_the_configuration_knows,
    streams_and_asynchronous_events,
    memory_from_lambda_insights,
    cold_starts_from_lambda_insights_and_spans,
    timeouts_and_memory_that_ran_out,
    the_limit_of_an_account,
    a_row_says_what_since_when_and_what_to_do,
    other_times_do_not_count,
    an_empty_database_answers_nothing,
);

async fn errors_and_throttles(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    let rates = [("a", 51.0), ("b", 50.0), ("c", 11.0), ("d", 10.0), ("e", 0.0)];
    for (name, errors) in rates {
        // In two minutes, so that neither says it alone.
        let half = [("Invocations", 500.0), ("Errors", errors / 2.0)];
        world.function(name).minute(0, &half).minute(7, &half);
    }
    world.function("night").minute(0, &[("Invocations", 2.0), ("Errors", 1.0)]);
    world.function("four of four").minute(0, &[("Invocations", 4.0), ("Errors", 4.0)]);
    world.function("five of five").minute(0, &[("Invocations", 5.0), ("Errors", 5.0)]);
    world.function("no errors metric").minute(0, &[("Invocations", 5.0)]);
    world.function("t above").minute(0, &[("Invocations", 89.0), ("Throttles", 11.0)]);
    world.function("t at").minute(0, &[("Invocations", 90.0), ("Throttles", 10.0)]);
    world.function("t none").minute(0, &[("Invocations", 90.0), ("Throttles", 0.0)]);
    world.function("t four").minute(0, &[("Throttles", 4.0)]);
    world.function("t only").minute(0, &[("Throttles", 5.0)]);
    world.store(database).await?;
    assert_eq!(
        fired(database).await?,
        [
            "error_rate a critical",
            "error_rate b warning",
            "error_rate c warning",
            "error_rate five of five critical",
            "error_rate four of four warning",
            "error_rate night warning",
            "throttles t above critical",
            "throttles t at warning",
            "throttles t four warning",
            "throttles t only critical",
        ]
    );
    Ok(())
}

async fn limits_that_the_configuration_knows(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    for (name, longest_ms) in [("a", 9_501.0), ("b", 9_500.0), ("c", 8_000.0), ("unknown", 9_999.0)] {
        world.function(name).minute(3, &[("Invocations", 1.0), ("Duration", longest_ms)]);
    }
    for (name, most) in [("d", 96.0), ("e", 95.0), ("f", 80.0), ("unreserved", 900.0), ("stopped", 1.0)] {
        world.function(name).minute(3, &[("Invocations", 1.0), ("ConcurrentExecutions", most)]);
    }
    world.config(&format!(
        "INSERT INTO firefly.function_config (account_id, region, function_name, timeout_ms, reserved_concurrency)
        SELECT '{ACCOUNT}', '{REGION}', name, 10000, 100 FROM unnest(ARRAY['a', 'b', 'c', 'd', 'e', 'f', 'idle']) AS name
        UNION ALL VALUES ('{ACCOUNT}', '{REGION}', 'unreserved', 10000, NULL), ('{ACCOUNT}', '{REGION}', 'stopped', NULL, 0),
            ('999900001111', '{REGION}', 'unknown', 10000, 1)"
    ));
    world.store(database).await?;
    assert_eq!(
        fired(database).await?,
        [
            "concurrency_near_limit d critical",
            "concurrency_near_limit e warning",
            "duration_near_timeout a critical",
            "duration_near_timeout b warning",
        ]
    );
    Ok(())
}

async fn streams_and_asynchronous_events(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    for (name, age_ms) in [("a", 7_200_001.0), ("b", 7_200_000.0), ("c", 60_001.0), ("d", 60_000.0)] {
        world.function(name).minute(3, &[("IteratorAge", age_ms)]);
    }
    for metric in ["DeadLetterErrors", "DestinationDeliveryFailures", "AsyncEventsDropped"] {
        for (count, parts) in [(11.0, [6.0, 5.0]), (10.0, [10.0, 0.0]), (0.0, [0.0, 0.0])] {
            let function = world.function(&format!("{metric} {count}"));
            function.minute(1, &[(metric, parts[0])]).minute(2, &[(metric, parts[1])]);
        }
    }
    world.store(database).await?;
    assert_eq!(
        fired(database).await?,
        [
            "async_drops AsyncEventsDropped 10 warning",
            "async_drops AsyncEventsDropped 11 critical",
            "dead_letters DeadLetterErrors 10 warning",
            "dead_letters DeadLetterErrors 11 critical",
            "dead_letters DestinationDeliveryFailures 10 warning",
            "dead_letters DestinationDeliveryFailures 11 critical",
            "iterator_age a critical",
            "iterator_age b warning",
            "iterator_age c warning",
        ]
    );
    Ok(())
}

async fn memory_from_lambda_insights(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    for (name, percent) in [("a", 95.5), ("b", 95.0), ("c", 90.0), ("d", 10.0), ("e", 9.5)] {
        let function = world.function(name).minute(0, &[("Invocations", 50.0)]);
        function.enhanced("memory_utilization", 50, percent).enhanced("total_memory", 50, 512.0);
    }
    world.function("rare").minute(0, &[("Invocations", 49.0)]).enhanced("memory_utilization", 49, 5.0);
    world.function("without").minute(0, &[("Invocations", 50.0)]);
    world.store(database).await?;
    assert_eq!(
        fired(database).await?,
        ["memory_near_limit a critical", "memory_near_limit b warning", "memory_over_provisioned e warning"]
    );
    Ok(())
}

async fn cold_starts_from_lambda_insights_and_spans(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    for (name, invocations, cold) in [("a", 100.0, 6), ("b", 100.0, 5), ("c", 99.0, 50)] {
        let function = world.function(name).minute(0, &[("Invocations", invocations)]);
        function.enhanced("init_duration", cold, 400.0);
    }
    for (name, invocations, cold) in [("s above", 100, 6), ("s at", 100, 5), ("s few", 99, 50)] {
        let mut function = world.function(name);
        for number in 0..invocations {
            function = function.traced(|span, _| {
                span.attributes = attributes(&[("faas.coldstart", AttributeValue::Bool(number < cold))]);
            });
        }
    }
    // Nothing said of cold starts.
    let mut function = world.function("silent").minute(0, &[("Invocations", 100.0)]);
    for _ in 0..100 {
        function = function.traced(|_, _| ());
    }
    // Lambda Insights goes before spans, which may be sampled.
    let mut function = world.function("both").minute(0, &[("Invocations", 200.0)]);
    for _ in 0..100 {
        function = function.traced(|span, _| {
            span.attributes = attributes(&[("faas.coldstart", AttributeValue::Bool(true))]);
        });
    }
    function.enhanced("init_duration", 1, 400.0);
    world.store(database).await?;
    assert_eq!(fired(database).await?, ["cold_starts a warning", "cold_starts s above warning"]);
    Ok(())
}

async fn timeouts_and_memory_that_ran_out(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    let endings = [
        ("a", "Sandbox.Timedout", "x"),
        ("b", "Error", "2026-03-02T09:00:03Z 6d68 Task timed out after 3.00 seconds"),
        ("c", "TimeoutError", "the upstream timed out after 3 seconds"),
        ("d", "Runtime.OutOfMemory", "x"),
        ("e", "Runtime.ExitError", "RequestId: 6d68 Error: Runtime exited with error: signal: killed"),
        ("f", "java.lang.OutOfMemoryError", "Java heap space"),
        ("g", "Runtime.ExitError", "RequestId: 6d68 Error: Runtime exited with error: exit status 1"),
    ];
    for (name, kind, message) in endings {
        world.function(name).traced(|span, _| throw(span, kind, message));
    }
    // An exception that was caught is no end.
    world.function("caught").traced(|span, _| {
        throw(span, "Sandbox.Timedout", "Task timed out after 3.00 seconds");
        span.status = Status { code: StatusCode::Ok, message: String::new() };
    });
    let message = "Task timed out after 3.00 seconds".to_owned();
    world.function("by status").traced(|span, _| {
        span.status = Status { code: StatusCode::Error, message };
    });
    let mut function = world.function("often");
    for _ in 0..11 {
        function = function.traced(|span, _| throw(span, "Sandbox.Timedout", "x"));
    }
    // Without spans: as long as the timeout, or all memory used, and failed.
    for (name, errors) in [("metrics", 1.0), ("met no error", 0.0)] {
        let minute = [("Invocations", 100.0), ("Errors", errors), ("Duration", 3_000.0)];
        world.function(name).minute(5, &minute).enhanced("memory_utilization", 1, 100.0);
    }
    world.config(&format!(
        "INSERT INTO firefly.function_config (account_id, region, function_name, timeout_ms)
        VALUES ('{ACCOUNT}', '{REGION}', 'metrics', 3000), ('{ACCOUNT}', '{REGION}', 'met no error', 3000)"
    ));
    world.store(database).await?;
    let mut fired = fired(database).await?;
    fired.retain(|fired| fired.starts_with("timeouts") || fired.starts_with("out_of_memory"));
    assert_eq!(
        fired,
        [
            "out_of_memory d warning",
            "out_of_memory e warning",
            "out_of_memory f warning",
            "out_of_memory metrics warning",
            "timeouts a warning",
            "timeouts b warning",
            "timeouts by status warning",
            "timeouts metrics warning",
            "timeouts often critical",
        ]
    );
    Ok(())
}

async fn the_limit_of_an_account(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    let accounts = [("100000000001", 951.0), ("100000000002", 801.0), ("100000000003", 800.0)];
    for (account, most) in accounts {
        let mut function = world.function("busy").of_account(account);
        function.push(MORNING_MS, "Invocations", 1, 1.0, 1.0);
        let of_function = function.point(MORNING_MS + MINUTE_MS, "ConcurrentExecutions", 1, 9e9, 9e9);
        let mut of_region = function.point(MORNING_MS + MINUTE_MS, "ConcurrentExecutions", 1, most, most);
        of_region.dimensions.clear();
        function.world.points.extend([of_function, of_region]);
    }
    world.config(&format!(
        "INSERT INTO firefly.account_config (account_id, region, concurrency_limit)
        SELECT '10000000000' || n, '{REGION}', 1000 FROM generate_series(1, 4) AS n"
    ));
    world.store(database).await?;
    let rows = format!(
        "SELECT account_id, function_name, severity, value, since FROM firefly.insights_between({MORNING})
        ORDER BY account_id"
    );
    let since = "2026-03-02T09:01:00+00:00";
    assert_eq!(
        read(database, &rows).await?,
        [
            json!({"account_id": "100000000001", "function_name": null, "severity": "critical", "value": 95.1, "since": since}),
            json!({"account_id": "100000000002", "function_name": null, "severity": "warning", "value": 80.1, "since": since}),
        ]
    );
    Ok(())
}

async fn a_row_says_what_since_when_and_what_to_do(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    let quiet = [("Invocations", 100.0), ("Errors", 0.0)];
    let function =
        world.function("cart").minute(0, &quiet).minute(12, &[("Invocations", 100.0), ("Errors", 1.0)]);
    function
        .minute(13, &[("Invocations", 100.0), ("Errors", 2.0)])
        .minute(20, &[("Invocations", 100.0), ("Errors", 29.0)]);
    world.function("slow").traced(|span, _| {
        throw(span, "Sandbox.Timedout", "x");
        begin(span, MORNING_MS + 90_500);
    });
    world.store(database).await?;
    let rows = format!("SELECT * FROM firefly.insights_between({MORNING}) ORDER BY rule");
    let mut rows = read(database, &rows).await?;
    for row in &mut rows {
        let advice = row["advice"].take();
        assert!(advice.as_str().is_some_and(|advice| advice.ends_with('.')), "{advice}");
    }
    assert_eq!(
        rows,
        [
            json!({
                "rule": "error_rate", "title": "Errors", "severity": "critical", "account_id": ACCOUNT,
                "region": REGION, "function_name": "cart", "value": 8, "threshold": 5, "unit": "%",
                "since": "2026-03-02T09:13:00+00:00", "advice": null,
            }),
            json!({
                "rule": "timeouts", "title": "Timeouts", "severity": "warning", "account_id": ACCOUNT,
                "region": REGION, "function_name": "slow", "value": 1, "threshold": 0, "unit": "invocations",
                "since": "2026-03-02T09:01:30.5+00:00", "advice": null,
            }),
        ]
    );
    Ok(())
}

async fn other_times_do_not_count(database: &TestDatabase) -> anyhow::Result<()> {
    let mut world = World::default();
    let failing = [("Invocations", 100.0), ("Errors", 100.0)];
    let mut function = world.function("before and after").minute(-1, &failing).minute(60, &failing);
    for start_ms in [MORNING_MS - 1, MORNING_MS + HOUR_MS] {
        function = function.traced(|span, _| {
            throw(span, "Sandbox.Timedout", "x");
            begin(span, start_ms);
        });
    }
    world.store(database).await?;
    assert_eq!(fired(database).await?, Vec::<String>::new());
    let around = fired_in(database, "'2026-03-02 08:59Z', '2026-03-02 10:01Z'").await?;
    assert_eq!(around, ["error_rate before and after critical", "timeouts before and after warning"]);
    Ok(())
}

async fn an_empty_database_answers_nothing(database: &TestDatabase) -> anyhow::Result<()> {
    for function in ["insights", "functions", "costs", "deployments", "invocations"] {
        let rows = read(database, &format!("SELECT * FROM firefly.{function}_between({MORNING})")).await?;
        assert!(rows.is_empty(), "{function}: {rows:?}");
    }
    let last_hour = read(database, "SELECT * FROM firefly.insight").await?;
    assert!(last_hour.is_empty(), "{last_hour:?}");
    Ok(())
}
