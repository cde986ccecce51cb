//! Real SDKs and a real Collector export to Firefly, and what they made is read back through the Jaeger API.

use firefly_tests::references::{Client, Collector};
use firefly_tests::test_database::Server;

use super::canonical::{canonical, differences};
use super::gateway::{Gateway, INGEST_KEY};
use super::made::{assert_read_back, assert_unknown};
use super::samples::{requests, trace_ids};
use super::side::Side;
use super::side_by_side::window;

#[tokio::test]
async fn what_an_sdk_exports_is_read_back_as_it_was_made() {
    let bearer = format!("authorization=Bearer%20{INGEST_KEY}");
    let plain = format!("x-firefly-key={INGEST_KEY}");
    for client in Client::ALL {
        for (headers, compression) in [(&bearer, "none"), (&plain, "gzip")] {
            // Of its own, because each run continues the same trace of somebody else.
            let gateway = Gateway::start(Server::Timescaledb).await;
            let environment = [
                ("OTEL_EXPORTER_OTLP_HEADERS", headers.as_str()),
                ("OTEL_EXPORTER_OTLP_COMPRESSION", compression),
            ];
            let output = client.run(&gateway.otlp_url(), &environment).await.unwrap();
            assert!(output.exported, "{client:?} {compression}: {}\n{}", output.report, gateway.log());
            assert_read_back(&gateway.side(), &output.spans).await;
        }
    }
}

#[tokio::test]
async fn an_sdk_is_told_that_its_key_is_wrong() {
    let gateway = Gateway::start(Server::Timescaledb).await;
    for client in Client::ALL {
        let environment = [("OTEL_EXPORTER_OTLP_HEADERS", "x-firefly-key=not-the-key-of-anybody")];
        let output = client.run(&gateway.otlp_url(), &environment).await.unwrap();
        assert!(!output.exported, "{client:?}: {}", output.report);
        let told = if client == Client::Python { "401" } else { "Unauthorized" };
        assert!(output.report.contains(told), "{client:?}: {}", output.report);
        assert!(!output.report.contains("Scheduling export retry"), "{client:?}: {}", output.report);
        assert_unknown(&gateway.side(), &output.spans).await;
    }
}

#[tokio::test]
async fn a_collector_passes_everything_on() {
    let [direct, collected] =
        [Gateway::start(Server::Postgresql).await, Gateway::start(Server::Postgresql).await];
    let collector = Collector::start(&collected.otlp_url(), INGEST_KEY, 30).await.unwrap();
    let [direct_side, collected_side] = [direct.side(), collected.side()];
    let into_collector = Side::new(collector.url(), collected.query_url(), None);
    for request in requests(window().first_second) {
        direct_side.export(&request).await;
        into_collector.export(&request).await;
    }
    for id in trace_ids() {
        let path = format!("/api/v3/traces/{id:032x}");
        let [direct, collected] = [&direct_side, &collected_side].map(|side| side.ask(&path));
        let [direct, collected] = [canonical(direct.await), canonical(collected.await)];
        assert_eq!(direct.status, 200, "{path}");
        assert_eq!(differences(&direct, &collected), [""; 0], "{path}\n{}", collector.log());
    }
}

#[tokio::test]
async fn a_collector_is_told_that_its_key_is_wrong() {
    let gateway = Gateway::start(Server::Postgresql).await;
    let collector = Collector::start(&gateway.otlp_url(), "not-the-key-of-anybody", 30).await.unwrap();
    let into_collector = Side::new(collector.url(), gateway.query_url(), None);
    let [request, ..] = &requests(window().first_second)[..] else { panic!("no samples") };
    let answer = into_collector.try_export(request).await;
    // What a Collector makes of an answer that it must not repeat.
    assert!(!answer.is_success() && answer != 503, "{answer}: {}", collector.log());
    assert!(collector.log().contains("401"), "{}", collector.log());
}
