//! Services, operations and dependencies.

use firefly_model::UnixNanos;
use firefly_model::trace::{Operation, ServiceEdge, SpanKind};
use firefly_storage::TraceReader;
use firefly_tests::test_database::TestDatabase;

use super::spans::{HOUR, MORNING, reader, span, store};
use crate::storage::patience;

on_each_server!(
    services_and_operations_are_sorted_and_come_once,
    an_empty_database_has_none,
    dependencies_are_summed_over_the_buckets_that_are_touched,
);

async fn services_and_operations_are_sorted_and_come_once(database: &TestDatabase) -> anyhow::Result<()> {
    let mut sent = Vec::new();
    let operations = [
        ("b", "Z", SpanKind::Server),
        ("b", "a", SpanKind::Client),
        ("b", "a", SpanKind::Internal),
        ("b", "a", SpanKind::Client),
        ("a/é", "x", SpanKind::Unspecified),
        ("B", "y", SpanKind::Consumer),
    ];
    for (id, (service, name, kind)) in (1..).zip(operations) {
        let mut one = span(id.into(), id, MORNING).of(service);
        (one.span.name, one.span.kind) = (name.into(), kind);
        sent.push(one);
    }
    store(database, &sent).await?;
    let reader = reader(database)?;
    assert_eq!(reader.services(patience()).await?, ["B", "a/é", "b"]);
    let of = |name: &str, kind| Operation { name: name.into(), kind };
    let of_b = [of("Z", SpanKind::Server), of("a", SpanKind::Internal), of("a", SpanKind::Client)];
    assert_eq!(reader.operations("b", None, patience()).await?, of_b);
    assert_eq!(reader.operations("b", Some(SpanKind::Client), patience()).await?, of_b[2..]);
    assert_eq!(reader.operations("a/é", None, patience()).await?, [of("x", SpanKind::Unspecified)]);
    assert_eq!(reader.operations("c\0", None, patience()).await?, []);
    Ok(())
}

async fn an_empty_database_has_none(database: &TestDatabase) -> anyhow::Result<()> {
    let reader = reader(database)?;
    assert_eq!(reader.services(patience()).await?, <[String; 0]>::default());
    assert_eq!(reader.operations("a", None, patience()).await?, []);
    assert_eq!(reader.dependencies(UnixNanos(0)..UnixNanos(u64::MAX), patience()).await?, []);
    assert_eq!(reader.trace_summaries(&[], patience()).await?, []);
    Ok(())
}

async fn dependencies_are_summed_over_the_buckets_that_are_touched(
    database: &TestDatabase,
) -> anyhow::Result<()> {
    let client = database.owner().await?;
    client
        .batch_execute(
            "INSERT INTO firefly.service_edge (bucket, parent, child, calls, errors) VALUES
                ('2026-03-02 09:00Z', 'shop', 'pay', 3, 1),
                ('2026-03-02 09:05Z', 'shop', 'pay', 4, 0),
                ('2026-03-02 09:05Z', 'shop', 'mail', 1, 1),
                ('2026-03-02 10:00Z', 'pay', 'bank', 9, 0)",
        )
        .await?;
    let reader = reader(database)?;
    let edge = |parent: &str, child: &str, calls, errors| ServiceEdge {
        parent: parent.into(),
        child: child.into(),
        calls,
        errors,
    };
    let minute = |minute: u64| UnixNanos(MORNING.0 + minute * HOUR / 60);
    for (range, edges) in [
        (minute(0)..minute(60), vec![edge("shop", "mail", 1, 1), edge("shop", "pay", 7, 1)]),
        (minute(4)..minute(5), vec![edge("shop", "pay", 3, 1)]),
        (minute(9)..minute(10), vec![edge("shop", "mail", 1, 1), edge("shop", "pay", 4, 0)]),
        (minute(10)..minute(60), vec![]),
        (minute(60)..UnixNanos(minute(60).0 + 1), vec![edge("pay", "bank", 9, 0)]),
    ] {
        assert_eq!(reader.dependencies(range.clone(), patience()).await?, edges, "{range:?}");
    }
    Ok(())
}
