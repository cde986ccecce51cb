//! What the views over spans show.

use firefly_model::UnixNanos;
use firefly_model::trace::{Attributes, Span, SpanEvent, SpanId, SpanLink, TraceId};
use firefly_tests::test_database::{TestDatabase, connect};
use serde_json::{Value, json};
use tokio_postgres::Client;

use super::{MILLI_NANOS, MORNING_NANOS, SECOND_NANOS, batch_of, child_of, failed, span, text, write};

on_each_server!(
    a_span_is_shown_with_what_it_refers_to,
    events_and_links_have_a_row_each,
    equal_exceptions_are_one_row,
    a_trace_is_summed_up,
    ranges_of_time_are_kept_to,
);

/// Rows of a query by the reading role, as JSON.
async fn read(database: &TestDatabase, sql: &str) -> anyhow::Result<Vec<Value>> {
    let reader: Client = connect(&database.read_url()).await?;
    let rows = reader.query(&format!("SELECT to_jsonb(row)::text FROM ({sql}) AS row"), &[]).await?;
    Ok(rows.iter().map(|row| serde_json::from_str(row.get(0))).collect::<Result<_, _>>()?)
}

fn exception(kind: &str, message: &str, at_ms: u64) -> SpanEvent {
    SpanEvent {
        time: UnixNanos(MORNING_NANOS + at_ms * MILLI_NANOS),
        name: "exception".into(),
        attributes: [("exception.type", kind), ("exception.message", message)]
            .map(|(name, value)| (name.to_owned(), text(value)))
            .into_iter()
            .collect(),
        dropped_attributes_count: 0,
    }
}

async fn a_span_is_shown_with_what_it_refers_to(database: &TestDatabase) -> anyhow::Result<()> {
    write(&database.ingest()?, &batch_of([("cart", failed(child_of(255, span(0xab, 1, "GET /"))))])).await?;
    let shown =
        read(database, "SELECT * FROM firefly.span WHERE trace_id = '000000000000000000000000000000ab'");
    assert_eq!(
        shown.await?,
        [json!({
            "start_time": "2026-03-02T09:00:00.001+00:00", "start_nanos": 0, "duration_ms": 10,
            "trace_id": "00000000-0000-0000-0000-0000000000ab",
            "span_id": "0000000000000001", "parent_span_id": "00000000000000ff",
            "service_name": "cart", "function_name": "cart", "name": "GET /", "kind": "server",
            "status": "error", "status_message": "boom",
            "attributes": {},
            "resource_attributes": {"service.name": "cart", "faas.name": "cart", "cloud.provider": "aws"},
            "scope_name": "instrumentation", "scope_version": "1.0",
            "events": null, "links": null, "trace_state": null, "flags": 1, "warning": null,
        })]
    );
    Ok(())
}

async fn events_and_links_have_a_row_each(database: &TestDatabase) -> anyhow::Result<()> {
    let link = |id| SpanLink {
        trace_id: TraceId(9),
        span_id: SpanId(id),
        trace_state: String::new(),
        attributes: Attributes::default(),
        dropped_attributes_count: 0,
        flags: 0,
    };
    let span = Span {
        events: vec![exception("A", "a", 2), exception("B", "b", 3)],
        links: vec![link(1), link(2), link(3)],
        ..span(1, 1, "GET /")
    };
    write(&database.ingest()?, &batch_of([("cart", span)])).await?;
    let events =
        "SELECT time, name, position, attributes ->> 'exception.type' AS type FROM firefly.span_event
        WHERE start_time >= '2026-03-02Z' ORDER BY position";
    let event = |kind, position, ms| json!({"time": format!("2026-03-02T09:00:00.00{ms}+00:00"), "name": "exception", "position": position, "type": kind});
    assert_eq!(read(database, events).await?, [event("A", 1, 2), event("B", 2, 3)]);
    let links = "SELECT linked_trace_id, linked_span_id FROM firefly.span_link ORDER BY position";
    let linked = read(database, links).await?;
    assert_eq!(linked.len(), 3);
    assert_eq!(
        linked[2],
        json!({"linked_trace_id": "00000000-0000-0000-0000-000000000009", "linked_span_id": "0000000000000003"})
    );
    Ok(())
}

