//! A remote write, of either version, plain or in snappy.

#![no_main]

use std::time::Duration;

use firefly_model::{KnownRows, TimeWindow, UnixMillis};
use firefly_remote_write::write::{Write, read};
use firefly_wire::remote_write::Message;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    for message in [Message::WriteRequest, Message::Request] {
        check(body, message);
        if let Ok(plain) = firefly_lambda::snappy(body, 1 << 20) {
            check(&plain, message);
        }
    }
});

/// What is stored is no more than there is, and what is set aside can be sent again, to be set aside again.
fn check(body: &[u8], message: Message) {
    let Some(Write { batch, written, refusals }) = read_as(body, message) else { return };
    assert!(batch.samples.len() <= written.samples && batch.exemplars.len() <= written.exemplars);
    assert!(batch.dead_letters.len() <= refusals.count());
    for letter in &batch.dead_letters {
        let again = read_as(&letter.bytes, message).expect("a write of its own");
        assert_eq!(again.refusals.count(), 1);
        assert_eq!(again.batch.dead_letters[0].bytes, letter.bytes);
    }
}

fn read_as(body: &[u8], message: Message) -> Option<Write> {
    let now = UnixMillis(1_772_409_600_000);
    let window = TimeWindow::around(now, Duration::from_secs(86_400));
    read(body, message, &KnownRows::with_generation(10), now, window).ok()
}
