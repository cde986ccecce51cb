//! What one export of spans brings, ready to be stored.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::{Operation, Resource, Scope, Span, canonical};
use crate::{DeadLetter, Fingerprint, KnownRows, Sighting};

/// Spans, the catalogue rows that they need, and what was set aside.
#[derive(Debug, Default)]
pub struct SpanBatch {
    /// Spans; after [`SpanBatch::seal`] sorted by their key, each key once.
    pub spans: Vec<StoredSpan>,
    /// Resources whose catalogue row is missing or out of date.
    pub resources: HashMap<Fingerprint, CatalogueRow<Resource>>,
    /// Scopes whose catalogue row is missing or out of date.
    pub scopes: HashMap<Fingerprint, CatalogueRow<Scope>>,
    /// Operations with their service, whose catalogue row is missing or out of date.
    pub operations: HashMap<Fingerprint, CatalogueRow<ServiceOperation>>,
    /// Input that could not be stored.
    pub dead_letters: Vec<DeadLetter>,
    scratch: Vec<u8>,
}

/// A span with the ids of the catalogue rows that it refers to.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredSpan {
    /// The span.
    pub span: Span,
    /// Its resource.
    pub resource: Fingerprint,
    /// Its scope.
    pub scope: Fingerprint,
    /// Its service, name and kind.
    pub operation: Fingerprint,
}

/// An operation and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceOperation {
    /// Name of the service.
    pub service_name: String,
    /// What it does.
    pub operation: Operation,
}

/// A row of a catalogue, with when it was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogueRow<T> {
    /// What is catalogued.
    pub value: T,
    /// The hours of the oldest and the newest span of it; no unit.
    pub sighting: Sighting,
}

/// A resource or scope whose spans are being added.
#[derive(Clone, Debug)]
pub struct Catalogued<T> {
    fingerprint: Fingerprint,
    value: T,
}

impl SpanBatch {
    /// Names a resource, for the spans that follow.
    pub fn resource(&mut self, resource: Resource) -> Catalogued<Resource> {
        let fingerprint = canonical::resource_fingerprint(&resource, &mut self.scratch);
        Catalogued { fingerprint, value: resource }
    }

    /// Names a scope, for the spans that follow.
    pub fn scope(&mut self, scope: Scope) -> Catalogued<Scope> {
        let fingerprint = canonical::scope_fingerprint(&scope, &mut self.scratch);
        Catalogued { fingerprint, value: scope }
    }

    /// Adds a span, and the catalogue rows that it needs unless `known` covers them.
    pub fn add(
        &mut self,
        span: Span,
        resource: &Catalogued<Resource>,
        scope: &Catalogued<Scope>,
        known: &KnownRows,
    ) {
        let hour = span.start.hour();
        let service_name = resource.value.service_name();
        let operation =
            canonical::operation_fingerprint(service_name, &span.name, span.kind, &mut self.scratch);
        note(&mut self.resources, resource.fingerprint, hour, known, || resource.value.clone());
        note(&mut self.scopes, scope.fingerprint, hour, known, || scope.value.clone());
        note(&mut self.operations, operation, hour, known, || ServiceOperation {
            service_name: service_name.to_owned(),
            operation: Operation { name: span.name.clone(), kind: span.kind },
        });
        self.spans.push(StoredSpan {
            span,
            resource: resource.fingerprint,
            scope: scope.fingerprint,
            operation,
        });
    }

    /// Brings the spans into the order in which they are written, and drops the copies of those that came before: a
    /// span is what its trace, its id and the microsecond of its start say.
    pub fn seal(&mut self) {
        self.spans.sort_by_key(StoredSpan::key);
        self.spans.dedup_by_key(|span| span.key());
    }

    /// The catalogue rows, once they are written and committed, for [`KnownRows::remember`].
    pub fn catalogue_rows(&self) -> impl Iterator<Item = (Fingerprint, &Sighting)> {
        fn of<T>(
            rows: &HashMap<Fingerprint, CatalogueRow<T>>,
        ) -> impl Iterator<Item = (Fingerprint, &Sighting)> {
            rows.iter().map(|(fingerprint, row)| (*fingerprint, &row.sighting))
        }
        of(&self.resources).chain(of(&self.scopes)).chain(of(&self.operations))
    }
}

impl StoredSpan {
    fn key(&self) -> (u128, u64, u64) {
        (self.span.trace_id.0, self.span.span_id.0, self.span.start.micros())
    }
}

fn note<T>(
    rows: &mut HashMap<Fingerprint, CatalogueRow<T>>,
    fingerprint: Fingerprint,
    hour: crate::UnixHour,
    known: &KnownRows,
    value: impl FnOnce() -> T,
) {
    if known.covers(fingerprint, hour, "") {
        return;
    }
    match rows.entry(fingerprint) {
        Entry::Occupied(mut seen) => seen.get_mut().sighting.extend(hour, ""),
        Entry::Vacant(unseen) => {
            let sighting = Sighting { first: hour, last: hour, unit: String::new() };
            unseen.insert(CatalogueRow { value: value(), sighting });
        }
    }
}
