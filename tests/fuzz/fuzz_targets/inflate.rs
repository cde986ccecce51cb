//! A body in each of the encodings that an exporter may use, with a cap.

#![no_main]

use firefly_lambda::inflate;
use libfuzzer_sys::fuzz_target;

const CAP: usize = 1 << 16;

fuzz_target!(|body: &[u8]| {
    for encoding in ["deflate", "zstd"] {
        if let Ok(inflated) = inflate(body, Some(encoding), CAP) {
            assert!(inflated.len() <= CAP);
        }
    }
});
