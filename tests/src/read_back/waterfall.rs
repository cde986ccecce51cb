//! A trace as text: its spans beneath each other as they were called, and when they ran.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

use super::table::table;
use crate::jaeger_client::{JaegerSpan, JaegerTrace, text};

/// Characters that stand for the whole trace.
const BAR: u64 = 30;

/// One line for each span, and beneath one that threw an exception what it was.
pub(super) fn waterfall(trace: &JaegerTrace) -> String {
    let start = trace.spans.iter().map(|span| span.start_time).min().unwrap_or(0);
    let end = trace.spans.iter().map(|span| span.start_time + span.duration).max().unwrap_or(0);
    let mut drawing = Drawing {
        trace,
        children: BTreeMap::new(),
        start,
        length: (end - start).max(1),
        lines: Vec::new(),
        exceptions: Vec::new(),
    };
    let ids: Vec<&str> = trace.spans.iter().map(|span| span.span_id.as_str()).collect();
    for span in &trace.spans {
        let parent = span.parent().filter(|parent| ids.contains(parent));
        drawing.children.entry(parent).or_default().push(span);
    }
    for children in drawing.children.values_mut() {
        children.sort_by_key(|span| span.start_time);
    }
    drawing.draw(None, 0);

    let mut text = format!(
        "trace {}, {:.1} ms, {} spans of {} processes\n\n{}",
        trace.trace_id,
        milliseconds(drawing.length),
        trace.spans.len(),
        trace.processes.len(),
        table(&drawing.lines, 3)
    );
    for exception in drawing.exceptions {
        // Writing to a string cannot fail.
        write!(text, "\n{exception}\n").ok();
    }
    text
}

struct Drawing<'a> {
    trace: &'a JaegerTrace,
    children: BTreeMap<Option<&'a str>, Vec<&'a JaegerSpan>>,
    /// Unix microseconds.
    start: u64,
    /// Microseconds.
    length: u64,
    lines: Vec<Vec<String>>,
    exceptions: Vec<String>,
}

impl<'a> Drawing<'a> {
    fn draw(&mut self, parent: Option<&'a str>, depth: usize) {
        for span in self.children.remove(&parent).unwrap_or_default() {
            let service = self.trace.service(span);
            let failed = if span.tag("error") == Some(&Value::Bool(true)) { "ERROR" } else { "" };
            self.lines.push(vec![
                format!("{}{service}: {}", "  ".repeat(depth), span.operation_name),
                self.bar(span),
                failed.to_owned(),
                format!("{:.1} ms", milliseconds(span.duration)),
            ]);
            self.exceptions.extend(exceptions(span).map(|exception| format!("{service} threw {exception}")));
            self.draw(Some(&span.span_id), depth + 1);
        }
    }

    fn bar(&self, span: &JaegerSpan) -> String {
        let at = |micros: u64| usize::try_from(micros * BAR / self.length).unwrap_or(0);
        let from = at(span.start_time - self.start);
        let to = at(span.start_time + span.duration - self.start).max(from + 1);
        let whole = usize::try_from(BAR).unwrap_or(0).max(to);
        format!("|{}{}{}|", " ".repeat(from), "=".repeat(to - from), " ".repeat(whole - to))
    }
}

/// The stack traces of a span's exceptions.
fn exceptions(span: &JaegerSpan) -> impl Iterator<Item = String> + '_ {
    span.logs.iter().filter_map(|log| {
        let field = log.fields.iter().find(|field| field.key == "exception.stacktrace")?;
        Some(text(&field.value))
    })
}

fn milliseconds(micros: u64) -> f64 {
    micros as f64 / 1_000.0
}
