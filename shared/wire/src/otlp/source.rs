//! Pieces of an export, spans or metrics, as they were sent.

use crate::limits;
use crate::protobuf::write_varint;

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
        match self {
            Sent::Protobuf(parts) => parts.to_message(),
            Sent::Json(parts) => parts.to_text(names),
        }
    }
}

impl Parts<'_, [u8]> {
    /// The signals number their fields alike.
    fn to_message(self) -> (Vec<u8>, usize) {
        let with_head = |number, bytes: &[u8]| (head(number, bytes.len()), bytes.len());
        let total =
            |fields: &[(Vec<u8>, usize)]| fields.iter().map(|(head, length)| head.len() + length).sum();
        let in_scope =
            [with_head(1, self.scope), with_head(2, self.piece), with_head(3, self.scope_schema_url)];
        let of_scope: usize = total(&in_scope);
        let in_resource = [
            with_head(1, self.resource),
            (head(2, of_scope), of_scope),
            with_head(3, self.resource_schema_url),
        ];
        joined(&[
            &head(1, total(&in_resource)),
            &in_resource[0].0,
            self.resource,
            &in_resource[1].0,
            &in_scope[0].0,
            self.scope,
            &in_scope[1].0,
            self.piece,
            &in_scope[2].0,
            self.scope_schema_url,
            &in_resource[2].0,
            self.resource_schema_url,
        ])
    }
}

/// What stands before a field that has a length.
fn head(number: u8, length: usize) -> Vec<u8> {
    let mut head = vec![number << 3 | 2];
    write_varint(&mut head, length);
    head
}

impl Parts<'_, str> {
    fn to_text(self, [by_resource, by_scope, pieces]: Names) -> (Vec<u8>, usize) {
        fn or<'a>(text: &'a str, default: &'a str) -> &'a [u8] {
            if text.is_empty() { default.as_bytes() } else { text.as_bytes() }
        }
        joined(&[
            b"{\"",
            by_resource.as_bytes(),
            br#"":[{"resource":"#,
            or(self.resource, "{}"),
            b",\"",
            by_scope.as_bytes(),
            br#"":[{"scope":"#,
            or(self.scope, "{}"),
            b",\"",
            pieces.as_bytes(),
            br#"":["#,
            self.piece.as_bytes(),
            br#"],"schemaUrl":"#,
            or(self.scope_schema_url, "null"),
            br#"}],"schemaUrl":"#,
            or(self.resource_schema_url, "null"),
            b"}]}",
        ])
    }
}

/// The pieces one after the other, up to the cap, and how long all of them are.
fn joined(pieces: &[&[u8]]) -> (Vec<u8>, usize) {
    let size = pieces.iter().map(|piece| piece.len()).sum();
    let mut joined = Vec::with_capacity(limits::RECORD_BYTES.min(size));
    for piece in pieces {
        let room = limits::RECORD_BYTES - joined.len();
        joined.extend_from_slice(&piece[..piece.len().min(room)]);
    }
    (joined, size)
}
