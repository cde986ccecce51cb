//! Who calls whom: which five minutes a span touches, and the making of their edges.

use firefly_model::UnixMillis;
use firefly_model::trace::Span;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::database::Operation;

/// Length of a bucket of `firefly.service_edge`: the map of services is at most so old.
pub(super) const BUCKET_MS: i64 = 5 * 60 * 1_000;

/// The longest that Lambda lets a function run: longer spans touch no further buckets.
const LONGEST_MS: i64 = 15 * 60 * 1_000;

/// The longest that a queue holds back a message that was sent with a delay: so long after its end, a span may still
/// become the parent of others.
const LONGEST_DELAY_MS: i64 = 15 * 60 * 1_000;

/// The starts of the buckets that a span touches, its own first: of the others the edges change too when it comes late,
/// as the parent of spans that are there already.
pub(super) fn buckets(span: &Span) -> impl Iterator<Item = UnixMillis> {
    let start = span.start.millis().0;
    let end = span.end.millis().0.clamp(start, start.saturating_add(LONGEST_MS));
    let last = end.saturating_add(LONGEST_DELAY_MS);
    (start.div_euclid(BUCKET_MS)..=last.div_euclid(BUCKET_MS))
        .map(|bucket| UnixMillis(bucket.saturating_mul(BUCKET_MS)))
}

/// Makes the edges of at most so many buckets.
pub(super) struct RefreshServiceEdges {
    pub(super) most: u8,
}

impl Operation for RefreshServiceEdges {
    const NAME: &'static str = "refresh service edges";
    type Output = u64;

    async fn run(&self, client: &Client) -> Result<u64, tokio_postgres::Error> {
        let sql = "SELECT firefly.refresh_service_edges($1)";
        let most = i32::from(self.most);
        let refreshed: i32 = client.query_typed_one(sql, &[(&most, Type::INT4)]).await?.try_get(0)?;
        Ok(refreshed.unsigned_abs().into())
    }
}

#[cfg(test)]
mod tests {
    use firefly_model::UnixNanos;
    use firefly_model::trace::{Attributes, SpanId, SpanKind, Status, TraceId};

    use super::*;

    fn touched(start_ms: u64, end_ms: u64) -> Vec<i64> {
        let span = Span {
            trace_id: TraceId(1),
            span_id: SpanId(1),
            parent_span_id: None,
            trace_state: String::new(),
            flags: 0,
            name: String::new(),
            kind: SpanKind::Unspecified,
            start: UnixNanos(start_ms * 1_000_000),
            end: UnixNanos(end_ms * 1_000_000),
            attributes: Attributes::default(),
            dropped_attributes_count: 0,
            events: Vec::new(),
            dropped_events_count: 0,
            links: Vec::new(),
            dropped_links_count: 0,
            status: Status::default(),
        };
        buckets(&span).map(|bucket| bucket.0).collect()
    }

    #[test]
    fn a_span_touches_the_buckets_in_which_children_of_it_may_begin() {
        let minutes = |minutes: &[i64]| minutes.iter().map(|minute| minute * 60_000).collect::<Vec<_>>();
        assert_eq!(touched(300_000, 300_001), minutes(&[5, 10, 15, 20]));
        assert_eq!(touched(299_999, 300_000), minutes(&[0, 5, 10, 15, 20]));
        assert_eq!(touched(900_000, 0), minutes(&[15, 20, 25, 30]), "an end before the start");
        assert_eq!(touched(10, u64::MAX / 1_000_000), minutes(&[0, 5, 10, 15, 20, 25, 30]), "not for ever");
    }
}
