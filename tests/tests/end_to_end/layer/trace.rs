//! What is asked of a trace.

use std::fmt::Write;

use firefly_tests::jaeger_client::{JaegerSpan, JaegerTrace};
use serde_json::Value;
use uuid::Uuid;

/// A caller's context, of a trace that nobody else has.
pub struct Caller {
    pub trace_id: String,
    pub span_id: String,
}

impl Caller {
    pub fn new() -> Self {
        let trace_id = Uuid::new_v4().simple().to_string();
        let span_id = Uuid::new_v4().simple().to_string()[..16].to_owned();
        Self { trace_id, span_id }
    }

    pub fn traceparent(&self) -> String {
        format!("00-{}-{}-01", self.trace_id, self.span_id)
    }
}

/// The spans of a function's invocations.
pub fn invocations<'a>(trace: &'a JaegerTrace, service: &str) -> Vec<&'a JaegerSpan> {
    let of_service = trace.spans.iter().filter(|span| trace.service(span) == service);
    of_service.filter(|span| kind(span) == "server").collect()
}

/// The one span of a function's invocation.
pub fn invocation<'a>(trace: &'a JaegerTrace, service: &str) -> &'a JaegerSpan {
    match invocations(trace, service)[..] {
        [one] => one,
        ref several => panic!("{} invocations of {service}:\n{}", several.len(), drawn(trace)),
    }
}

/// The span above another, which is in the trace as well.
pub fn parent<'a>(trace: &'a JaegerTrace, span: &JaegerSpan) -> &'a JaegerSpan {
    let parent = span.parent().and_then(|id| trace.spans.iter().find(|span| span.span_id == id));
    parent.unwrap_or_else(|| panic!("the parent of {} is missing:\n{}", span.operation_name, drawn(trace)))
}

/// Spans that a span only points to.
pub fn links(span: &JaegerSpan) -> Vec<&str> {
    let links = span.references.iter().filter(|reference| reference.ref_type == "FOLLOWS_FROM");
    links.map(|reference| reference.span_id.as_str()).collect()
}

pub fn kind(span: &JaegerSpan) -> &str {
    string(span, "span.kind")
}

/// A tag that is text; empty if there is none.
pub fn string<'a>(span: &'a JaegerSpan, key: &str) -> &'a str {
    span.tag(key).and_then(Value::as_str).unwrap_or_default()
}

/// A trace as text, for those who look why a test fails.
pub fn drawn(trace: &JaegerTrace) -> String {
    let mut text = String::new();
    for span in &trace.spans {
        let above = span.parent().unwrap_or("-");
        let (service, name) = (trace.service(span), &span.operation_name);
        let tags: Vec<_> = span.tags.iter().map(|tag| format!("{}={}", tag.key, tag.value)).collect();
        writeln!(text, "{} < {above} {service}: {name} {} {:?}", span.span_id, tags.join(" "), links(span))
            .unwrap();
    }
    text
}
