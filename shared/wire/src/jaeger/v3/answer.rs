//! Answers of v3. Traces and summaries are put between a head and a tail, separated by commas.

use firefly_model::trace::{Operation, Trace, TraceSummary};
use serde::Serialize;

use crate::jaeger::span_kind;
use crate::jaeger::v1::Warning;
use crate::otlp::TracesData;

/// What stands before the `resourceSpans` of an answer.
pub const TRACES_HEAD: &str = "{\"result\":{\"resourceSpans\":[";

/// What stands before the summaries of an answer.
pub const SUMMARIES_HEAD: &str = "{\"summaries\":[";

/// What stands behind the `resourceSpans`. Jaeger has no warnings here, and its UI passes over them.
pub fn traces_tail(warnings: &[Warning]) -> String {
    format!("]}}{}}}", warnings_field(warnings))
}

/// What stands behind the summaries.
pub fn summaries_tail(warnings: &[Warning]) -> String {
    format!("]{}}}", warnings_field(warnings))
}

fn warnings_field(warnings: &[Warning]) -> String {
    if warnings.is_empty() {
        return String::new();
    }
    let messages: Vec<_> = warnings.iter().map(|warning| &warning.message).collect();
    format!(",\"warnings\":{}", to_json(&messages))
}

/// The `resourceSpans` of a trace, as they stand between the two: one or several, separated by commas.
pub fn trace_json(trace: &Trace) -> Vec<u8> {
    const HEAD: &[u8] = b"{\"resourceSpans\":[";
    const TAIL: &[u8] = b"]}";
    let mut json = serde_json::to_vec(&TracesData(std::slice::from_ref(trace))).unwrap_or_default();
    json.truncate(json.len().saturating_sub(TAIL.len()));
    json.drain(..HEAD.len().min(json.len()));
    json
}

/// The answer of a request that failed.
pub fn error_body(status: u16, message: &str) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Details<'a> {
        http_code: u16,
        message: &'a str,
    }
    #[derive(Serialize)]
    struct Body<'a> {
        error: Details<'a>,
    }
    to_json(&Body { error: Details { http_code: status, message } })
}

/// The answer to `/api/v3/services`.
pub fn services(services: &[String]) -> String {
    #[derive(Serialize)]
    struct Services<'a> {
        services: &'a [String],
    }
    to_json(&Services { services })
}

/// The answer to `/api/v3/operations`. The kind is empty if it was not said.
pub fn operations(operations: &[Operation]) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct JsonOperation<'a> {
        name: &'a str,
        #[serde(skip_serializing_if = "str::is_empty")]
        span_kind: &'a str,
    }
    #[derive(Serialize)]
    struct Operations<'a> {
        operations: Vec<JsonOperation<'a>>,
    }
    let operations = operations
        .iter()
        .map(|operation| JsonOperation { name: &operation.name, span_kind: span_kind::word(operation.kind) });
    to_json(&Operations { operations: operations.collect() })
}

/// The JSON of a summary. As everywhere in protobuf's JSON, 64-bit numbers are strings.
pub fn summary(summary: &TraceSummary) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct JsonSummary<'a> {
        trace_id: String,
        root_service_name: &'a str,
        root_operation_name: &'a str,
        min_start_time_unix_nano: String,
        max_end_time_unix_nano: String,
        span_count: u64,
        error_span_count: u64,
        services: Vec<JsonService<'a>>,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct JsonService<'a> {
        name: &'a str,
        span_count: u64,
        error_span_count: u64,
    }
    to_json(&JsonSummary {
        trace_id: summary.trace_id.to_string(),
        root_service_name: &summary.root_service_name,
        root_operation_name: &summary.root_operation_name,
        min_start_time_unix_nano: summary.start.0.to_string(),
        max_end_time_unix_nano: summary.end.0.to_string(),
        span_count: summary.span_count,
        error_span_count: summary.error_span_count,
        services: summary
            .services
            .iter()
            .map(|service| JsonService {
                name: &service.name,
                span_count: service.span_count,
                error_span_count: service.error_span_count,
            })
            .collect(),
    })
}

fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use firefly_model::UnixNanos;
    use firefly_model::trace::{Resource, Scope, ServiceSummary, SpanKind, TraceId};

    use super::*;

    #[test]
    fn traces_and_summaries_stand_between_head_and_tail() {
        assert_eq!(format!("{TRACES_HEAD}{}", traces_tail(&[])), r#"{"result":{"resourceSpans":[]}}"#);
        assert_eq!(
            format!("{TRACES_HEAD}{}", traces_tail(&[Warning::new("cut")])),
            r#"{"result":{"resourceSpans":[]},"warnings":["cut"]}"#
        );
        assert_eq!(
            format!("{SUMMARIES_HEAD}{}", summaries_tail(&[Warning::new("cut")])),
            r#"{"summaries":[],"warnings":["cut"]}"#
        );
    }

    #[test]
    fn the_small_answers() {
        assert_eq!(
            error_body(404, "No traces found"),
            r#"{"error":{"httpCode":404,"message":"No traces found"}}"#
        );
        assert_eq!(services(&[]), r#"{"services":[]}"#);
        let operations_of = [(SpanKind::Server, "GET /"), (SpanKind::Unspecified, "work")];
        assert_eq!(
            operations(&operations_of.map(|(kind, name)| Operation { name: name.into(), kind })),
            r#"{"operations":[{"name":"GET /","spanKind":"server"},{"name":"work"}]}"#
        );
    }

    #[test]
    fn a_trace_is_what_stands_between_the_brackets() {
        let trace = Trace {
            trace_id: TraceId(1),
            resources: vec![Resource::default()],
            scopes: vec![Scope::default()],
            spans: Vec::new(),
        };
        let between = String::from_utf8(trace_json(&trace)).unwrap();
        let whole = serde_json::to_string(&TracesData(&[trace])).unwrap();
        assert_eq!(format!("{{\"resourceSpans\":[{between}]}}"), whole);
    }

    #[test]
    fn a_summary() {
        let service = ServiceSummary { name: "checkout".into(), span_count: 3, error_span_count: 1 };
        let summarised = TraceSummary {
            trace_id: TraceId(0x1f),
            root_service_name: "checkout".into(),
            root_operation_name: "POST /orders".into(),
            start: UnixNanos(1_772_442_000_123_456_789),
            end: UnixNanos(1_772_442_001_000_000_000),
            span_count: 3,
            error_span_count: 1,
            services: vec![service],
        };
        assert_eq!(
            summary(&summarised),
            r#"{"traceId":"0000000000000000000000000000001f","rootServiceName":"checkout","rootOperationName":"POST /orders","minStartTimeUnixNano":"1772442000123456789","maxEndTimeUnixNano":"1772442001000000000","spanCount":3,"errorSpanCount":1,"services":[{"name":"checkout","spanCount":3,"errorSpanCount":1}]}"#
        );
    }
}
