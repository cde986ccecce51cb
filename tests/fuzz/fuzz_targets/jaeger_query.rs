//! The query string of any request to the function `jaeger`, and its path.

#![no_main]

use firefly_jaeger::route::route;
use firefly_model::UnixNanos;
use firefly_wire::jaeger::{Parameters, parse_trace_id, v1, v3};
use firefly_wire::limits;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|request: &str| {
    let (path, query) = request.split_once('?').unwrap_or(("", request));
    let _route = route(path);
    let _id = parse_trace_id(path);
    let parameters = Parameters::parse(query);
    let now = UnixNanos(1_772_442_000_000_000_000);
    let searches = [
        match v1::traces_request(&parameters, now) {
            Ok(v1::TracesRequest::Search(search)) => Some(search),
            _ => None,
        },
        v3::search(&parameters).ok(),
    ];
    for search in searches.into_iter().flatten() {
        assert!((1..=limits::TRACES).contains(&search.limit));
        assert!(search.tags.len() <= limits::TAGS);
    }
    let _hints = (v1::time_hint(&parameters), v3::time_hint(&parameters));
    let _operations = (v1::operations_request(&parameters), v3::operations_request(&parameters));
    let _dependencies = v1::dependencies_request(&parameters, now);
});
