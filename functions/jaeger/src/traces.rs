//! Traces in an answer, as many as fit into it.

use std::collections::HashSet;

use firefly_lambda::{CappedBody, EncodedBody};
use firefly_model::trace::{Trace, TraceId, TraceSummary};
use firefly_storage::{Cut, FoundTraces};
use firefly_wire::jaeger::v1::{self, Warning};
use firefly_wire::jaeger::v3;

use crate::answer::Refusal;
use crate::route::Version;

/// Why something is left out.
const TOO_MUCH: &str = "more does not fit into one answer";

/// Puts the traces that were found of those asked for into an answer: whole ones, until one does not fit. If the first
/// one does not fit, its first spans. What is left out is said in the answer.
///
/// # Errors
///
/// If not even one span fits.
pub fn answer(
    version: Version,
    mut body: CappedBody,
    asked: &[TraceId],
    found: FoundTraces,
) -> Result<EncodedBody, Refusal> {
    let FoundTraces { traces, cut } = found;
    let ids: HashSet<_> = traces.iter().map(|trace| trace.trace_id).collect();
    let mut warnings = Vec::new();
    body.push(match version {
        Version::V1 => v1::TRACES_HEAD.as_bytes(),
        Version::V3 => v3::TRACES_HEAD.as_bytes(),
    });
    let mut count = 0;
    for trace in traces {
        let separator = if count > 0 { "," } else { "" };
        let is_whole = cut != Some(Cut::Spans) && body.push(&part(version, separator, &trace, None));
        if !is_whole && count == 0 {
            warnings.push(push_first_spans(version, &mut body, trace)?);
            count = 1;
        }
        if !is_whole {
            break;
        }
        count += 1;
    }
    if cut.is_some() || count < ids.len() {
        if count < asked.len() {
            let message = format!("only {count} of the {} traces: {TOO_MUCH}", asked.len());
            warnings.push(Warning::new(message));
        }
    } else {
        let missing = asked.iter().filter(|id| !ids.contains(id));
        warnings.extend(missing.map(|id| Warning::about(*id, Refusal::NoTrace.to_string())));
    }
    let tail = match version {
        Version::V1 => v1::traces_tail(&warnings),
        Version::V3 => v3::traces_tail(&warnings),
    };
    Ok(body.finish(tail.as_bytes()))
}

/// Puts summaries into an answer, until one does not fit.
pub fn answer_summaries(mut body: CappedBody, summaries: &[TraceSummary]) -> EncodedBody {
    body.push(v3::SUMMARIES_HEAD.as_bytes());
    let mut count = 0;
    for summary in summaries {
        let separator = if count > 0 { "," } else { "" };
        if !body.push(format!("{separator}{}", v3::summary(summary)).as_bytes()) {
            break;
        }
        count += 1;
    }
    let mut warnings = Vec::new();
    if count < summaries.len() {
        let message = format!("only {count} of the {} traces: {TOO_MUCH}", summaries.len());
        warnings.push(Warning::new(message));
    }
    body.finish(v3::summaries_tail(&warnings).as_bytes())
}

/// Puts as many of a trace's first spans into an answer as fit, within a factor of two, and says so.
fn push_first_spans(version: Version, body: &mut CappedBody, mut trace: Trace) -> Result<Warning, Refusal> {
    while !trace.spans.is_empty() {
        let warning = format!("only the first {} spans of the trace: {TOO_MUCH}", trace.spans.len());
        if body.push(&part(version, "", &trace, Some(&warning))) {
            return Ok(Warning::about(trace.trace_id, warning));
        }
        trace.spans.truncate(trace.spans.len() / 2);
    }
    Err(Refusal::TooLarge)
}

fn part(version: Version, separator: &str, trace: &Trace, warning: Option<&str>) -> Vec<u8> {
    let json = match version {
        Version::V1 => v1::trace_json(trace, warning),
        Version::V3 => v3::trace_json(trace),
    };
    [separator.as_bytes(), &json].concat()
}

#[cfg(test)]
mod tests {
    use firefly_model::UnixNanos;
    use firefly_model::trace::{Attributes, Resource, Scope, Span, SpanId, SpanKind, Status, TraceSpan};

