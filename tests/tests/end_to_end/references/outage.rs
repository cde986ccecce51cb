//! The database goes away while spans are exported: what an exporter does of itself brings all of them, once.

use std::future::Future;

use firefly_tests::references::{Client, Collector};
use firefly_tests::test_database::{Server, TestDatabase};

use super::door::Door;
use super::gateway::{Gateway, INGEST_KEY};
use super::made::assert_read_back;
use super::relay::Relay;
use super::samples::requests;
use super::side::Side;
use super::side_by_side::window;
use crate::firehose::locks::until_waiting;

/// Firefly, the way to its database, and one that sees what exporters are answered.
struct Outage {
    gateway: Gateway,
    door: Door,
    relay: Relay,
}

impl Outage {
    async fn prepare() -> Self {
        let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
        let door = Door::before(&database.ingest_url()).await;
        let gateway = Gateway::start_with(database, door.url()).await;
        let relay = Relay::to(gateway.otlp_url()).await;
        Self { gateway, door, relay }
    }

    /// Runs an export, and cuts it off from the database while its spans are being written: they wait for a lock by
    /// then. Once it has been told so, the database is there again.
    async fn during<T>(&mut self, export: impl Future<Output = T>) -> T {
        let holder = self.gateway.database.owner().await.unwrap();
        holder.batch_execute("BEGIN; LOCK TABLE firefly.stored_span").await.unwrap();
        let observer = self.gateway.database.owner().await.unwrap();
        let (gateway, door, relay) = (&self.gateway, &self.door, &mut self.relay);
        let outage = async {
            until_waiting(&observer, 1).await;
            door.shut();
            relay.until_answered(503).await;
            holder.batch_execute("ROLLBACK").await.unwrap();
            assert_eq!(gateway.count_spans().await, 0, "half of an export is stored");
            door.open();
        };
        let (exported, ()) = tokio::join!(export, outage);
        let statuses = self.relay.statuses();
        assert!(statuses.contains(&200), "{statuses:?}\n{}", self.gateway.log());
        exported
    }
}

#[tokio::test]
async fn an_sdk_repeats_its_export() {
    for client in [Client::JavascriptProtobuf, Client::Python] {
        let mut outage = Outage::prepare().await;
        let headers = format!("authorization=Bearer%20{INGEST_KEY}");
        let url = outage.relay.url().to_owned();
        let environment = [("OTEL_EXPORTER_OTLP_HEADERS", headers.as_str())];
        let output = outage.during(client.run(&url, &environment)).await.unwrap();
        assert!(output.exported, "{client:?}: {}\n{}", output.report, outage.gateway.log());
        assert_read_back(&outage.gateway.side(), &output.spans).await;
        assert_eq!(outage.gateway.count_spans().await, output.spans.len(), "{client:?}");
    }
}

#[tokio::test]
async fn a_collector_repeats_its_export() {
    let mut outage = Outage::prepare().await;
    let collector = Collector::start(outage.relay.url(), INGEST_KEY, 60).await.unwrap();
    let into_collector = Side::new(collector.url(), outage.gateway.query_url(), None);
    let mut samples = requests(window().first_second);
    let all = samples.iter_mut().flat_map(|request| request.resource_spans.drain(..)).collect();
    let request = super::otlp::export(all);
    let spans = request.resource_spans.iter().flat_map(|spans| &spans.scope_spans);
    let count = spans.map(|spans| spans.spans.len()).sum::<usize>();
    outage.during(into_collector.export(&request)).await;
    assert_eq!(outage.gateway.count_spans().await, count, "{}", collector.log());
}
