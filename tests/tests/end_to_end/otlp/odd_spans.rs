//! Spans that cannot be stored as they are.

use firefly_tests::test_database::{Server, TestDatabase};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;

use super::endpoint::{Endpoint, JSON, PROTOBUF, function};
use super::rows::Stored;
use super::sample::{DAY, SECOND, export_of, now, span, text};

/// Spans that are refused, each with a part of the reason.
fn impossible() -> Vec<(Span, &'static str)> {
    let starting = |start| Span { start_time_unix_nano: start, ..span(9, "odd start") };
    vec![
        (Span { trace_id: vec![0; 16], ..span(1, "zero trace") }, "its trace id is all zero"),
        (Span { trace_id: vec![1; 15], ..span(2, "short trace") }, "its trace id has 15 bytes"),
        (Span { span_id: vec![], ..span(3, "no id") }, "its span id has 0 bytes"),
        (Span { parent_span_id: vec![7], ..span(4, "odd parent") }, "its parent span id has 1 bytes"),
        (starting(0), "it has no time"),
        (starting(now() + 3 * 3_600 * SECOND), "two hours ahead"),
        (starting(now() - 16 * DAY), "FIREFLY_MAX_AGE_DAYS"),
        (Span { end_time_unix_nano: u64::MAX, ..span(5, "endless") }, "centuries"),
    ]
}

#[tokio::test]
async fn they_are_named_and_set_aside_and_the_rest_is_stored() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let endpoint = Endpoint::start(function(&database.ingest_url())).await;
        let impossible = impossible();
        let mut spans: Vec<_> = impossible.iter().map(|(span, _)| span.clone()).collect();
        spans.extend([span(20, "good"), span(21, "good too")]);
        let export = export_of(spans);
        for (content_type, body) in
            [(PROTOBUF, export.encode_to_vec()), (JSON, serde_json::to_vec(&export).unwrap())]
        {
            let answer = endpoint.send(endpoint.post(content_type).body(body)).await;
            assert_eq!((answer.status, answer.rejected), (200, 8), "{answer:?}");
            assert!(answer.message.contains(r#"span "zero trace": its trace id is all zero"#), "{answer:?}");
            assert!(answer.message.ends_with("and 3 more"), "{answer:?}");
        }
        let stored = Stored::in_database(&database).await;
        assert_eq!(stored.names(), ["good", "good too"], "{server:?}");
        assert_eq!(stored.dead_letters.len(), 16, "once in each encoding, {server:?}");
        for (span, reason) in &impossible {
            let letters: Vec<_> =
                stored.dead_letters.iter().filter(|letter| letter.reason.contains(reason)).collect();
            assert_eq!(letters.len(), 2, "{reason}");
            for letter in letters {
                assert_eq!((letter.source.as_str(), &letter.source_arn), ("otlp", &None));
                let alone = match letter.bytes[0] {
                    b'{' => serde_json::from_slice(&letter.bytes).unwrap(),
                    _ => ExportTraceServiceRequest::decode(&*letter.bytes).unwrap(),
                };
                assert_eq!(alone, export_of(vec![span.clone()]), "{reason}");
            }
        }
        endpoint.send(endpoint.post(PROTOBUF).body(export.encode_to_vec())).await;
        assert_eq!(Stored::in_database(&database).await, stored, "set aside once, {server:?}");
    }
}

#[tokio::test]
async fn what_was_set_aside_can_be_sent_again_once_its_reason_is_gone() {
    let database = TestDatabase::create(Server::Postgresql).await.unwrap();
    let endpoint = Endpoint::start(function(&database.ingest_url())).await;
    let start = now() - 16 * DAY;
    let old = Span { start_time_unix_nano: start, end_time_unix_nano: start + 5, ..span(1, "old") };
    assert_eq!(
        endpoint.send(endpoint.post(PROTOBUF).body(export_of(vec![old]).encode_to_vec())).await.rejected,
        1
    );
    let set_aside = Stored::in_database(&database).await.dead_letters;
    let patient = function(&database.ingest_url()).env("FIREFLY_MAX_AGE_DAYS", "400");
    let patient = Endpoint::start(patient).await;
    let answer = patient.send(patient.post(PROTOBUF).body(set_aside[0].bytes.clone())).await;
    assert_eq!((answer.status, answer.rejected), (200, 0), "{answer:?}");
    assert_eq!(Stored::in_database(&database).await.names(), ["old"]);
}

#[tokio::test]
async fn odd_but_possible_spans_are_stored_in_a_defined_way() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let endpoint = Endpoint::start(function(&database.ingest_url())).await;
    let mut nul = span(1, "nul\0");
    nul.attributes = vec![text("key\0", "value\0")];
    nul.parent_span_id = vec![0; 8];
    let start = now();
    let backwards =
        Span { end_time_unix_nano: start - 60 * SECOND, start_time_unix_nano: start, ..span(2, "") };
    endpoint.export(&export_of(vec![nul, backwards])).await;
    let stored = Stored::in_database(&database).await;
    let [nul, backwards] = stored.spans.as_slice() else { panic!("{stored:?}") };
    assert_eq!(nul["name"], "nul\u{fffd}");
    assert_eq!(nul["attributes"]["key\u{fffd}"], "value\u{fffd}");
    assert!(nul["parent_span_id"].is_null());
    assert_eq!(backwards["name"], "");
    assert_eq!(backwards["duration_ms"], 0);
    assert!(backwards["warning"].is_string(), "{backwards}");
}
