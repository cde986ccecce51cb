//! The traces: the spans of each invocation in a request of its own, as each instance of a function sends them.

use std::ops::Range;
use std::time::Instant;

use firefly_tests::demo::{Export, RequestTree, Shop, SplitMix64};
use firefly_tests::otlp_exporter::{Encoding, ExportBody, Exporter};

use crate::metrics::PROGRESS_INTERVAL;
use crate::time::{sleep_until, unix_ms};

/// Share of exports in JSON; the others are of protobuf.
const JSON_SHARE: f64 = 0.25;
/// Share of exports that are compressed.
const GZIP_SHARE: f64 = 0.5;

/// What has been sent.
pub(crate) struct TraceTraffic {
    exporter: Exporter,
    random: SplitMix64,
    traces: usize,
    exports: usize,
    /// Exports in JSON.
    json: usize,
    /// Exports that were compressed.
    gzip: usize,
    spans: usize,
    pub(crate) failed: usize,
    next_progress: Instant,
}

impl TraceTraffic {
    pub(crate) fn new(exporter: Exporter) -> Self {
        Self {
            exporter,
            random: SplitMix64::new(unix_ms().unsigned_abs()),
            traces: 0,
            exports: 0,
            json: 0,
            gzip: 0,
            spans: 0,
            failed: 0,
            next_progress: Instant::now() + PROGRESS_INTERVAL,
        }
    }

    /// Sends the traces of the past as fast as they are taken, and later ones when their minute has ended.
    pub(crate) async fn run(&mut self, shop: &Shop, range_ms: Range<i64>) {
        for minute in shop.traces(range_ms) {
            sleep_until(minute.published_ms).await;
            for tree in &minute.trees {
                self.send(tree).await;
            }
        }
    }

    async fn send(&mut self, tree: &RequestTree) {
        self.traces += 1;
        for export in &tree.exports {
            let (is_json, gzip) = (self.random.chance(JSON_SHARE), self.random.chance(GZIP_SHARE));
            self.exports += 1;
            self.json += usize::from(is_json);
            self.gzip += usize::from(gzip);
            let encoding = if is_json { Encoding::Json } else { Encoding::Protobuf };
            match self.export(export, encoding, gzip).await {
                Ok(()) => self.spans += export.spans().count(),
                Err(error) => {
                    self.failed += 1;
                    eprintln!("{} could not export trace {}: {error:#}", export.service_name, tree.trace_id);
                }
            }
        }
        if Instant::now() >= self.next_progress {
            eprintln!("{}", self.summary());
            self.next_progress = Instant::now() + PROGRESS_INTERVAL;
        }
    }

    async fn export(&self, export: &Export, encoding: Encoding, gzip: bool) -> anyhow::Result<()> {
        self.exporter.export(&ExportBody::of(&export.request, encoding, gzip)?).await
    }

    pub(crate) fn summary(&self) -> String {
        let Self { traces, exports, json, gzip, spans, failed, .. } = self;
        format!(
            "sent {spans} spans of {traces} traces in {exports} exports ({json} in JSON, {gzip} compressed), {failed} of \
             them refused"
        )
    }
}
