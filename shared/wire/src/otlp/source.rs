//! A span as it was sent.

use crate::limits;
use crate::protobuf::write_bytes;

/// A span as it was sent, with the resource and scope that it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct SpanSource<'a>(pub(super) Sent<'a>);

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
    pub span: &'a T,
}

impl<T: ?Sized> Clone for Parts<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Parts<'_, T> {}

impl SpanSource<'_> {
    /// An export request, in the encoding of the one that it came in, with this span alone; as far as it is no longer
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

impl Parts<'_, [u8]> {
    fn to_message(self) -> Vec<u8> {
        let mut scope_spans = Vec::new();
        write_bytes(&mut scope_spans, 1, self.scope);
        write_bytes(&mut scope_spans, 2, self.span);
        write_bytes(&mut scope_spans, 3, self.scope_schema_url);
        let mut resource_spans = Vec::new();
        write_bytes(&mut resource_spans, 1, self.resource);
        write_bytes(&mut resource_spans, 2, &scope_spans);
        write_bytes(&mut resource_spans, 3, self.resource_schema_url);
        let mut request = Vec::new();
        write_bytes(&mut request, 1, &resource_spans);
        request
    }
}

impl Parts<'_, str> {
    fn to_text(self) -> String {
        let or = |text: &'_ str, default: &'static str| {
            if text.is_empty() { default.to_owned() } else { text.to_owned() }
        };
        format!(
            r#"{{"resourceSpans":[{{"resource":{},"scopeSpans":[{{"scope":{},"spans":[{}],"schemaUrl":{}}}],"schemaUrl":{}}}]}}"#,
            or(self.resource, "{}"),
            or(self.scope, "{}"),
            self.span,
            or(self.scope_schema_url, "\"\""),
            or(self.resource_schema_url, "\"\""),
        )
    }
}
