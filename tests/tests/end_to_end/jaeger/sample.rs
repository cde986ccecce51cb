//! A small order in a shop, as one trace, and a slow one beside it.

use std::time::{SystemTime, UNIX_EPOCH};

use firefly_model::UnixNanos;
use firefly_model::trace::{AttributeValue, SpanEvent, SpanId, SpanKind, SpanLink, StatusCode, TraceId};
use firefly_tests::test_database::TestDatabase;

use crate::storage::traces::spans::{Sent, attributes, span, store, text};

/// The trace of the order.
pub const ORDER: u128 = 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c;
/// A trace whose id has 64 bits.
pub const SHORT: u128 = 0x8448_eb21_1c80_319d;

/// Half an hour ago, a whole second.
pub fn start() -> UnixNanos {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    UnixNanos((now - 1_800) * 1_000_000_000)
}

/// Stores both traces.
pub async fn store_sample(database: &TestDatabase, start: UnixNanos) -> anyhow::Result<()> {
    store(database, &[order(start), payment(start), slow(UnixNanos(start.0 - 60_000_000_000))]).await
}

fn order(start: UnixNanos) -> Sent {
    let mut order = span(ORDER, 1, start)
        .of("shop/web")
        .with("http.status_code", AttributeValue::Int(200))
        .with("big", AttributeValue::Int(i64::MAX))
        .with("items", AttributeValue::Array(vec![text("tea"), text("cup")]));
    order.span.name = "POST /orders".into();
    order.span.end = UnixNanos(start.0 + 1_500_000_000);
    order.resource.attributes.0.push(("faas.instance".into(), text("i-1")));
    order
}

fn payment(start: UnixNanos) -> Sent {
    let mut payment = span(ORDER, 2, UnixNanos(start.0 + 1_000)).of("pay");
    payment.span.parent_span_id = Some(SpanId(1));
    payment.span.name = "charge".into();
    payment.span.kind = SpanKind::Client;
    payment.span.status.code = StatusCode::Error;
    payment.span.status.message = "card refused".into();
    payment.span.events.push(SpanEvent {
        time: UnixNanos(start.0 + 2_000),
        name: "exception".into(),
        attributes: attributes(&[("exception.type", text("CardError"))]),
        dropped_attributes_count: 0,
    });
    payment.span.links.push(SpanLink {
        trace_id: TraceId(SHORT),
        span_id: SpanId(7),
        trace_state: String::new(),
        attributes: attributes(&[]),
        dropped_attributes_count: 0,
        flags: 0,
    });
    payment
}

fn slow(start: UnixNanos) -> Sent {
    let mut slow = span(SHORT, 7, start).of("shop/web").with("slow", AttributeValue::Bool(true));
    slow.span.name = "GET /".into();
    slow.span.end = UnixNanos(start.0 + 9_000_000_000);
    slow
}
