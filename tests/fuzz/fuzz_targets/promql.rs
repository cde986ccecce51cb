//! A query, and a selector: printed, they parse to what prints the same.

#![no_main]

use firefly_promql::parser::{parse, parse_selector, pretty, with_lengths};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|query: &str| {
    let _matchers = parse_selector(query);
    let Ok(expr) = parse(query) else { return };
    let _computed = with_lengths(&expr, 60_000, 3_600_000);
    // Less than a millisecond is printed as none, and NaN seconds as the furthest time: neither is a length to read again.
    for printed in [expr.to_string(), pretty(&expr)] {
        if let Ok(again) = parse(&printed) {
            assert_eq!(again.to_string(), expr.to_string(), "{query}");
        }
    }
});
