//! What is stored, and what the exporter is told of it.

use firefly_tests::test_database::{Server, TestDatabase};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Status;
use prost::Message;

use super::endpoint::{Endpoint, JSON, PROTOBUF, function};
use super::rows::Stored;
use super::sample::{attribute, export_of, span, spans};

async fn start(server: Server) -> (TestDatabase, Endpoint) {
    let database = TestDatabase::create(server).await.unwrap();
    let endpoint = Endpoint::start(function(&database.ingest_url())).await;
    (database, endpoint)
}

#[tokio::test]
async fn what_is_exported_is_stored_and_exporting_it_again_changes_nothing() {
    for server in Server::ALL {
        let (database, endpoint) = start(server).await;
        let export = export_of(spans(20));
        endpoint.export(&export).await;
        let stored = Stored::in_database(&database).await;
        assert_eq!(stored.counts(), [20, 0], "{server:?}");
        assert_eq!(stored.catalogue.len(), 1 + 1 + 7, "{server:?}");

        endpoint.export(&export).await;
        let json = endpoint.post(JSON).body(serde_json::to_string(&export).unwrap());
        assert_eq!(endpoint.send(json).await.status, 200);
        assert_eq!(Stored::in_database(&database).await, stored, "{server:?}");
        assert_eq!(endpoint.pids().len(), 1, "one instance served all, {server:?}");

        let cold = Endpoint::start(function(&database.ingest_url())).await;
        cold.export(&export).await;
        assert_eq!(
            Stored::in_database(&database).await,
            stored,
            "by an instance that knows nothing, {server:?}"
        );
    }
}

#[tokio::test]
async fn a_span_is_stored_with_all_that_it_says_in_either_encoding() {
    let mut full = span(1, "GET /orders");
    full.attributes.extend([
        attribute("int", Value::IntValue(i64::MIN)),
        attribute("double", Value::DoubleValue(2.0)),
        attribute("bytes", Value::BytesValue(vec![0, 255])),
    ]);
    full.trace_state = "a=b".to_owned();
    full.status = Some(Status { message: "out of stock".to_owned(), code: 2 });
    full.flags = 0x101;
    let export = export_of(vec![full]);
    let mut all = Vec::new();
    for (content_type, body) in
        [(PROTOBUF, export.encode_to_vec()), (JSON, serde_json::to_vec(&export).unwrap())]
    {
        let (database, endpoint) = start(Server::Postgresql).await;
        assert_eq!(endpoint.send(endpoint.post(content_type).body(body)).await.status, 200);
        let stored = Stored::in_database(&database).await;
        let span = &stored.spans[0];
        assert_eq!(span["service_name"], "checkout");
        assert_eq!(span["scope_name"], "tests");
        assert_eq!((&span["status"], &span["status_message"]), (&"error".into(), &"out of stock".into()));
        assert_eq!((&span["trace_state"], &span["flags"]), (&"a=b".into(), &257.into()));
        assert_eq!(span["attributes"]["int"], i64::MIN);
        assert_eq!(span["attributes"]["bytes"]["$bytes"], "AP8=");
        all.push(stored);
    }
    assert_eq!(all[0], all[1]);
}

#[tokio::test]
async fn an_empty_export_is_accepted_without_the_database() {
    let database = TestDatabase::create(Server::Postgresql).await.unwrap();
    let mut nowhere = database.ingest_url();
    nowhere.set_port(Some(1)).unwrap();
    let endpoint = Endpoint::start(function(&nowhere)).await;
    for (content_type, body) in [
        (PROTOBUF, Vec::new()),
        (PROTOBUF, export_of(Vec::new()).encode_to_vec()),
        (JSON, b"{}".to_vec()),
        (JSON, serde_json::to_vec(&ExportTraceServiceRequest::default()).unwrap()),
    ] {
        let answer = endpoint.send(endpoint.post(content_type).body(body)).await;
        assert_eq!((answer.status, answer.rejected), (200, 0), "{content_type}: {answer:?}");
    }
}
