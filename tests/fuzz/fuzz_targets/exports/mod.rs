//! What holds for the spans of any export.

use std::time::Duration;

use firefly_model::{KnownRows, TimeWindow, UnixMillis};
use firefly_otlp::spans::{SpanExport, read};
use firefly_wire::otlp::Encoding;

/// Reads an export; every span is stored or refused, and what is set aside can be sent again, to be set aside again.
pub fn check(body: &[u8], encoding: Encoding) {
    let Some(export) = read_in(body, encoding) else { return };
    let SpanExport { batch, spans, refusals } = &export;
    assert!(batch.spans.len() + refusals.count() <= *spans);
    assert_eq!(refusals.partial_success().map_or(0, |partial| partial.rejected), refusals.count());
    for letter in &batch.dead_letters {
        let again = read_in(&letter.bytes, encoding).expect("a request of its own");
        assert_eq!((again.spans, again.refusals.count()), (1, 1));
        assert_eq!(again.batch.dead_letters[0].bytes, letter.bytes);
    }
}

fn read_in(body: &[u8], encoding: Encoding) -> Option<SpanExport> {
    let window = TimeWindow::around(UnixMillis(1_748_859_420_000), Duration::from_secs(86_400));
    read(body, encoding, &KnownRows::with_generation(10), window).ok()
}
