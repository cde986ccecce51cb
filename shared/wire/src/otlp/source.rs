//! Pieces of an export, spans or metrics, as they were sent.

use crate::limits;
use crate::protobuf::write_bytes;

/// A span as it was sent, with the resource and scope that it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct SpanSource<'a>(pub(super) Sent<'a>);

/// A metric as it was sent, with all its points, and the resource and scope that it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct MetricSource<'a>(pub(super) Sent<'a>);

#[derive(Clone, Copy, Debug)]
pub(super) enum Sent<'a> {
    /// Messages.
    Protobuf(Parts<'a, [u8]>),
    /// Texts of JSON values; empty where there was none. The schema's are strings with their quotes.
    Json(Parts<'a, str>),
}

#[derive(Debug)]
pub(super) struct Parts<'a, T: ?Sized> {
    pub resource: &'a T,
    pub resource_schema_url: &'a T,
    pub scope: &'a T,
    pub scope_schema_url: &'a T,
    pub piece: &'a T,
}

impl<T: ?Sized> Clone for Parts<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Parts<'_, T> {}

/// What JSON calls the pieces of a signal: lists by resource, lists by scope, and the pieces themselves.
type Names = [&'static str; 3];

const SPANS: Names = ["resourceSpans", "scopeSpans", "spans"];
const METRICS: Names = ["resourceMetrics", "scopeMetrics", "metrics"];

impl SpanSource<'_> {
    /// An export request, in the encoding of the one that it came in, with this span alone; as far as it is no longer
    /// than what is kept of a dead letter. With it, how long all of it is.
    pub fn to_request(&self) -> (Vec<u8>, usize) {
        self.0.to_request(SPANS)
    }
}

impl MetricSource<'_> {
    /// As [`SpanSource::to_request`].
    pub fn to_request(&self) -> (Vec<u8>, usize) {
        self.0.to_request(METRICS)
    }
}

impl Sent<'_> {
    fn to_request(self, names: Names) -> (Vec<u8>, usize) {
        let mut request = match self {
            Sent::Protobuf(parts) => parts.to_message(),
            Sent::Json(parts) => parts.to_text(names).into_bytes(),
        };
        let size = request.len();
        request.truncate(limits::RECORD_BYTES);
        (request, size)
    }
}

impl Parts<'_, [u8]> {
    /// The signals number their fields alike.
    fn to_message(self) -> Vec<u8> {
        let mut of_scope = Vec::new();
        write_bytes(&mut of_scope, 1, self.scope);
        write_bytes(&mut of_scope, 2, self.piece);
        write_bytes(&mut of_scope, 3, self.scope_schema_url);
        let mut of_resource = Vec::new();
        write_bytes(&mut of_resource, 1, self.resource);
        write_bytes(&mut of_resource, 2, &of_scope);
        write_bytes(&mut of_resource, 3, self.resource_schema_url);
        let mut request = Vec::new();
        write_bytes(&mut request, 1, &of_resource);
        request
    }
}

impl Parts<'_, str> {
    fn to_text(self, [by_resource, by_scope, pieces]: Names) -> String {
        let or = |text: &'_ str, default: &'static str| {
            if text.is_empty() { default.to_owned() } else { text.to_owned() }
        };
        format!(
            r#"{{"{by_resource}":[{{"resource":{},"{by_scope}":[{{"scope":{},"{pieces}":[{}],"schemaUrl":{}}}],"schemaUrl":{}}}]}}"#,
            or(self.resource, "{}"),
            or(self.scope, "{}"),
            self.piece,
            or(self.scope_schema_url, "\"\""),
            or(self.resource_schema_url, "\"\""),
        )
    }
}
