//! What the demo's traces promise to the tests that use them.

use std::collections::{BTreeMap, BTreeSet};

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;

use super::*;
use crate::demo::attributes::flag;

/// 2026-03-02, 00:00 UTC.
const MIDNIGHT_MS: i64 = 1_772_409_600_000;

fn minutes(range: Range<i64>) -> Vec<TracedMinute> {
    Shop::default()
        .traces(MIDNIGHT_MS + range.start * MINUTE_MS..MIDNIGHT_MS + range.end * MINUTE_MS)
        .collect()
}

fn trees(range: Range<i64>) -> Vec<RequestTree> {
    minutes(range).into_iter().flat_map(|minute| minute.trees).collect()
}

fn spans(tree: &RequestTree) -> Vec<&Span> {
    tree.exports.iter().flat_map(Export::spans).collect()
}

fn has_failed(span: &Span) -> bool {
    span.status.as_ref().is_some_and(|status| status.code() == StatusCode::Error)
}

fn attribute<'a>(span: &'a Span, key: &str) -> Option<&'a opentelemetry_proto::tonic::common::v1::AnyValue> {
    span.attributes.iter().find(|attribute| attribute.key == key)?.value.as_ref()
}

#[test]
fn are_the_same_for_the_same_seed_and_any_range() {
    assert_eq!(trees(0..20), [trees(0..7), trees(7..20)].concat());
    let other: Vec<_> =
        Shop::with_seed(1).traces(MIDNIGHT_MS..MIDNIGHT_MS + 20 * MINUTE_MS).flat_map(|m| m.trees).collect();
    assert_ne!(trees(0..20), other);
}

#[test]
fn a_trace_is_one_tree_whose_ids_are_unique() {
    let (mut trace_ids, mut span_ids) = (BTreeSet::new(), BTreeSet::new());
    for tree in trees(0..120) {
        let spans = spans(&tree);
        let ids: BTreeSet<_> = spans.iter().map(|span| span.span_id.clone()).collect();
        assert_eq!(ids.len(), spans.len());
        let roots = spans.iter().filter(|span| span.parent_span_id.is_empty());
        assert_eq!(roots.count(), 1);
        for span in &spans {
            assert!(span.parent_span_id.is_empty() || ids.contains(&span.parent_span_id));
            assert!(span.start_time_unix_nano <= span.end_time_unix_nano);
            assert!(span.links.iter().all(|link| ids.contains(&link.span_id)));
        }
        assert!(trace_ids.insert(tree.trace_id.clone()));
        span_ids.extend(ids);
    }
    assert_eq!(trace_ids.len(), 120 * 11 - 96);
    assert!(span_ids.len() > trace_ids.len() * 4);
}

#[test]
fn all_spans_have_ended_when_their_minute_is_published() {
    for minute in minutes(0..600) {
        let published_nanos = minute.published_ms.unsigned_abs() * NANOS_PER_MS;
        let started_nanos = published_nanos - 60 * 1_000 * NANOS_PER_MS;
        for span in minute.trees.iter().flat_map(spans) {
            assert!(span.start_time_unix_nano >= started_nanos, "{span:?}");
            assert!(span.end_time_unix_nano <= published_nanos, "{span:?}");
        }
    }
}

#[test]
fn functions_call_each_other_in_every_way() {
    let trees = trees(0..60);
    let calls = |kind: SpanKind, name: &str| {
        let mut called = BTreeSet::new();
        for tree in &trees {
            let makers: BTreeMap<_, _> = tree
                .exports
                .iter()
                .flat_map(|export| export.spans().map(move |span| (&span.span_id, (export, span))))
                .collect();
            for (export, span) in makers.values() {
                let parent = makers.get(&span.parent_span_id).filter(|(_, parent)| {
                    span.kind() == SpanKind::Server && parent.kind() == kind && parent.name == name
                });
                called.extend(
                    parent.map(|(from, _)| (from.service_name.as_str(), export.service_name.as_str())),
                );
            }
        }
        called
    };
    assert_eq!(calls(SpanKind::Client, "POST"), BTreeSet::from([("checkout", "fraud-check")]));
    assert_eq!(calls(SpanKind::Producer, "send orders"), BTreeSet::from([("checkout", "order-email")]));
    assert_eq!(
        calls(SpanKind::Client, "recommendations Invoke"),
        BTreeSet::from([("product-page", "recommendations")])
    );
}

#[test]
fn failures_carry_their_exception_and_cold_starts_their_init() {
    let trees = trees(0..600);
    let spans: Vec<&Span> = trees.iter().flat_map(spans).collect();
    let servers = || spans.iter().filter(|span| span.kind() == SpanKind::Server);
    for span in servers() {
        let exceptions = span.events.iter().filter(|event| event.name == "exception").count();
        assert_eq!(exceptions, usize::from(has_failed(span)), "{span:?}");
    }
    let share = |function: &str, of: &dyn Fn(&Span) -> bool| {
        let all = servers().filter(|span| span.name == function).count();
        servers().filter(|span| span.name == function && of(span)).count() as f64 / all as f64
    };
    let failed = share("payment-webhook", &has_failed);
    assert!((0.08..0.16).contains(&failed), "{failed}");

    let is_cold = |span: &Span| attribute(span, "faas.coldstart") == flag("", true).value.as_ref();
    let cold: BTreeSet<_> = servers().filter(|span| is_cold(span)).map(|span| &span.span_id).collect();
    let inits = spans.iter().filter(|span| span.name == "platform.initRuntimeDone");
    assert_eq!(inits.map(|span| &span.parent_span_id).collect::<BTreeSet<_>>(), cold);
    let cold_share = cold.len() as f64 / servers().count() as f64;
    assert!((0.02..0.06).contains(&cold_share), "{cold_share}");
}