    use super::*;

    /// A trace of so many spans, each with a name of so many bytes.
    fn trace(id: u128, spans: u64, name: usize) -> Trace {
        let span = |id| Span {
            trace_id: TraceId(1),
            span_id: SpanId(id),
            parent_span_id: None,
            trace_state: String::new(),
            flags: 0,
            name: "n".repeat(name),
            kind: SpanKind::Server,
            start: UnixNanos(1),
            end: UnixNanos(2),
            attributes: Attributes::default(),
            dropped_attributes_count: 0,
            events: Vec::new(),
            dropped_events_count: 0,
            links: Vec::new(),
            dropped_links_count: 0,
            status: Status::default(),
        };
        let spans = (1..=spans).map(|id| TraceSpan { span: span(id), resource: 0, scope: 0, warning: None });
        Trace {
            trace_id: TraceId(id),
            resources: vec![Resource::default()],
            scopes: vec![Scope::default()],
            spans: spans.collect(),
        }
    }

    fn answered(version: Version, asked: &[u128], traces: Vec<Trace>, cut: Option<Cut>) -> String {
        let asked: Vec<_> = asked.iter().copied().map(TraceId).collect();
        let body = answer(version, CappedBody::new(false), &asked, FoundTraces { traces, cut }).unwrap();
        let EncodedBody::Plain(text) = body else { panic!("compressed") };
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn what_fits_comes_whole_and_without_a_warning() {
        let traces = || vec![trace(1, 2, 1), trace(2, 1, 1)];
        let v1 = answered(Version::V1, &[1, 2], traces(), None);
        assert!(v1.ends_with(r#"],"total":0,"limit":0,"offset":0,"errors":null}"#), "{v1}");
        assert_eq!(v1.matches("\"spanID\"").count(), 3);
        let v3 = answered(Version::V3, &[1, 2], traces(), None);
        assert!(v3.ends_with("]}}"), "{v3}");
        assert_eq!(v3.matches("\"spanId\"").count(), 3);
    }

    #[test]
    fn traces_that_are_not_there_are_named() {
        let v1 = answered(Version::V1, &[1, 2], vec![trace(1, 1, 1)], None);
        let errors = r#""errors":[{"msg":"trace not found","traceID":"0000000000000002"}]}"#;
        assert!(v1.ends_with(errors), "{v1}");
    }

    #[test]
    fn traces_that_do_not_fit_are_left_out_whole() {
        let traces = || vec![trace(1, 1, 3_000_000), trace(2, 1, 3_000_000), trace(3, 1, 4_000_000)];
        for (version, end) in [
            (
                Version::V1,
                r#""errors":[{"msg":"only 2 of the 4 traces: more does not fit into one answer"}]}"#,
            ),
            (Version::V3, r#"]},"warnings":["only 2 of the 4 traces: more does not fit into one answer"]}"#),
        ] {
            let text = answered(version, &[1, 2, 3, 4], traces(), None);
            assert!(text.ends_with(end), "{}", &text[text.len() - 200..]);
            assert!(serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok());
        }
    }

    #[test]
    fn a_trace_that_does_not_fit_is_cut_to_its_first_spans() {
        for version in [Version::V1, Version::V3] {
            let text = answered(version, &[1, 2], vec![trace(1, 10, 1_000_000), trace(2, 1, 1)], None);
            assert!(text.contains("only the first 5 spans of the trace"), "{}", &text[text.len() - 300..]);
            assert!(text.contains("only 1 of the 2 traces"));
            assert!(serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok());
        }
        let text = answered(Version::V1, &[1], vec![trace(1, 2, 1)], Some(Cut::Spans));
        assert_eq!(text.matches("only the first 2 spans of the trace").count(), 2, "{text}");
        assert!(!text.contains("traces:"), "{text}");
    }

    #[test]
    fn a_span_that_does_not_fit_is_refused() {
        let found = FoundTraces { traces: vec![trace(1, 1, 7_000_000)], cut: None };
        let answered = answer(Version::V1, CappedBody::new(false), &[TraceId(1)], found);
        assert!(matches!(answered, Err(Refusal::TooLarge)));
    }
}
