//! Operations and dependencies.

use firefly_model::trace::{Operation, ServiceEdge};
use serde::Serialize;

use crate::jaeger::span_kind;

/// An operation, as `/api/operations` shows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JsonOperation<'a> {
    name: &'a str,
    span_kind: &'static str,
}

impl<'a> From<&'a Operation> for JsonOperation<'a> {
    fn from(operation: &'a Operation) -> Self {
        Self { name: &operation.name, span_kind: span_kind::word(operation.kind) }
    }
}

/// Who called whom, as `/api/dependencies` shows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JsonDependency<'a> {
    parent: &'a str,
    child: &'a str,
    call_count: u64,
}

impl<'a> From<&'a ServiceEdge> for JsonDependency<'a> {
    fn from(edge: &'a ServiceEdge) -> Self {
        Self { parent: &edge.parent, child: &edge.child, call_count: edge.calls }
    }
}
