//! The course of one request through the functions.

use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;

use super::call::Description;
use super::invocation::Invocation;
use super::routes::{Call, Entry, Event, Exception, calls, exception};
use super::{Export, NANOS_PER_MS, RequestTree};
use crate::demo::random::whole;
use crate::demo::{Shop, SplitMix64};

/// Share of a function's run time that is not spent waiting.
const WORK_SHARE: f64 = 0.6;
/// No run gets nearer to its time-out than this share of it.
const LONGEST_SHARE: f64 = 0.6;
/// Between a caller and a function, in each direction.
const TRANSIT_MS: f64 = 2.0;
/// Share of requests that find an external API down.
const DOWN_SHARE: f64 = 0.03;
/// W3C's `sampled`, and OTLP's word that it is known whether the parent is remote.
const LOCAL_PARENT: u32 = 0x101;
/// The same of a parent in another process.
const REMOTE_PARENT: u32 = 0x301;

/// A request and what has come of it so far.
pub(super) struct Simulation<'a> {
    shop: &'a Shop,
    pub(super) random: SplitMix64,
    pub(super) trace_id: Vec<u8>,
    exports: Vec<Export>,
}

/// How an invocation ended.
struct Ended {
    at_nanos: u64,
    exception: Option<Exception>,
}

/// What a caller sees of a call.
struct Called {
    description: Description,
    span: Span,
    exception: Option<Exception>,
}

impl<'a> Simulation<'a> {
    pub(super) fn new(shop: &'a Shop, mut random: SplitMix64) -> Self {
        let trace_id = [random.next_u64(), random.next_u64()].map(u64::to_be_bytes).concat();
        Self { shop, random, trace_id, exports: Vec::new() }
    }

    /// The whole tree; none if the shop lacks a function that it needs.
    pub(super) fn run(mut self, entry: &Entry, begin_nanos: u64) -> Option<RequestTree> {
        self.invoke(entry.function, entry.event, None, begin_nanos)?;
        let trace_id = self.trace_id.iter().map(|byte| format!("{byte:02x}")).collect();
        Some(RequestTree { trace_id, exports: self.exports })
    }

    fn invoke(
        &mut self,
        function: &str,
        event: Event,
        parent: Option<&[u8]>,
        at_nanos: u64,
    ) -> Option<Ended> {
        let spec = self.shop.functions().iter().find(|spec| spec.name == function)?;
        let mut invocation = Invocation::begin(self, spec, event, parent, at_nanos);
        let longest_ms = f64::from(spec.timeout_ms) * LONGEST_SHARE;
        let work_ms = (self.random.log_normal(spec.median_ms, spec.spread) * WORK_SHARE).min(longest_ms);
        let calls = calls(function);
        let pause = nanos(work_ms) / (calls.len() as u64 + 1);

        let mut now = invocation.start_nanos + pause;
        let mut thrown = None;
        for call in calls {
            let called = self.call(*call, &invocation.span_id, now)?;
            now = called.span.end_time_unix_nano + pause;
            invocation.spans.push((called.description.library, called.span));
            thrown = called.exception;
            if thrown.is_some() {
                break;
            }
        }
        if thrown.is_none() && self.random.chance(spec.error_rate) {
            thrown = Some(exception(function));
        }
        let export = invocation.end(self, now, thrown.as_ref());
        self.exports.push(export);
        Some(Ended { at_nanos: now, exception: thrown })
    }

    fn call(&mut self, call: Call, caller: &[u8], at_nanos: u64) -> Option<Called> {
        let description = Description::of(call, self);
        let mut span = self.span(&description.name, description.kind, Some(caller), at_nanos);
        let mut thrown = None;
        match call {
            Call::Table { .. } => span.end_time_unix_nano = at_nanos + self.latency(5.0),
            Call::Aws { .. } => span.end_time_unix_nano = at_nanos + self.latency(60.0),
            Call::External { host, .. } => {
                let is_down = self.random.chance(DOWN_SHARE);
                span.end_time_unix_nano = at_nanos + self.latency(if is_down { 1_900.0 } else { 110.0 });
                thrown = is_down.then(|| Exception {
                    kind: "ServiceUnavailableError".to_owned(),
                    message: format!("{host} answered 503"),
                    thrown_at: "request (/var/task/client.js:33:13)",
                });
            }
            Call::FunctionUrl { function, method, route } => {
                let event = Event::Http { method, route };
                thrown = self.wait_for(function, event, &mut span)?;
            }
            Call::Invoke { function } => thrown = self.wait_for(function, Event::Invoke, &mut span)?,
            Call::Send { queue, consumer } => {
                span.end_time_unix_nano = at_nanos + self.latency(8.0);
                let received = span.end_time_unix_nano + self.latency(90.0);
                self.invoke(consumer, Event::Queue(queue), Some(&span.span_id), received)?;
            }
        }
        description.complete(&mut span, call, thrown.is_some());
        Some(Called { description, span, exception: thrown })
    }

    /// Another function runs, and the caller waits; what it throws is the caller's, too.
    fn wait_for(&mut self, function: &str, event: Event, span: &mut Span) -> Option<Option<Exception>> {
        let begin = span.start_time_unix_nano + self.latency(TRANSIT_MS);
        let ended = self.invoke(function, event, Some(&span.span_id), begin)?;
        span.end_time_unix_nano = ended.at_nanos + self.latency(TRANSIT_MS);
        Some(ended.exception.map(|cause| Exception {
            kind: "FunctionError".to_owned(),
            message: format!("{function} failed: {}: {}", cause.kind, cause.message),
            thrown_at: "call (/var/task/client.js:58:11)",
        }))
    }

    /// A span of this trace that begins and has not ended. A server's parent is in another process, if it has one.
    pub(super) fn span(
        &mut self,
        name: &str,
        kind: SpanKind,
        parent: Option<&[u8]>,
        start_nanos: u64,
    ) -> Span {
        let is_remote = kind == SpanKind::Server && parent.is_some();
        Span {
            trace_id: self.trace_id.clone(),
            span_id: self.random.next_u64().to_be_bytes().to_vec(),
            parent_span_id: parent.unwrap_or_default().to_vec(),
            flags: if is_remote { REMOTE_PARENT } else { LOCAL_PARENT },
            name: name.to_owned(),
            kind: kind.into(),
            start_time_unix_nano: start_nanos,
            ..Span::default()
        }
    }

    /// Nanoseconds around so many milliseconds, with a long tail.
    pub(super) fn latency(&mut self, median_ms: f64) -> u64 {
        nanos(self.random.log_normal(median_ms, 0.5))
    }
}

fn nanos(ms: f64) -> u64 {
    whole(ms * NANOS_PER_MS as f64)
}
