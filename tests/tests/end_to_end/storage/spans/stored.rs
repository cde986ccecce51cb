//! What is stored of a span, and what a second copy of it changes.

use firefly_model::trace::{AttributeValue, Attributes, Resource, Span, SpanBatch, SpanEvent, SpanLink};
use firefly_model::trace::{SpanId, TraceId};
use firefly_model::{KnownRows, UnixNanos};
use firefly_tests::test_database::TestDatabase;
use serde_json::{Value, json};
use tokio_postgres::Client;

use super::super::stored::{count, row_versions};
use super::{MORNING_NANOS, batch_of, failed, function, scope, span, text, write};

on_each_server!(
    every_column_holds_what_was_sent,
    the_same_export_again_changes_nothing,
    the_first_of_two_copies_stays,
    copies_within_an_export_are_one_span,
    odd_spans_are_stored_as_documented,
    a_service_without_a_name_has_the_one_of_its_function,
    a_warm_writer_leaves_the_catalogues_alone,
    days_that_are_apart_are_stored_together,
);

/// All rows of the table, as JSON.
async fn rows(client: &Client) -> anyhow::Result<Vec<Value>> {
    let sql = "SELECT to_jsonb(stored)::text FROM firefly.stored_span AS stored ORDER BY start_time, span_id";
    let rows = client.query(sql, &[]).await?;
    Ok(rows.iter().map(|row| serde_json::from_str(row.get(0))).collect::<Result<_, _>>()?)
}

fn attributes(attributes: &[(&str, AttributeValue)]) -> Attributes {
    attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

fn full_span() -> Span {
    let details = attributes(&[
        ("text", text("ä")),
        ("yes", AttributeValue::Bool(true)),
        ("whole", AttributeValue::Int(i64::MAX)),
        ("real", AttributeValue::Double(2.0)),
        ("not a number", AttributeValue::Double(f64::NAN)),
        ("bytes", AttributeValue::Bytes(vec![1, 2])),
        ("list", AttributeValue::Array(vec![AttributeValue::Int(1), text("b")])),
        ("map", AttributeValue::Map(attributes(&[("inner", AttributeValue::Empty)]))),
    ]);
    Span {
        span_id: SpanId(1 << 63),
        parent_span_id: Some(SpanId(u64::MAX)),
        trace_state: "vendor=1".into(),
        flags: 0xffff_ff01,
        start: UnixNanos(MORNING_NANOS + 1_234),
        end: UnixNanos(MORNING_NANOS + 1_300),
        attributes: details,
        dropped_attributes_count: 1,
        events: vec![SpanEvent {
            time: UnixNanos(MORNING_NANOS + 1_250),
            name: "exception".into(),
            attributes: attributes(&[("exception.type", text("TypeError"))]),
            dropped_attributes_count: 2,
        }],
        dropped_events_count: 3,
        links: vec![SpanLink {
            trace_id: TraceId(7),
            span_id: SpanId(8),
            trace_state: "other=2".into(),
            attributes: Attributes::default(),
            dropped_attributes_count: 0,
            flags: 1,
        }],
        dropped_links_count: u32::MAX,
        ..failed(span(1 << 127, 1, "GET /"))
    }
}

async fn every_column_holds_what_was_sent(database: &TestDatabase) -> anyhow::Result<()> {
    let batch = batch_of([("cart", full_span())]);
    assert_eq!(write(&database.ingest()?, &batch).await?, 1);
    let stored = &rows(&database.owner().await?).await?[0];
    let row = &batch.spans[0];
    assert_eq!(
        *stored,
        json!({
            "start_time": "2026-03-02T09:00:00.000001+00:00",
            "start_nanos": 234,
            "duration_nanos": 66,
            "span_id": i64::MIN,
            "parent_span_id": -1,
            "operation_id": row.operation.id().0,
            "resource_id": row.resource.id().0,
            "scope_id": row.scope.id().0,
            "flags": -255,
            "status_code": 2,
            "status_message": "boom",
            "trace_id": "80000000-0000-0000-0000-000000000000",
            "trace_state": "vendor=1",
            "attributes": {
                "text": "ä", "yes": true, "whole": i64::MAX, "real": 2.0, "not a number": {"$double": "NaN"},
                "bytes": {"$bytes": "AQI="}, "list": [1, "b"], "map": {"inner": null},
            },
            "events": [{
                "time_unix_nano": MORNING_NANOS + 1_250, "name": "exception",
                "attributes": {"exception.type": "TypeError"}, "dropped_attributes_count": 2,
            }],
            "links": [{
                "trace_id": "00000000000000000000000000000007", "span_id": "0000000000000008",
                "trace_state": "other=2", "flags": 1, "attributes": {},
            }],
            "dropped_counts": [1, 3, u32::MAX],
            "warning": null,
        })
    );
    Ok(())
}

async fn the_same_export_again_changes_nothing(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, owner) = (database.ingest()?, database.owner().await?);
    let mut batch = batch_of((1..20).map(|id| ("cart", span(id.into(), id, "GET /"))));
    batch.dead_letters.push(super::super::dead_letters::letter("no id"));
    assert_eq!(write(&ingest, &batch).await?, 19);
    let tables = ["stored_span", "resource", "scope", "operation", "dead_letter"];
    let mut before = Vec::new();
    for table in tables {
        before.push(row_versions(&owner, &format!("firefly.{table}")).await?);
    }
    assert_eq!(write(&ingest, &batch).await?, 0);
    for (table, before) in tables.iter().zip(before) {
        assert_eq!(row_versions(&owner, &format!("firefly.{table}")).await?, before, "{table}");
    }
    Ok(())
}

