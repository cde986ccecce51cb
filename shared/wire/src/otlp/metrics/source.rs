//! A metric as it was sent.

use crate::limits;
use crate::protobuf::write_bytes;

/// A metric as it was sent, with all its points, and the resource and scope that it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct MetricSource<'a>(pub(crate) Sent<'a>);

#[derive(Clone, Copy, Debug)]
pub(crate) enum Sent<'a> {
    /// Messages.
    Protobuf(Parts<&'a [u8]>),
    /// Texts of JSON values; empty where there was none.
    Json(Parts<&'a str>),
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Parts<T> {
    pub resource: T,
    pub resource_schema_url: T,
    pub scope: T,
    pub scope_schema_url: T,
    pub metric: T,
}

impl MetricSource<'_> {
    /// An export request, in the encoding of the one that it came in, with this metric alone; as far as it is no longer
    /// than what is kept of a dead letter. With it, how long all of it is.
    pub fn to_request(&self) -> (Vec<u8>, usize) {
        let mut request = match &self.0 {
            Sent::Protobuf(parts) => parts.to_message(),
            Sent::Json(parts) => parts.to_text().into_bytes(),
        };
        let size = request.len();
        request.truncate(limits::RECORD_BYTES);
        (request, size)
    }
}

impl Parts<&[u8]> {
    fn to_message(self) -> Vec<u8> {
        let mut scope_metrics = Vec::new();
        write_bytes(&mut scope_metrics, 1, self.scope);
        write_bytes(&mut scope_metrics, 2, self.metric);
        write_bytes(&mut scope_metrics, 3, self.scope_schema_url);
        let mut resource_metrics = Vec::new();
        write_bytes(&mut resource_metrics, 1, self.resource);
        write_bytes(&mut resource_metrics, 2, &scope_metrics);
        write_bytes(&mut resource_metrics, 3, self.resource_schema_url);
        let mut request = Vec::new();
        write_bytes(&mut request, 1, &resource_metrics);
        request
    }
}

impl Parts<&str> {
    fn to_text(self) -> String {
        let or = |text: &'_ str, default: &'static str| {
            if text.is_empty() { default.to_owned() } else { text.to_owned() }
        };
        format!(
            r#"{{"resourceMetrics":[{{"resource":{},"scopeMetrics":[{{"scope":{},"metrics":[{}],"schemaUrl":{}}}],"schemaUrl":{}}}]}}"#,
            or(self.resource, "{}"),
            or(self.scope, "{}"),
            self.metric,
            or(self.scope_schema_url, "\"\""),
            or(self.resource_schema_url, "\"\""),
        )
    }
}
