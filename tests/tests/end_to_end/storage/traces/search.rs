//! Any search finds what looking at every span finds.

use std::collections::BTreeSet;
use std::time::Duration;

use firefly_model::UnixNanos;
use firefly_model::trace::TraceQuery;
use firefly_model::trace::{AttributeValue, Attributes, SpanEvent, SpanId, SpanKind, StatusCode};
use firefly_storage::TraceReader;
use firefly_tests::test_database::{Server, TestDatabase};
use proptest::collection::{hash_map, vec};
use proptest::option::of as maybe;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::expected_search::matching;
use super::spans::{HOUR, MORNING, Sent, attributes, reader, span, store, text};
use crate::storage::patience;

/// More of the busiest operation than are looked at before the indexes are asked.
const SPANS: usize = 9_000;
const SEARCHES: usize = 150;

const NAMES: [&str; 4] = ["k", "http.status_code", "event", "error"];

/// Values, and texts that some of them show as.
fn values() -> Vec<(AttributeValue, &'static str)> {
    let map = attributes(&[("a", AttributeValue::Int(1)), ("b", AttributeValue::Bool(false))]);
    vec![
        (text("v"), "v"),
        (text("200"), "200"),
        (text(""), ""),
        (text("{}"), "{}"),
        (AttributeValue::Int(200), "200"),
        (AttributeValue::Int(9_007_199_254_740_993), "9007199254740993"),
        (AttributeValue::Double(200.0), "200"),
        (AttributeValue::Double(0.5), "0.5"),
        (AttributeValue::Double(2e15), "2000000000000000"),
        (AttributeValue::Double(-1e300), "-1e300"),
        (AttributeValue::Double(f64::NAN), "NaN"),
        (AttributeValue::Double(f64::INFINITY), "+Inf"),
        (AttributeValue::Double(-0.0), "-0"),
        (AttributeValue::Double(0.0), "0"),
        (AttributeValue::Bool(true), "true"),
        (AttributeValue::Bool(false), "false"),
        (AttributeValue::Empty, ""),
        (AttributeValue::Bytes(vec![0xca, 0xfe]), "cafe"),
        (AttributeValue::Bytes(vec![]), ""),
        (AttributeValue::Array(vec![text("v"), AttributeValue::Int(1)]), r#"["v",1]"#),
        (AttributeValue::Array(vec![AttributeValue::Int(1)]), "[1]"),
        (AttributeValue::Array(vec![]), "[]"),
        (AttributeValue::Map(map), r#"{"a":1,"b":false}"#),
        (AttributeValue::Map(attributes(&[("$bytes", text("yv4="))])), r#"{"$bytes":"yv4="}"#),
    ]
}

fn some_attributes() -> impl Strategy<Value = Attributes> {
    let value = select(values()).prop_map(|(value, _)| value);
    hash_map(select(&NAMES[..]), value, 0..3)
        .prop_map(|map| map.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Mostly of one operation, mostly without what is searched for.
fn some_spans() -> impl Strategy<Value = Vec<Sent>> {
    let rarely = |probability| proptest::option::weighted(probability, some_attributes());
    let tags = (rarely(0.1), rarely(0.02), 0..20_u8);
    let what = (0..30_u8, 0..12_u8, 1..3_000_u128, 0..2 * HOUR, 0..5_000_u64);
    vec((tags, what), SPANS).prop_map(|rows| {
        let mut sent = Vec::with_capacity(rows.len());
        for (id, ((own, of_event, resource), (service, operation, trace, start, duration))) in (1..).zip(rows)
        {
            let mut one =
                span(trace, id, UnixNanos(MORNING.0 + start)).of(if service == 0 { "rare" } else { "busy" });
            one.span.name = ["GET /", "work", "put"][usize::from(operation.saturating_sub(9))].into();
            one.span.kind = SpanKind::from_number((operation % 6).into());
            one.span.end = UnixNanos(one.span.start.0 + duration * 1_000);
            one.span.attributes = own.unwrap_or_default();
            one.span.events.extend(of_event.map(|attributes| SpanEvent {
                name: "exception".into(),
                attributes,
                ..SpanEvent::default()
            }));
            match duration {
                0..20 => one.span.status.code = StatusCode::Error,
                20..60 => one.span.status.code = StatusCode::Ok,
                60..70 => one.span.status.message = "broken".into(),
                70..80 => one.span.trace_state = "a=1".into(),
                80..90 => one.scope.version = "1.2".into(),
                _ => {}
            }
            one.span.parent_span_id = (id % 3 == 0).then_some(SpanId(id));
            if resource == 0 {
                one.resource.attributes.0.push(("k".into(), text("v")));
            }
            sent.push(one);
        }
        sent
    })
}

fn some_tag() -> impl Strategy<Value = (String, String)> {
    let shown = vec![
        ("error", "true"),
        ("error", "false"),
        ("event", "exception"),
        ("span.kind", "server"),
        ("span.kind", "unspecified"),
        ("otel.status_code", "OK"),
        ("otel.status_code", "ERROR"),
        ("otel.status_description", "broken"),
        ("otel.scope.name", "test"),
        ("otel.scope.version", "1.2"),
        ("w3c.tracestate", "a=1"),
        ("service.name", "rare"),
    ];
    let any = (select(&NAMES[..]), select(values())).prop_map(|(name, (_, text))| (name, text));
    prop_oneof![3 => any, 1 => select(shown)].prop_map(|(name, text)| (name.to_owned(), text.to_owned()))
}

fn some_search() -> impl Strategy<Value = TraceQuery> {
    let names =
        (maybe(select(&["busy", "busy", "rare", "none"][..])), maybe(select(&["GET /", "put", "none"][..])));
    let times = (0..2 * HOUR, 0..2 * HOUR);
    let durations = (maybe(0..6_000_u64), maybe(0..6_000_u64));
    (names, vec(some_tag(), 0..3), times, durations, select(&[1_usize, 5, 20, 1_500][..])).prop_map(
        |((service_name, operation_name), tags, (one, other), (min, max), limit)| TraceQuery {
            service_name: service_name.map(str::to_owned),
            operation_name: operation_name.map(str::to_owned),
            tags,
            start: UnixNanos(MORNING.0 + one.min(other))..UnixNanos(MORNING.0 + one.max(other)),
            duration_min: min.filter(|min| min % 2 == 0).map(Duration::from_micros),
            duration_max: max.filter(|max| max % 2 == 0).map(Duration::from_micros),
            limit,
        },
    )
}

#[tokio::test]
async fn any_search_finds_the_newest_of_all_that_match() -> anyhow::Result<()> {
    let mut runner = TestRunner::default();
    let sent = some_spans().new_tree(&mut runner).unwrap().current();
    let searches = vec(some_search(), SEARCHES).new_tree(&mut runner).unwrap().current();
    for server in Server::ALL {
        let database = TestDatabase::create(server).await?;
        store(&database, &sent).await?;
        let reader = reader(&database)?;
        for query in &searches {
            let found = reader.find_trace_ids(query, patience()).await?;
            let expected = matching(&sent, query);
            let context = format!("{server:?}: {query:?}\nfound {found:?}");
            let distinct: BTreeSet<_> = found.iter().collect();
            assert_eq!(distinct.len(), found.len(), "{context}");
            // Which of two comes first that began in the same microsecond is nowhere said.
            let starts: Vec<_> = found.iter().map(|id| expected.get(id).copied()).collect();
            let mut newest: Vec<_> = expected.values().copied().map(Some).collect();
            newest.sort_unstable_by(|one, other| other.cmp(one));
            newest.truncate(query.limit);
            assert_eq!(starts, newest, "{context}");
        }
    }
    Ok(())
}
