//! Who takes what an export holds.

use firefly_model::trace::{Resource, Scope, Span};

use super::{Fault, SpanSource};

/// Takes the spans of an export, after the resource and the scope that they belong to.
pub trait SpanSink {
    /// The resource of the spans that follow.
    fn resource(&mut self, resource: Resource);

    /// The scope of the spans that follow.
    fn scope(&mut self, scope: Scope);

    /// A span, with valid ids. Its times are as they were sent.
    fn span(&mut self, span: Span, source: &SpanSource<'_>);

    /// A span that cannot be stored, or whose resource or scope cannot. Its name is empty if it could not be read.
    fn refused(&mut self, name: String, fault: &Fault, source: &SpanSource<'_>);
}

/// A span that cannot be stored, with its name as far as it was read.
#[derive(Debug)]
pub(super) struct Refused {
    pub name: String,
    pub fault: Fault,
}

/// Hands a span over, unless something is wrong with it or with what it belongs to.
pub(super) fn hand_over(
    span: Result<Span, Refused>,
    fault_around: Option<&Fault>,
    source: &SpanSource<'_>,
    sink: &mut dyn SpanSink,
) {
    match (span, fault_around) {
        (Ok(span), None) => sink.span(span, source),
        (Ok(span), Some(fault)) => sink.refused(span.name, fault, source),
        (Err(refused), _) => sink.refused(refused.name, &refused.fault, source),
    }
}
