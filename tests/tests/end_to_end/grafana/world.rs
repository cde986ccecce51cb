//! The demo world in a database of its own, behind the functions that fill it and those that Grafana asks.

use std::path::PathBuf;
use std::time::Duration;

use firefly_tests::demo::{Settings, World};
use firefly_tests::firehose_sender::Sender;
use firefly_tests::grafana::{Dashboard, JaegerSource, PrometheusSource, Sources, SqlSource};
use firefly_tests::host::Host;
use firefly_tests::jaeger_client::JaegerClient;
use firefly_tests::otlp_exporter::Exporter;
use firefly_tests::prometheus_client::PrometheusClient;
use firefly_tests::test_database::{Server, TestDatabase};

use crate::deployed::{KEY, ingesting, unconfigured};

/// What each statement may take.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(1);
const READ_KEY: &str = "read-key-of-the-dashboards";

/// A database, and all functions on it.
pub struct Installed {
    pub database: TestDatabase,
    pub sources: Sources,
    host: Host,
}

impl Installed {
    /// Without any data.
    pub async fn empty(server: Server) -> Self {
        let database = TestDatabase::create(server).await.unwrap();
        let reading = |name: &str| {
            unconfigured(name)
                .env("DATABASE_URL", database.read_url().as_str())
                .env("FIREFLY_READ_KEYS", READ_KEY)
        };
        let writing = |name: &str| ingesting(name, &database.ingest_url());
        let host = Host::builder()
            .function(writing("firehose"))
            .function(writing("otlp"))
            .function(reading("prometheus"))
            .function(reading("jaeger"))
            .start()
            .await
            .unwrap();
        let sql = SqlSource::connect(&database.read_url(), STATEMENT_TIMEOUT).await.unwrap();
        let prometheus = PrometheusClient::new(&host.url("prometheus")).unwrap().key(READ_KEY);
        let jaeger = JaegerClient::new(&host.url("jaeger")).unwrap().key(READ_KEY);
        let jaeger = JaegerSource::new(jaeger, &host.url("jaeger")).unwrap();
        let sources = Sources::firefly(sql, PrometheusSource::new(prometheus), jaeger);
        Self { database, sources, host }
    }

    /// URL of a function.
    pub fn url(&self, function: &str) -> String {
        self.host.url(function)
    }

    /// With a world in it that ends now.
    pub async fn with_world(server: Server, settings: Settings) -> (Self, World) {
        let installed = Self::empty(server).await;
        let world = World::ending_now(settings);
        let sender = Sender::new(installed.url("firehose")).unwrap().access_key(KEY).gzip(true);
        world.deliver(&sender).await.unwrap();
        world.export(&Exporter::new(&installed.url("otlp")).unwrap().key(KEY)).await.unwrap();
        let owner = installed.database.owner().await.unwrap();
        world.configure(&owner).await.unwrap();
        installed.refresh().await;
        owner.batch_execute("ANALYZE").await.unwrap();
        (installed, world)
    }

    /// Does what the functions do beside deliveries, now and then.
    pub async fn refresh(&self) {
        let owner = self.database.owner().await.unwrap();
        for refresh in ["refresh_service_edges", "refresh_statistic_hours"] {
            // After a second it leaves the rest to the next time.
            while owner
                .query_one(&format!("SELECT firefly.{refresh}(1000)"), &[])
                .await
                .unwrap()
                .get::<_, i32>(0)
                > 0
            {}
        }
    }
}

/// All dashboards of the checkout.
pub fn dashboards() -> Vec<Dashboard> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../grafana/dashboards");
    let dashboards = Dashboard::read_folder(&folder).unwrap();
    assert!(!dashboards.is_empty());
    dashboards
}
