//! The envelope of every answer of v1.

use firefly_model::trace::TraceId;
use serde::Serialize;

use crate::jaeger::trace_id::short_trace_id;

/// What is amiss with an answer that is given nevertheless: Jaeger's UI and Grafana show the data beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What went wrong.
    pub message: String,
    /// The trace that it is about.
    pub trace_id: Option<TraceId>,
}

impl Warning {
    /// What is amiss with all of it.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), trace_id: None }
    }

    /// What is amiss with a trace.
    pub fn about(trace_id: TraceId, message: impl Into<String>) -> Self {
        Self { trace_id: Some(trace_id), ..Self::new(message) }
    }
}

#[derive(Serialize)]
struct Envelope<T> {
    data: T,
    total: usize,
    limit: usize,
    offset: usize,
    errors: Option<Vec<JsonError>>,
}

#[derive(Serialize)]
struct JsonError {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u16>,
    msg: String,
    #[serde(rename = "traceID", skip_serializing_if = "Option::is_none")]
    trace_id: Option<String>,
}

impl From<&Warning> for JsonError {
    fn from(error: &Warning) -> Self {
        Self { code: None, msg: error.message.clone(), trace_id: error.trace_id.map(short_trace_id) }
    }
}

/// An answer: these data, and how many there are, where Jaeger says so.
pub fn envelope(data: impl Serialize, total: usize) -> String {
    to_json(&Envelope { data, total, limit: 0, offset: 0, errors: None })
}

/// The answer of a request that failed.
pub fn error_envelope(status: u16, message: String) -> String {
    let error = JsonError { code: Some(status), msg: message, trace_id: None };
    to_json(&Envelope { data: (), total: 0, limit: 0, offset: 0, errors: Some(vec![error]) })
}

/// What stands before the traces of an answer, which are separated by commas.
pub const TRACES_HEAD: &str = "{\"data\":[";

/// What stands behind them.
pub fn traces_tail(warnings: &[Warning]) -> String {
    #[derive(Serialize)]
    struct Errors(Option<Vec<JsonError>>);
    let errors = (!warnings.is_empty()).then(|| warnings.iter().map(JsonError::from).collect());
    format!("],\"total\":0,\"limit\":0,\"offset\":0,\"errors\":{}}}", to_json(&Errors(errors)))
}

fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_has_the_envelope() {
        assert_eq!(envelope(["a"], 1), r#"{"data":["a"],"total":1,"limit":0,"offset":0,"errors":null}"#);
        assert_eq!(
            error_envelope(400, "parameter 'service' is required".into()),
            r#"{"data":null,"total":0,"limit":0,"offset":0,"errors":[{"code":400,"msg":"parameter 'service' is required"}]}"#
        );
    }

    #[test]
    fn traces_stand_between_head_and_tail() {
        assert_eq!(
            format!("{TRACES_HEAD}{}", traces_tail(&[])),
            r#"{"data":[],"total":0,"limit":0,"offset":0,"errors":null}"#
        );
        let absent = Warning::about(TraceId(0x1f), "trace not found");
        assert_eq!(
            traces_tail(&[absent, Warning::new("cut")]),
            r#"],"total":0,"limit":0,"offset":0,"errors":[{"msg":"trace not found","traceID":"000000000000001f"},{"msg":"cut"}]}"#
        );
    }
}
