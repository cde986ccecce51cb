//! What was written is read back, with every type, time and count.

use std::collections::BTreeMap;

use firefly_model::UnixNanos;
use firefly_model::trace::{Trace, TraceId};
use firefly_storage::{FoundTraces, TraceReader};
use firefly_tests::test_database::{Server, TestDatabase};
use proptest::collection::vec;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::any_span::{any_sent, as_stored};
use super::spans::{HOUR, MORNING, SECOND, Sent, reader, span, store};
use crate::storage::patience;

on_each_server!(
    traces_come_in_the_order_of_their_ids,
    a_hint_bounds_the_search_and_a_wrong_one_is_forgiven,
    resources_and_scopes_come_once,
);

/// Spans of traces with where they come from, in a form that can be compared: not a number is no equal of itself.
fn shown(traces: &[Trace]) -> BTreeMap<TraceId, Vec<String>> {
    let of = |trace: &Trace| {
        let sent = trace.spans.iter().map(|read| Sent {
            span: read.span.clone(),
            resource: trace.resources[read.resource].clone(),
            scope: trace.scopes[read.scope].clone(),
        });
        (trace.trace_id, sent.map(|sent| format!("{:?}", as_stored(&sent))).collect())
    };
    traces.iter().map(of).collect()
}

fn expected(sent: &[Sent]) -> BTreeMap<TraceId, Vec<String>> {
    let mut by_key = BTreeMap::new();
    for sent in sent {
        let span = &sent.span;
        by_key.entry((span.trace_id, span.start.micros(), span.span_id)).or_insert(sent);
    }
    let mut sorted: Vec<_> = by_key.into_values().collect();
    sorted.sort_by_key(|sent| (sent.span.trace_id, sent.span.start, sent.span.span_id));
    let mut traces = BTreeMap::<_, Vec<_>>::new();
    for sent in sorted {
        traces.entry(sent.span.trace_id).or_default().push(format!("{:?}", as_stored(sent)));
    }
    traces
}

#[tokio::test]
async fn any_spans_come_back_as_they_were() -> anyhow::Result<()> {
    let mut runner = TestRunner::default();
    for server in Server::ALL {
        for _ in 0..4 {
            let sent = vec(any_sent(), 1..40).new_tree(&mut runner).unwrap().current();
            let database = TestDatabase::create(server).await?;
            store(&database, &sent).await?;
            let ids = [1, 2, 3].map(TraceId);
            let found = reader(&database)?.traces(&ids, None, patience()).await?;
            assert_eq!(shown(&found.traces), expected(&sent), "{server:?}");
            assert_eq!(found.cut, None);
        }
    }
    Ok(())
}

async fn traces_come_in_the_order_of_their_ids(database: &TestDatabase) -> anyhow::Result<()> {
    let sent = [span(1, 1, MORNING), span(2, 1, MORNING), span(3, 1, MORNING), span(1, 2, MORNING)];
    store(database, &sent).await?;
    let reader = reader(database)?;
    let ids = [3, 9, 1, 2].map(TraceId);
    let found = reader.traces(&ids, None, patience()).await?;
    let read: Vec<_> = found.traces.iter().map(|trace| (trace.trace_id.0, trace.spans.len())).collect();
    assert_eq!(read, [(3, 1), (1, 2), (2, 1)]);
    assert_eq!(reader.traces(&[], None, patience()).await?, FoundTraces::default());
    assert_eq!(reader.traces(&[TraceId(9)], None, patience()).await?, FoundTraces::default());
    Ok(())
}

async fn a_hint_bounds_the_search_and_a_wrong_one_is_forgiven(database: &TestDatabase) -> anyhow::Result<()> {
    let days_later = UnixNanos(MORNING.0 + 3 * 24 * HOUR);
    store(database, &[span(1, 1, MORNING), span(1, 2, days_later)]).await?;
    let reader = reader(database)?;
    let spans = async |hint| {
        let found = reader.traces(&[TraceId(1)], hint, patience()).await?;
        anyhow::Ok(found.traces[0].spans.iter().map(|read| read.span.span_id.0).collect::<Vec<_>>())
    };
    assert_eq!(spans(None).await?, [1, 2]);
    let an_hour_later = UnixNanos(MORNING.0 + HOUR);
    assert_eq!(spans(Some(an_hour_later..an_hour_later)).await?, [1], "widened by an hour");
    let between = UnixNanos(MORNING.0 + 24 * HOUR);
    assert_eq!(spans(Some(between..UnixNanos(between.0 + SECOND))).await?, [1, 2], "nothing there");
    assert_eq!(spans(Some(UnixNanos(0)..UnixNanos(u64::MAX))).await?, [1, 2]);
    Ok(())
}

async fn resources_and_scopes_come_once(database: &TestDatabase) -> anyhow::Result<()> {
    let sent: Vec<_> = (1..=6).map(|id| span(1, id, MORNING).of(["a", "b"][usize::from(id > 3)])).collect();
    store(database, &sent).await?;
    let found = reader(database)?.traces(&[TraceId(1)], None, patience()).await?;
    let trace = &found.traces[0];
    assert_eq!((trace.resources.len(), trace.scopes.len()), (2, 1));
    let services: Vec<_> =
        trace.spans.iter().map(|read| trace.resources[read.resource].service_name()).collect();
    assert_eq!(services, ["a", "a", "a", "b", "b", "b"]);
    Ok(())
}
