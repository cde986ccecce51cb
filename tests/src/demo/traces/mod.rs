//! Traces of the shop: its functions call each other over HTTP, SQS and `Invoke`, and each exports its own spans at the
//! end of an invocation, as OpenTelemetry's layer for Node.js does.
//!
//! Followed: OTLP 1.x, semantic conventions 1.44, and the names that
//! <https://github.com/open-telemetry/opentelemetry-js-contrib> (instrumentation-aws-lambda 0.73) gives. A receiver of
//! SQS messages continues the sender's trace, and links to it besides.
//!
//! Function names, accounts, run times and error rates are those of the metrics. Of its requests, each function that is
//! an entry shows one or two a minute.
//!
//! Left out: sampling, runs that reach their time-out (which never export), `nightly-report` (not every function is
//! instrumented).

mod call;
mod instance;
mod invocation;
mod routes;
mod simulation;
#[cfg(test)]
mod tests;

use std::ops::Range;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;

use super::shop::whole_minutes;
use super::{MINUTE_MS, Shop, SplitMix64};
use simulation::Simulation;

/// A minute's request trees begin within its first half, so that they have ended when it ends.
const BEGIN_WITHIN_NANOS: u64 = 30_000_000_000;
const NANOS_PER_MS: u64 = 1_000_000;
/// Sets the random numbers of traces apart from those of metrics.
const TRACES: u64 = 0x7ace;

/// All that one request set off: a trace.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestTree {
    /// The trace, 32 hexadecimal digits.
    pub trace_id: String,
    /// What each invocation exports, in the order in which they end.
    pub exports: Vec<Export>,
}

/// The spans of one invocation.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    /// The function, which is also its `service.name`.
    pub service_name: String,
    /// Its resource, its scopes and its spans.
    pub request: ExportTraceServiceRequest,
}

impl Export {
    /// The spans, whatever their scope.
    pub fn spans(&self) -> impl Iterator<Item = &Span> {
        let scopes = self.request.resource_spans.iter().flat_map(|resource| &resource.scope_spans);
        scopes.flat_map(|scope| &scope.spans)
    }
}

/// The request trees that begin in one minute.
#[derive(Debug, Clone, PartialEq)]
pub struct TracedMinute {
    /// When all of them have ended and are exported: the end of the minute, Unix milliseconds.
    pub published_ms: i64,
    /// The request trees.
    pub trees: Vec<RequestTree>,
}

impl Shop {
    /// The traces of the minutes that start in `range_ms` (Unix milliseconds). Lazy: the range may be without end.
    pub fn traces(&self, range_ms: Range<i64>) -> impl Iterator<Item = TracedMinute> + '_ {
        whole_minutes(&range_ms)
            .map(|minute| TracedMinute { published_ms: (minute + 1) * MINUTE_MS, trees: self.trees(minute) })
    }

    fn trees(&self, minute: i64) -> Vec<RequestTree> {
        let start_nanos = (minute * MINUTE_MS).unsigned_abs() * NANOS_PER_MS;
        let entries = routes::ENTRIES.iter().zip(0..);
        entries
            .filter(|(entry, _)| minute % entry.every_minutes == 0)
            .flat_map(|(entry, index)| (0..entry.requests).map(move |request| (entry, index, request)))
            .filter_map(|(entry, index, request)| {
                let parts = [TRACES, index, minute.unsigned_abs(), request];
                let mut random = SplitMix64::for_parts(self.seed(), &parts);
                let begin = start_nanos + random.below(BEGIN_WITHIN_NANOS);
                Simulation::new(self, random).run(entry, begin)
            })
            .collect()
    }
}
