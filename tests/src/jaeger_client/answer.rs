//! Traces as Jaeger's query API answers them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// A trace as it is answered.
#[derive(Debug, Clone, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct JaegerTrace {
    /// Its id in hexadecimal.
    #[serde(rename = "traceID")]
    pub trace_id: String,
    /// Its spans.
    pub spans: Vec<JaegerSpan>,
    /// What made them.
    pub processes: BTreeMap<String, JaegerProcess>,
}

/// A span as it is answered.
#[derive(Debug, Clone, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct JaegerSpan {
    /// Its id in hexadecimal.
    #[serde(rename = "spanID")]
    pub span_id: String,
    /// Its name.
    pub operation_name: String,
    /// Its parent and its links.
    pub references: Vec<JaegerReference>,
    /// Unix microseconds.
    pub start_time: u64,
    /// Microseconds.
    pub duration: u64,
    /// Attributes.
    pub tags: Vec<JaegerTag>,
    /// Events.
    pub logs: Vec<JaegerLog>,
    /// Which of the processes made it.
    #[serde(rename = "processID")]
    pub process_id: String,
}

/// A reference to another span.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct JaegerReference {
    /// `CHILD_OF` or `FOLLOWS_FROM`.
    pub ref_type: String,
    /// The other span's id in hexadecimal.
    #[serde(rename = "spanID")]
    pub span_id: String,
}

/// What made spans.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct JaegerProcess {
    /// Name of the service.
    pub service_name: String,
}

/// A name and a value.
#[derive(Debug, Clone, Deserialize, PartialEq)]
pub struct JaegerTag {
    /// The name.
    pub key: String,
    /// The value, of its type.
    pub value: Value,
}

/// An event of a span.
#[derive(Debug, Clone, Deserialize, PartialEq)]
pub struct JaegerLog {
    /// Its name, in `event`, and its attributes.
    pub fields: Vec<JaegerTag>,
}

impl JaegerTrace {
    /// Name of the service that made a span of it.
    pub fn service(&self, span: &JaegerSpan) -> &str {
        self.processes.get(&span.process_id).map_or("", |process| &process.service_name)
    }
}

impl JaegerSpan {
    /// The parent's id, if it has one.
    pub fn parent(&self) -> Option<&str> {
        let parent = self.references.iter().find(|reference| reference.ref_type == "CHILD_OF");
        parent.map(|reference| reference.span_id.as_str())
    }

    /// The value of a tag.
    pub fn tag(&self, key: &str) -> Option<&Value> {
        self.tags.iter().find(|tag| tag.key == key).map(|tag| &tag.value)
    }
}

/// A tag's value as text.
pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
