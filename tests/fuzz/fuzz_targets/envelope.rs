//! The body of a delivery request, from its JSON to rows.

#![no_main]

use std::time::Duration;

use firefly_firehose::delivery::read;
use firefly_model::{KnownRows, TimeWindow, UnixMillis};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let window = TimeWindow::around(UnixMillis(1_748_859_420_000), Duration::from_secs(86_400));
    if let Ok(delivery) = read(body, &KnownRows::with_generation(10), window) {
        let rows = &delivery.batch.statistic_sets;
        assert!(rows.windows(2).all(|pair| (pair[0].series, pair[0].time) < (pair[1].series, pair[1].time)));
    }
});
