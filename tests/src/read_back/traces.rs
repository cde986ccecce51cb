//! The shop's traces, read back through Jaeger's query API.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::Result;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;

use super::table::table;
use super::waterfall::waterfall;
use crate::demo::{MINUTE_MS, RequestTree};
use crate::jaeger_client::{JaegerClient, JaegerTrace, Search};

/// Searches are of so much time each, so that no answer gets as large as a function URL's limit.
const SEARCH_MS: i64 = 10 * MINUTE_MS;
/// More than the traces of such a time.
const SEARCH_LIMIT: usize = 1_000;
const HEAD: [&str; 8] =
    ["service", "traces", "found", "spans", "found", "failed traces", "found", "slowest ms"];

/// What Jaeger's query API finds of the shop's traces.
#[derive(Debug)]
pub struct TracesReadBack {
    /// Traces found.
    pub traces: usize,
    /// Spans of these.
    pub spans: usize,
    /// Traces and spans that are missing, superfluous or there more than once, described.
    pub differences: Vec<String>,
    /// A table of the services, one line each.
    pub services: String,
    /// The trace that failed most, as text.
    pub failed_trace: Option<String>,
}

impl TracesReadBack {
    /// Looks for the traces that began in a range of Unix milliseconds, and compares them with what was sent.
    ///
    /// # Errors
    ///
    /// If the API does not answer.
    pub async fn of(client: &JaegerClient, sent: &[RequestTree], range_ms: Range<i64>) -> Result<Self> {
        let services = Services::of(sent);
        let mut read = Reader { client, range_ms, found: BTreeMap::new(), differences: Vec::new() };
        let listed: BTreeSet<String> = client.services().await?.into_iter().collect();
        let mut lines = vec![HEAD.map(str::to_owned).to_vec()];
        for (name, service) in &services.0 {
            if !listed.contains(*name) {
                read.differences.push(format!("{name} is not in the list of services"));
            }
            lines.push(read.service(name, service).await?);
        }
        read.compare_spans(sent);
        let failed_trace = match largest_failed(sent) {
            Some(tree) => client.trace(&tree.trace_id).await?.map(|trace| waterfall(&trace)),
            None => None,
        };
        Ok(Self {
            traces: read.found.len(),
            spans: read.found.values().map(|trace| trace.spans.len()).sum(),
            differences: read.differences,
            services: table(&lines, 1),
            failed_trace,
        })
    }
}

/// What was sent, by the service that sent it.
struct Services<'a>(BTreeMap<&'a str, Vec<(&'a str, &'a Span)>>);

impl<'a> Services<'a> {
    fn of(sent: &'a [RequestTree]) -> Self {
        let mut services = BTreeMap::<_, Vec<_>>::new();
        for tree in sent {
            for export in &tree.exports {
                let spans = export.spans().map(|span| (tree.trace_id.as_str(), span));
                services.entry(export.service_name.as_str()).or_default().extend(spans);
            }
        }
        Self(services)
    }
}

struct Reader<'a> {
    client: &'a JaegerClient,
    range_ms: Range<i64>,
    found: BTreeMap<String, JaegerTrace>,
    differences: Vec<String>,
}