async fn equal_exceptions_are_one_row(database: &TestDatabase) -> anyhow::Result<()> {
    let thrown = |trace, id, kind, message| Span {
        events: vec![
            SpanEvent { name: "log".into(), ..exception("no", "exception", 1) },
            exception(kind, message, id),
        ],
        ..span(trace, id, "GET /")
    };
    let batch = batch_of([
        ("cart", thrown(1, 1, "TypeError", "x is undefined")),
        ("cart", thrown(2, 2, "TypeError", "x is undefined")),
        ("cart", thrown(3, 3, "TypeError", "y is undefined")),
        ("pay", thrown(4, 4, "TypeError", "x is undefined")),
        ("pay", span(5, 5, "GET /")),
    ]);
    write(&database.ingest()?, &batch).await?;
    let sql = "SELECT type, message, function_name, occurrences, first_seen, last_seen, sample_trace_id, sample_span_id
        FROM firefly.exception ORDER BY occurrences DESC, message DESC, function_name";
    let shown = read(database, sql).await?;
    assert_eq!(shown.len(), 3);
    assert_eq!(
        shown[0],
        json!({
            "type": "TypeError", "message": "x is undefined", "function_name": "cart", "occurrences": 2,
            "first_seen": "2026-03-02T09:00:00.001+00:00", "last_seen": "2026-03-02T09:00:00.002+00:00",
            "sample_trace_id": "00000000-0000-0000-0000-000000000002", "sample_span_id": "0000000000000002",
        })
    );
    Ok(())
}

async fn a_trace_is_summed_up(database: &TestDatabase) -> anyhow::Result<()> {
    // The root began after its child, by its own clock.
    let batch = batch_of([
        ("pay", failed(child_of(5, span(1, 1, "charge")))),
        ("cart", span(1, 5, "POST /checkout")),
        ("pay", child_of(1, span(1, 6, "INSERT"))),
        ("mail", span(2, 7, "send")),
    ]);
    write(&database.ingest()?, &batch).await?;
    let shown = read(database, "SELECT * FROM firefly.trace_summary ORDER BY trace_id").await?;
    assert_eq!(
        shown[0],
        json!({
            "trace_id": "00000000-0000-0000-0000-000000000001",
            "start_time": "2026-03-02T09:00:00.001+00:00", "duration_ms": 15,
            "root_service_name": "cart", "root_operation_name": "POST /checkout",
            "span_count": 3, "error_span_count": 1, "services": ["cart", "pay"],
        })
    );
    assert_eq!(shown.len(), 2);
    Ok(())
}

async fn ranges_of_time_are_kept_to(database: &TestDatabase) -> anyhow::Result<()> {
    let at =
        |seconds: u64, span: Span| Span { start: UnixNanos(MORNING_NANOS + seconds * SECOND_NANOS), ..span };
    let thrown = Span { events: vec![exception("E", "e", 1)], ..span(1, 1, "a") };
    let batch = batch_of([
        ("cart", at(0, thrown.clone())),
        ("cart", at(60, child_of(1, span(1, 2, "b")))),
        ("cart", at(120, Span { trace_id: TraceId(2), ..thrown })),
    ]);
    write(&database.ingest()?, &batch).await?;
    let range = "('2026-03-02T09:01Z', '2026-03-02T09:02Z')";
    let summaries =
        read(database, &format!("SELECT span_count FROM firefly.trace_summaries_between{range}")).await?;
    assert_eq!(summaries, [json!({"span_count": 2})], "the whole of a trace that reaches into the range");
    assert!(read(database, &format!("SELECT * FROM firefly.exceptions_between{range}")).await?.is_empty());
    let minute =
        "SELECT occurrences FROM firefly.exceptions_between('2026-03-02T09:00Z', '2026-03-02T09:01Z')";
    assert_eq!(read(database, minute).await?, [json!({"occurrences": 1})]);
    Ok(())
}
