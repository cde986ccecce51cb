//! A record that is read as OpenTelemetry messages: an empty one at its front says so.

#![no_main]

mod points;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|messages: &[u8]| {
    points::check(messages);
    points::check(&[&[0], messages].concat());
});
