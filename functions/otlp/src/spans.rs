//! From the body of an export of spans to a batch of rows.
//!
//! A span is refused, which the exporter is told, and set aside if an id of it is none, if it began outside the time
//! window, if it lasted longer than 64 bits of nanoseconds with a sign tell, or if an attribute is nested too deeply.

use firefly_model::trace::{Catalogued, Resource, Scope, Span, SpanBatch};
use firefly_model::{KnownRows, OutsideWindow, TimeWindow};
use firefly_wire::Refusals;
use firefly_wire::otlp::{Encoding, Fault, SpanSink, SpanSource, Unreadable, decode_traces};

/// What an export of spans held.
#[derive(Debug)]
pub struct SpanExport {
    /// Rows, sealed, with what is set aside.
    pub batch: SpanBatch,
    /// Spans that were read, those refused included.
    pub spans: usize,
    /// What was refused; what is set aside of it is in the batch.
    pub refusals: Refusals,
}

/// Reads a plain body.
///
/// # Errors
///
/// If it is no export of spans, or exceeds a cap. A span that cannot be stored is no error: it is refused.
pub fn read(
    body: &[u8],
    encoding: Encoding,
    known: &KnownRows,
    window: TimeWindow,
) -> Result<SpanExport, Unreadable> {
    let mut batch = SpanBatch::default();
    let (resource, scope) = (batch.resource(Resource::default()), batch.scope(Scope::default()));
    let refusals = Refusals::default();
    let mut collector = Collector { known, window, batch, resource, scope, spans: 0, refusals };
    decode_traces(body, encoding, &mut collector)?;
    let Collector { mut batch, spans, mut refusals, .. } = collector;
    batch.dead_letters = std::mem::take(&mut refusals.dead_letters);
    batch.seal();
    Ok(SpanExport { batch, spans, refusals })
}

struct Collector<'a> {
    known: &'a KnownRows,
    window: TimeWindow,
    batch: SpanBatch,
    resource: Catalogued<Resource>,
    scope: Catalogued<Scope>,
    spans: usize,
    refusals: Refusals,
}

#[derive(Debug, thiserror::Error)]
enum OddTime {
    #[error("it {0}")]
    Start(#[from] OutsideWindow),
    #[error("its end, {end} ns, is centuries after its start")]
    End { end: u64 },
}

impl Collector<'_> {
    fn check_times(&self, span: &Span) -> Result<(), OddTime> {
        self.window.check(span.start.millis())?;
        match i64::try_from(span.duration_nanos()) {
            Ok(_) => Ok(()),
            Err(_) => Err(OddTime::End { end: span.end.0 }),
        }
    }
}

impl SpanSink for Collector<'_> {
    fn resource(&mut self, resource: Resource) {
        self.resource = self.batch.resource(resource);
    }

    fn scope(&mut self, scope: Scope) {
        self.scope = self.batch.scope(scope);
    }

    fn span(&mut self, span: Span, source: &SpanSource<'_>) {
        self.spans += 1;
        match self.check_times(&span) {
            Ok(()) => self.batch.add(span, &self.resource, &self.scope, self.known),
            Err(odd) => self.refusals.refuse("span", &span.name, 1, &odd, || source.to_request()),
        }
    }

    fn refused(&mut self, name: String, fault: &Fault, source: &SpanSource<'_>) {
        self.spans += 1;
        self.refusals.refuse("span", &name, 1, fault, || source.to_request());
    }
}