impl Reader<'_> {
    /// Looks for a service's traces, and for those of them in which it failed: a line of the table.
    async fn service(&mut self, name: &str, sent: &[(&str, &Span)]) -> Result<Vec<String>> {
        let all = self.search(name, sent, &[]).await?;
        let failed: Vec<_> = sent.iter().copied().filter(|(_, span)| has_failed(span)).collect();
        let found_failed = self.search(name, &failed, &[("error".to_owned(), "true".to_owned())]).await?;
        let found = all.iter().filter_map(|id| self.found.get(id));
        let spans: usize =
            found.map(|trace| trace.spans.iter().filter(|span| trace.service(span) == name).count()).sum();
        let runs = sent.iter().map(|(_, span)| *span).filter(|span| span.kind() == SpanKind::Server);
        let slowest = runs.map(duration_ms).fold(0.0, f64::max);
        let traces: BTreeSet<_> = sent.iter().map(|(id, _)| id).collect();
        let failed: BTreeSet<_> = failed.iter().map(|(id, _)| id).collect();
        let counts = [traces.len(), all.len(), sent.len(), spans, failed.len(), found_failed.len()];
        let counts = counts.map(|count| count.to_string());
        Ok([vec![name.to_owned()], counts.to_vec(), vec![format!("{slowest:.1}")]].concat())
    }

    /// The ids of the traces that are found, compared with those that have one of these spans.
    async fn search(
        &mut self,
        service: &str,
        spans: &[(&str, &Span)],
        tags: &[(String, String)],
    ) -> Result<BTreeSet<String>> {
        let mut all = BTreeSet::new();
        let mut start_ms = self.range_ms.start;
        while start_ms < self.range_ms.end {
            let end_ms = (start_ms + SEARCH_MS).min(self.range_ms.end);
            let micros = start_ms.unsigned_abs() * 1_000..end_ms.unsigned_abs() * 1_000;
            let search = Search {
                service: service.to_owned(),
                tags: tags.to_vec(),
                start_micros: micros.start,
                end_micros: micros.end - 1,
                limit: SEARCH_LIMIT,
                ..Search::default()
            };
            let mut found = BTreeSet::new();
            for trace in self.client.search(&search).await? {
                // Jaeger leaves out the zeros of a trace id that needs no more than 16 digits.
                let id = format!("{:0>32}", trace.trace_id);
                if !found.insert(id.clone()) {
                    self.differences.push(format!("trace {id} is found twice in one search of {service}"));
                }
                self.found.insert(id, trace);
            }
            let in_time = spans.iter().filter(|(_, span)| micros.contains(&start_micros(span)));
            let sent: BTreeSet<String> = in_time.map(|(id, _)| (*id).to_owned()).collect();
            let what = if tags.is_empty() { "traces" } else { "failed traces" };
            self.differences
                .extend(sent.difference(&found).map(|id| format!("{what} of {service}: {id} is missing")));
            self.differences
                .extend(found.difference(&sent).map(|id| format!("{what} of {service}: {id} was not sent")));
            all.append(&mut found);
            start_ms = end_ms;
        }
        Ok(all)
    }

    /// Every span of every trace, once.
    fn compare_spans(&mut self, sent: &[RequestTree]) {
        let mut found = BTreeMap::<(String, String), usize>::new();
        for (id, trace) in &self.found {
            for span in &trace.spans {
                *found.entry((id.clone(), span.span_id.clone())).or_default() += 1;
            }
        }
        for tree in sent {
            for span in tree.exports.iter().flat_map(|export| export.spans()) {
                let key = (tree.trace_id.clone(), hex(&span.span_id));
                match found.remove(&key) {
                    Some(1) => {}
                    None => self.differences.push(format!("span {} of trace {} is missing", key.1, key.0)),
                    Some(count) => {
                        self.differences
                            .push(format!("span {} of trace {} is there {count} times", key.1, key.0));
                    }
                }
            }
        }
        let others = found.keys().map(|(trace, span)| format!("span {span} of trace {trace} was not sent"));
        self.differences.extend(others);
    }
}

/// Of the traces with the most failed spans the one with the most spans.
fn largest_failed(sent: &[RequestTree]) -> Option<&RequestTree> {
    let spans = |tree: &RequestTree| {
        let spans = || tree.exports.iter().flat_map(|export| export.spans());
        (spans().filter(|span| has_failed(span)).count(), spans().count())
    };
    sent.iter().filter(|tree| spans(tree).0 > 0).max_by_key(|tree| spans(tree))
}

fn has_failed(span: &Span) -> bool {
    span.status.as_ref().is_some_and(|status| status.code() == StatusCode::Error)
}

fn start_micros(span: &Span) -> u64 {
    span.start_time_unix_nano / 1_000
}

fn duration_ms(span: &Span) -> f64 {
    (span.end_time_unix_nano - span.start_time_unix_nano) as f64 / 1e6
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