async fn the_first_of_two_copies_stays(database: &TestDatabase) -> anyhow::Result<()> {
    let ingest = database.ingest()?;
    let first = span(1, 1, "GET /");
    write(&ingest, &batch_of([("cart", first.clone())])).await?;
    let later_start = UnixNanos(first.start.0 + 1_000);
    let copies =
        [("cart", failed(first.clone())), ("cart", Span { start: later_start, ..failed(first.clone()) })];
    assert_eq!(write(&ingest, &batch_of(copies)).await?, 1, "a start of its own makes a span of its own");
    let stored = rows(&database.owner().await?).await?;
    assert_eq!(stored.iter().map(|row| &row["status_code"]).collect::<Vec<_>>(), [0, 2]);
    Ok(())
}

async fn copies_within_an_export_are_one_span(database: &TestDatabase) -> anyhow::Result<()> {
    let first = span(1, 1, "GET /");
    let same_microsecond = Span { start: UnixNanos(first.start.0 + 999), ..failed(first.clone()) };
    let batch = batch_of([("cart", first), ("cart", same_microsecond)]);
    assert_eq!(write(&database.ingest()?, &batch).await?, 1);
    assert_eq!(rows(&database.owner().await?).await?[0]["status_code"], 0);
    Ok(())
}

async fn odd_spans_are_stored_as_documented(database: &TestDatabase) -> anyhow::Result<()> {
    let start = MORNING_NANOS;
    let nul = Span {
        name: "a\0b".into(),
        trace_state: "\0".into(),
        attributes: attributes(&[("k\0", text("v\0")), ("k\u{fffd}", text("again"))]),
        ..span(1, 1, "")
    };
    let backwards = Span { start: UnixNanos(start + 2), end: UnixNanos(start + 1), ..span(1, 2, "b") };
    let endless = Span { start: UnixNanos(start + 3_000), end: UnixNanos(0), ..span(1, 3, "c") };
    let nameless = Span { start: UnixNanos(start + 4_000), ..span(1, 4, "") };
    let batch = batch_of([nul, backwards, endless, nameless].map(|span| ("cart", span)));
    assert_eq!(write(&database.ingest()?, &batch).await?, 4);
    let owner = database.owner().await?;
    let sql = "SELECT name, attributes::text, duration_ms, coalesce(warning, '-'), trace_state
        FROM firefly.span ORDER BY span_id";
    let read: Vec<_> = owner.query(sql, &[]).await?;
    let row = |index: usize| -> (String, String, f64, String) {
        let row = &read[index];
        (row.get(0), row.get(1), row.get(2), row.get(3))
    };
    assert_eq!(
        row(0),
        ("a\u{fffd}b".into(), "{\"k\u{fffd}\": \"again\"}".into(), 10.0, "-".into()),
        "of a name that came twice the last value stays"
    );
    assert_eq!(read[0].get::<_, &str>(4), "\u{fffd}");
    let warning =
        format!("the span's end, {} ns, came before its start: its duration is taken as 0", start + 1);
    assert_eq!(row(1), ("b".into(), "{}".into(), 0.0, warning));
    assert_eq!(row(2).3, "the span came without an end: its duration is taken as 0");
    assert_eq!(row(3).0, "");
    Ok(())
}

async fn a_service_without_a_name_has_the_one_of_its_function(database: &TestDatabase) -> anyhow::Result<()> {
    let mut batch = SpanBatch::default();
    let scope = batch.scope(scope());
    let nobody = Resource::default();
    let unnamed = Resource {
        attributes: attributes(&[("service.name", text("")), ("faas.name", text("cart"))]),
        ..Resource::default()
    };
    for (id, resource) in [(1, nobody), (2, unnamed), (3, function("checkout"))] {
        let resource = batch.resource(resource);
        batch.add(span(1, id, "GET /"), &resource, &scope, &KnownRows::with_generation(0));
    }
    batch.seal();
    write(&database.ingest()?, &batch).await?;
    let sql = "SELECT service_name FROM firefly.span ORDER BY span_id";
    let owner = database.owner().await?;
    let names: Vec<String> = owner.query(sql, &[]).await?.iter().map(|row| row.get(0)).collect();
    assert_eq!(names, ["unknown_service", "cart", "checkout"]);
    Ok(())
}

async fn a_warm_writer_leaves_the_catalogues_alone(database: &TestDatabase) -> anyhow::Result<()> {
    let (ingest, mut known) = (database.ingest()?, KnownRows::with_generation(100));
    for (id, is_known) in [(1, false), (2, true)] {
        let mut batch = SpanBatch::default();
        let (scope, resource) = (batch.scope(scope()), batch.resource(function("cart")));
        batch.add(span(1, id, "GET /"), &resource, &scope, &known);
        batch.seal();
        assert_eq!(batch.catalogue_rows().count(), if is_known { 0 } else { 3 });
        assert_eq!(write(&ingest, &batch).await?, 1);
        known.remember(batch.catalogue_rows());
    }
    assert_eq!(count(&database.owner().await?, "firefly.span").await?, 2);
    Ok(())
}

async fn days_that_are_apart_are_stored_together(database: &TestDatabase) -> anyhow::Result<()> {
    const DAY_NANOS: u64 = 86_400 * super::SECOND_NANOS;
    let spans = (0..4).map(|day| {
        let start = UnixNanos(MORNING_NANOS + day * DAY_NANOS);
        ("cart", Span { start, end: start, ..span(1, day + 1, "GET /") })
    });
    let batch = batch_of(spans);
    assert_eq!(write(&database.ingest()?, &batch).await?, 4);
    assert_eq!(write(&database.ingest()?, &batch).await?, 0);
    Ok(())
}
