//! An export of spans in JSON.

#![no_main]

mod exports;

use firefly_wire::otlp::Encoding;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| exports::check(body, Encoding::Json));
