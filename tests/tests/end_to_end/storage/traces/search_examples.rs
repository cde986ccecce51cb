//! Searches at the edges of their bounds.

use std::ops::Range;
use std::time::Duration;

use firefly_model::UnixNanos;
use firefly_model::trace::AttributeValue;
use firefly_model::trace::TraceQuery;
use firefly_storage::TraceReader;
use firefly_tests::test_database::TestDatabase;

use super::spans::{MORNING, reader, span, store, text};
use crate::storage::patience;

on_each_server!(bounds_are_kept_to_the_nanosecond, hostile_tags_are_only_values, one_span_must_meet_all,);

fn query(start: Range<UnixNanos>) -> TraceQuery {
    TraceQuery {
        service_name: Some("checkout".into()),
        operation_name: None,
        tags: Vec::new(),
        start,
        duration_min: None,
        duration_max: None,
        limit: 10,
    }
}

async fn found(database: &TestDatabase, query: &TraceQuery) -> anyhow::Result<Vec<u128>> {
    let ids = reader(database)?.find_trace_ids(query, patience()).await?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}

fn at(nanos: u64) -> UnixNanos {
    UnixNanos(MORNING.0 + nanos)
}

async fn bounds_are_kept_to_the_nanosecond(database: &TestDatabase) -> anyhow::Result<()> {
    store(database, &[span(1, 1, at(1_001)), span(2, 1, at(1_002)), span(3, 1, at(2_000))]).await?;
    for (range, ids) in [
        (at(1_002)..at(2_000), vec![2]),
        (at(1_001)..at(1_002), vec![1]),
        (at(0)..at(2_001), vec![3]),
        (at(1_003)..at(2_000), vec![]),
        (at(2_000)..at(2_000), vec![]),
        (at(2_000)..at(0), vec![]),
        (UnixNanos(0)..UnixNanos(u64::MAX), vec![3]),
    ] {
        let found = found(database, &query(range.clone())).await?;
        assert_eq!(found.first(), ids.first(), "{range:?}");
    }
    let lasting = |nanos: Range<u64>| TraceQuery {
        duration_min: Some(Duration::from_nanos(nanos.start)),
        duration_max: Some(Duration::from_nanos(nanos.end)),
        ..query(at(0)..at(5_000))
    };
    assert_eq!(found(database, &lasting(1_000_000..1_000_000)).await?.len(), 3);
    assert_eq!(found(database, &lasting(1_000_001..2_000_000)).await?.len(), 0);
    assert_eq!(found(database, &lasting(0..999_999)).await?.len(), 0);
    Ok(())
}

async fn hostile_tags_are_only_values(database: &TestDatabase) -> anyhow::Result<()> {
    let hostile = [
        ("a'b", "x' OR true --"),
        ("\0", "\0"),
        ("", "$1"),
        ("$bytes", "{\"$map\":{\"$double\":[]}}"),
        ("é\u{10ffff}", "1e999999999"),
        (
            "deep",
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
        ),
        ("long", "9999999999999999999999999999999999999999999999999999999999.5"),
    ];
    let sent: Vec<_> =
        (1..).zip(hostile).map(|(id, (name, value))| span(id, 1, at(0)).with(name, text(value))).collect();
    store(database, &sent).await?;
    for (id, (name, value)) in (1..).zip(hostile) {
        let tags = vec![(name.to_owned(), value.to_owned())];
        let query = TraceQuery { tags, ..query(at(0)..at(1)) };
        assert_eq!(found(database, &query).await?, [id], "{name:?} {value:?}");
    }
    let none = TraceQuery { service_name: Some("' OR true --\0".into()), ..query(at(0)..at(1)) };
    assert_eq!(found(database, &none).await?, <[u128; 0]>::default());
    Ok(())
}

async fn one_span_must_meet_all(database: &TestDatabase) -> anyhow::Result<()> {
    let sent = [
        span(1, 1, at(0)).with("a", AttributeValue::Int(1)),
        span(1, 2, at(0)).with("b", AttributeValue::Int(2)),
        span(2, 1, at(0)).with("a", AttributeValue::Int(1)).with("b", AttributeValue::Int(2)),
    ];
    store(database, &sent).await?;
    let tags = vec![("a".to_owned(), "1".to_owned()), ("b".to_owned(), "2".to_owned())];
    assert_eq!(found(database, &TraceQuery { tags, ..query(at(0)..at(1)) }).await?, [2]);
    Ok(())
}
