//! The database goes away while spans are exported: what an exporter does of itself brings all of them, once.

use std::future::Future;
use std::time::Duration;

use firefly_tests::references::{Client as Sdk, Collector};
use firefly_tests::test_database::{Server, TestDatabase};
use tokio_postgres::Client;

use super::door::Door;
use super::gateway::{Gateway, INGEST_KEY};
use super::made::assert_read_back;
use super::otlp::export;
use super::relay::Relay;
use super::samples::requests;
use super::side::Side;
use super::side_by_side::window;
use crate::firehose::locks::until_waiting;

/// How the database goes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    /// It crashes, and what it was doing is undone.
    OfDatabase,
    /// Only the way to it is cut: it goes on with what it was doing, and nobody is told that it was done.
    OfConnection,
}

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
    /// then. Once the exporter has been told so, the database is there again.
    async fn during<T>(&mut self, loss: Loss, export: impl Future<Output = T>) -> T {
        let holder = self.gateway.database.owner().await.unwrap();
        holder.batch_execute("BEGIN; LOCK TABLE firefly.stored_span").await.unwrap();
        let observer = self.gateway.database.owner().await.unwrap();
        let (gateway, door, relay) = (&self.gateway, &self.door, &mut self.relay);
        let outage = async {
            until_waiting(&observer, 1).await;
            door.shut();
            if loss == Loss::OfDatabase {
                let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND usename = 'firefly_ingest'";
                observer.execute(sql, &[]).await.unwrap();
            }
            relay.until_answered(503).await;
            holder.batch_execute("ROLLBACK").await.unwrap();
            until_alone(&observer).await;
            let is_stored = gateway.count_spans().await > 0;
            assert_eq!(is_stored, loss == Loss::OfConnection, "{loss:?}");
            door.open();
        };
        let (exported, ()) = tokio::join!(export, outage);
        let statuses = self.relay.statuses();
        assert_eq!(statuses.last(), Some(&200), "{loss:?}: {statuses:?}\n{}", self.gateway.log());
        exported
    }
}

/// Waits until the function has nothing going on in the database: what it has left alone there is done or undone.
async fn until_alone(observer: &Client) {
    let sql = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND usename = 'firefly_ingest'";
    while observer.query_one(sql, &[]).await.unwrap().get::<_, i64>(0) > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn an_sdk_repeats_its_export() {
    for client in [Sdk::JavascriptProtobuf, Sdk::Python] {
        for loss in [Loss::OfDatabase, Loss::OfConnection] {
            let mut outage = Outage::prepare().await;
            let headers = format!("authorization=Bearer%20{INGEST_KEY}");
            let url = outage.relay.url().to_owned();
            let environment = [("OTEL_EXPORTER_OTLP_HEADERS", headers.as_str())];
            let output = outage.during(loss, client.run(&url, &environment)).await.unwrap();
            assert!(output.exported, "{client:?} {loss:?}: {}\n{}", output.report, outage.gateway.log());
            assert_read_back(&outage.gateway.side(), &output.spans).await;
            assert_eq!(outage.gateway.count_spans().await, output.spans.len(), "{client:?} {loss:?}");
        }
    }
}

#[tokio::test]
async fn a_collector_repeats_its_export() {
    for loss in [Loss::OfDatabase, Loss::OfConnection] {
        let mut outage = Outage::prepare().await;
        let collector = Collector::start(outage.relay.url(), INGEST_KEY, 60).await.unwrap();
        let into_collector = Side::new(collector.url(), outage.gateway.query_url(), None);
        let samples = requests(window().first_second);
        let request = export(samples.into_iter().flat_map(|sample| sample.resource_spans).collect());
        outage.during(loss, into_collector.export(&request)).await;
        let spans = request.resource_spans.iter().flat_map(|resource_spans| &resource_spans.scope_spans);
        let count: usize = spans.map(|scope_spans| scope_spans.spans.len()).sum();
        assert_eq!(outage.gateway.count_spans().await, count, "{loss:?}: {}", collector.log());
    }
}
