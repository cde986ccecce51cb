//! A record that is read as JSON lines: its first byte says so.

#![no_main]

mod points;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|lines: &[u8]| {
    points::check(lines);
    points::check(&[b"{}\n", lines].concat());
});
