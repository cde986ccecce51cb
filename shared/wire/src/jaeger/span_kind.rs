//! Kinds of spans, as both versions of the API show them.

use firefly_model::trace::SpanKind;

/// The lower-case word of a kind; empty if it was not said.
pub(super) fn word(kind: SpanKind) -> &'static str {
    if kind == SpanKind::Unspecified { "" } else { kind.word() }
}
