//! Answers that would be larger than Lambda passes on.

use firefly_model::UnixNanos;
use firefly_tests::test_database::{Server, TestDatabase};
use serde_json::Value;

use super::endpoint::Endpoint;
use super::sample::start;
use crate::storage::traces::spans::{Sent, span, store, text};

/// What a function URL passes on.
const ANSWER_BYTES: usize = 6_291_456;

/// Of a trace that began so many milliseconds before the newest, so many spans with 10 kB each that gzip makes little of.
fn trace(newest: UnixNanos, id: u128, spans: u64) -> Vec<Sent> {
    let start = UnixNanos(newest.0 - u64::try_from(id).unwrap() * 1_000_000);
    let mut state = u32::try_from(id).unwrap();
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'#' + u8::try_from(state >> 26).unwrap())
    };
    let mut large = |span_id| {
        let noise: String = (0..10_000).map(|_| noise()).collect();
        span(id, span_id, UnixNanos(start.0 + span_id)).with("noise", text(&noise))
    };
    (1..=spans).map(&mut large).collect()
}

fn spans(trace: &Value) -> usize {
    trace["spans"].as_array().unwrap().len()
}

#[tokio::test]
async fn what_does_not_fit_is_left_out_trace_by_trace() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let newest = start();
    for id in 1..=10 {
        store(&database, &trace(newest, id, 100)).await.unwrap();
    }
    let endpoint = Endpoint::on(&database).await;
    let path = "/api/traces?service=checkout";
    let (plain, compressed) = (endpoint.get(path).await, endpoint.get_compressed(path).await);
    assert!(compressed.size.div_ceil(3) * 4 < ANSWER_BYTES, "{}", compressed.size);
    for (answer, least) in [(plain, 4), (compressed, 5)] {
        assert_eq!(answer.status, 200, "{}", endpoint.log());
        let traces = answer.body["data"].as_array().unwrap();
        assert!((least..10).contains(&traces.len()), "{}", traces.len());
        assert!(traces.iter().all(|trace| spans(trace) == 100));
        let newest: Vec<_> = (1..=traces.len()).map(|id| format!("{id:016x}")).collect();
        let ids: Vec<_> = traces.iter().map(|trace| trace["traceID"].as_str().unwrap()).collect();
        assert_eq!(ids, newest, "the newest come first");
        let warning = format!("only {} of the 10 traces: more does not fit into one answer", traces.len());
        assert_eq!(answer.body["errors"][0]["msg"], warning);
    }
}

#[tokio::test]
async fn a_trace_that_does_not_fit_is_cut_to_its_first_spans() {
    let database = TestDatabase::create(Server::Postgresql).await.unwrap();
    store(&database, &trace(start(), 1, 1_000)).await.unwrap();
    let endpoint = Endpoint::on(&database).await;
    for answer in [endpoint.get("/api/traces/1").await, endpoint.get_compressed("/api/traces/1").await] {
        assert_eq!(answer.status, 200, "{}", endpoint.log());
        let trace = &answer.body["data"][0];
        let count = spans(trace);
        assert!((250..1_000).contains(&count), "{count}");
        let warning = format!("only the first {count} spans of the trace: more does not fit into one answer");
        assert_eq!(
            (&trace["warnings"][0], &answer.body["errors"][0]["msg"]),
            (&warning.clone().into(), &warning.into())
        );
        assert_eq!(trace["spans"][count - 1]["spanID"], format!("{count:016x}"));
    }
    let v3 = endpoint.get_compressed("/api/v3/traces/1").await;
    assert!(v3.body["warnings"][0].as_str().unwrap().contains("first"), "{}", v3.body["warnings"]);
}

#[tokio::test]
async fn a_small_trace_is_compressed_only_for_those_who_take_it() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    store(&database, &[span(1, 1, start())]).await.unwrap();
    let endpoint = Endpoint::on(&database).await;
    let (plain, compressed) =
        (endpoint.get("/api/traces/1").await, endpoint.get_compressed("/api/traces/1").await);
    assert_eq!(plain.body, compressed.body);
    assert!(compressed.size < plain.size);
}
