//! Who calls whom, which the function works out beside the exports.

use firefly_tests::test_database::{Server, TestDatabase};
use opentelemetry_proto::tonic::trace::v1::Span;

use super::endpoint::{Endpoint, function};
use super::sample::{SECOND, export_of, span, text};

#[tokio::test]
async fn the_export_that_finds_five_minutes_over_works_out_their_edges() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let endpoint = Endpoint::start(function(&database.ingest_url())).await;
        let an_hour_ago = |span: Span| Span {
            start_time_unix_nano: span.start_time_unix_nano - 3_600 * SECOND,
            end_time_unix_nano: span.end_time_unix_nano - 3_600 * SECOND,
            ..span
        };
        let (parent, other) = (an_hour_ago(span(0, "POST /orders")), an_hour_ago(span(1, "charge")));
        let child =
            Span { trace_id: parent.trace_id.clone(), parent_span_id: parent.span_id.clone(), ..other };
        let mut request = export_of(vec![parent]);
        let mut of_child = export_of(vec![child]).resource_spans;
        of_child[0].resource.as_mut().unwrap().attributes = vec![text("service.name", "payment")];
        request.resource_spans.append(&mut of_child);
        endpoint.export(&request).await;

        let owner = database.owner().await.unwrap();
        let edges = owner.query("SELECT parent, child, calls FROM firefly.service_edge", &[]).await.unwrap();
        let edges: Vec<(String, String, i64)> =
            edges.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
        assert_eq!(
            edges,
            [("checkout".to_owned(), "payment".to_owned(), 1)],
            "{server:?}\n{}",
            endpoint.log()
        );
    }
}
