//! Summaries, which are made in the database.

use firefly_model::UnixNanos;
use firefly_model::trace::{ServiceSummary, SpanId, StatusCode, TraceId, TraceSummary};
use firefly_storage::TraceReader;
use firefly_tests::test_database::TestDatabase;

use super::spans::{MORNING, reader, span, store};
use crate::storage::patience;

on_each_server!(a_summary_counts_spans_errors_and_services, the_earliest_span_is_the_root_of_a_torso);

async fn a_summary_counts_spans_errors_and_services(database: &TestDatabase) -> anyhow::Result<()> {
    let at = |nanos| UnixNanos(MORNING.0 + nanos);
    let mut root = span(1, 1, at(10)).of("shop");
    root.span.name = "POST /orders".into();
    let mut early = span(1, 2, at(3)).of("pay");
    early.span.parent_span_id = Some(SpanId(1));
    early.span.status.code = StatusCode::Error;
    let mut late = span(1, 3, at(2_000_007)).of("pay");
    late.span.parent_span_id = Some(SpanId(2));
    late.span.end = at(5_000_123);
    store(database, &[root, early, late, span(2, 1, MORNING)]).await?;
    let service = |name: &str, span_count, error_span_count| ServiceSummary {
        name: name.into(),
        span_count,
        error_span_count,
    };
    let summaries = reader(database)?.trace_summaries(&[2, 7, 1].map(TraceId), patience()).await?;
    assert_eq!(summaries[0].trace_id, TraceId(2));
    assert_eq!(
        summaries[1..],
        [TraceSummary {
            trace_id: TraceId(1),
            root_service_name: "shop".into(),
            root_operation_name: "POST /orders".into(),
            start: at(3),
            end: at(5_000_123),
            span_count: 3,
            error_span_count: 1,
            services: vec![service("pay", 2, 1), service("shop", 1, 0)],
        }]
    );
    Ok(())
}

async fn the_earliest_span_is_the_root_of_a_torso(database: &TestDatabase) -> anyhow::Result<()> {
    let mut sent = [span(1, 1, UnixNanos(MORNING.0 + 1)).of("later"), span(1, 2, MORNING).of("earlier")];
    for sent in &mut sent {
        sent.span.parent_span_id = Some(SpanId(99));
    }
    store(database, &sent).await?;
    let summaries = reader(database)?.trace_summaries(&[TraceId(1)], patience()).await?;
    assert_eq!(summaries[0].root_service_name, "earlier");
    Ok(())
}
