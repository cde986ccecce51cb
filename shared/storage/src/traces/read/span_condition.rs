//! What a search asks of a span besides tags and operation: when it began, and how long it took.

use std::time::Duration;

use firefly_model::UnixNanos;
use firefly_model::trace::TraceQuery;

use super::column::Timestamp;
use super::statement::Parameters;

/// The times between which spans began, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    first: UnixNanos,
    last: UnixNanos,
}

impl Period {
    /// The period of a search; none if it is empty.
    pub fn of(query: &TraceQuery) -> Option<Self> {
        let first = query.start.start;
        (first < query.start.end).then(|| Self { first, last: UnixNanos(query.start.end.0 - 1) })
    }

    /// The bounds in whole microseconds, by which chunks and index entries are chosen.
    pub fn bounds(self) -> [Timestamp; 2] {
        [Timestamp::of(self.first), Timestamp::of(self.last)]
    }

    /// Whether a span began in it, to the nanosecond.
    pub fn contains_span(self, parameters: &mut Parameters<'_>) -> String {
        let [first, last] = self.bounds().map(|time| parameters.time(time));
        let [first_nanos, last_nanos] =
            [self.first, self.last].map(|time| parameters.int8(beyond_micros(time)));
        format!(
            "span.start_time >= {first} AND span.start_time <= {last}
            AND (span.start_time > {first} OR span.start_nanos >= {first_nanos})
            AND (span.start_time < {last} OR span.start_nanos <= {last_nanos})"
        )
    }
}

fn beyond_micros(time: UnixNanos) -> i64 {
    (time.0 % 1_000).cast_signed()
}

/// Whether a span took as long as is asked for; always, if nothing is.
pub(super) fn lasted(query: &TraceQuery, parameters: &mut Parameters<'_>) -> String {
    let bound = |comparison: &str, duration: Option<Duration>, parameters: &mut Parameters<'_>| {
        let nanos = i64::try_from(duration?.as_nanos()).unwrap_or(i64::MAX);
        Some(format!("span.duration_nanos {comparison} {}", parameters.int8(nanos)))
    };
    let bounds = [bound(">=", query.duration_min, parameters), bound("<=", query.duration_max, parameters)];
    let bounds: Vec<_> = bounds.into_iter().flatten().collect();
    if bounds.is_empty() { "true".to_owned() } else { bounds.join(" AND ") }
}
