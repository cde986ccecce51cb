//! A compressed body, with a cap.

#![no_main]

use firefly_lambda::gunzip;
use libfuzzer_sys::fuzz_target;

const CAP: usize = 1 << 16;

fuzz_target!(|body: &[u8]| {
    if let Ok(inflated) = gunzip(body, CAP) {
        assert!(inflated.len() <= CAP);
    }
});
