//! The traces of a day: ten services, dozens of operations, five spans a trace and twelve attributes a span.
//!
//! Of the attributes some have few values (`http.request.method`), some many (`tenant.id`, `order.id`), and some are
//! there once (`faas.invocation_id`), so that each kind of search has something to find.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};

use super::spans::{SPANS, trace_spans};
use crate::bench::corpus::now_ms;
use crate::demo::SplitMix64;
use crate::demo::attributes::{int, text};

/// The services, a Lambda function each.
pub(in crate::bench) const SERVICES: [&str; 10] = [
    "web-api",
    "orders",
    "payments",
    "catalog",
    "search",
    "customers",
    "shipping",
    "stock",
    "mail",
    "reports",
];
/// Instances of each service at any time.
const INSTANCES: u64 = 3;
/// Traces of a day with a million spans.
const TRACES_A_DAY: u64 = 1_000_000 / SPANS as u64;
const NANOS_PER_DAY: u64 = 86_400_000_000_000;
const NANOS_PER_MS: u64 = 1_000_000;
/// From one trace to the next, of 15,000 spans a second.
const LIVE_STEP_NANOS: u64 = 1_000_000_000 * SPANS as u64 / 15_000;
const NANOS_PER_HOUR: u64 = NANOS_PER_DAY / 24;

/// An endless stream of traces, one after the other.
pub(super) struct TraceCorpus {
    random: SplitMix64,
    start_nanos: u64,
    /// Traces so far.
    count: u64,
    /// From one trace to the next.
    step_nanos: u64,
}

impl TraceCorpus {
    /// The day that ends now.
    pub(super) fn day(seed: u64) -> Self {
        Self::spread(seed, TRACES_A_DAY, 1)
    }

    /// As many traces a second as Firefly is to take, from now on: ingest sees the present.
    pub(super) fn live(seed: u64) -> Self {
        let start_nanos = now_ms().unsigned_abs() * NANOS_PER_MS;
        Self { random: SplitMix64::new(seed), start_nanos, count: 0, step_nanos: LIVE_STEP_NANOS }
    }

    /// So many traces, spread over the days that end now.
    pub(super) fn spread(seed: u64, traces: u64, days: u64) -> Self {
        let now_nanos = now_ms().unsigned_abs() * NANOS_PER_MS;
        Self {
            random: SplitMix64::new(seed),
            start_nanos: now_nanos - days * NANOS_PER_DAY,
            count: 0,
            step_nanos: days * NANOS_PER_DAY / traces.max(1),
        }
    }

    /// The next trace: its spans, each with its service.
    pub(super) fn trace(&mut self) -> Vec<(usize, Span)> {
        let start_nanos = self.start_nanos + self.count * self.step_nanos;
        self.count += 1;
        trace_spans(&mut self.random, start_nanos)
    }

    /// An export of the spans of the next traces, as a collector batches them: a resource for each instance.
    pub(super) fn export(&mut self, traces: usize) -> ExportTraceServiceRequest {
        let mut resources = BTreeMap::<(usize, u64, u64), Vec<Span>>::new();
        for _ in 0..traces {
            let instance = self.random.below(INSTANCES);
            for (service, span) in self.trace() {
                let hour = span.start_time_unix_nano / NANOS_PER_HOUR;
                resources.entry((service, hour, instance)).or_default().push(span);
            }
        }
        let resource_spans = resources.into_iter().map(|((service, hour, instance), spans)| ResourceSpans {
            resource: Some(resource(SERVICES[service], hour, instance)),
            scope_spans: vec![ScopeSpans {
                scope: Some(InstrumentationScope {
                    name: "@opentelemetry/instrumentation-aws-lambda".to_owned(),
                    version: "0.73.0".to_owned(),
                    ..InstrumentationScope::default()
                }),
                spans,
                ..ScopeSpans::default()
            }],
            ..ResourceSpans::default()
        });
        ExportTraceServiceRequest { resource_spans: resource_spans.collect() }
    }
}

fn resource(service: &str, hour: u64, instance: u64) -> Resource {
    let attributes = vec![
        text("service.name", service),
        text("telemetry.sdk.language", "nodejs"),
        text("telemetry.sdk.name", "opentelemetry"),
        text("telemetry.sdk.version", "2.1.0"),
        text("cloud.provider", "aws"),
        text("cloud.platform", "aws_lambda"),
        text("cloud.region", "eu-west-1"),
        text("faas.name", service),
        text("faas.version", "$LATEST"),
        text("faas.instance", format!("2026/03/02/[$LATEST]{hour:016x}{instance:016x}")),
        int("faas.max_memory", 536_870_912),
    ];
    Resource { attributes, ..Resource::default() }
}
