//! Ids from their bytes.

use firefly_model::trace::{SpanId, TraceId};

use super::Fault;

pub(super) fn trace_id(bytes: &[u8], whose: &'static str) -> Result<TraceId, Fault> {
    match u128::from_be_bytes(array(bytes, whose)?) {
        0 => Err(Fault::ZeroId(whose)),
        id => Ok(TraceId(id)),
    }
}

pub(super) fn span_id(bytes: &[u8], whose: &'static str) -> Result<SpanId, Fault> {
    match u64::from_be_bytes(array(bytes, whose)?) {
        0 => Err(Fault::ZeroId(whose)),
        id => Ok(SpanId(id)),
    }
}

/// None and all zero both mean that there is no parent.
pub(super) fn parent_span_id(bytes: &[u8]) -> Result<Option<SpanId>, Fault> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let id = u64::from_be_bytes(array(bytes, "parent span id")?);
    Ok((id != 0).then_some(SpanId(id)))
}

fn array<const N: usize>(bytes: &[u8], whose: &'static str) -> Result<[u8; N], Fault> {
    bytes.try_into().map_err(|_| Fault::IdLength { whose, bytes: bytes.len(), expected: N })
}
