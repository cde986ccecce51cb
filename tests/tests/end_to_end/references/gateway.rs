//! Firefly as a user has it: `otlp` takes spans in, `jaeger` is asked for them, a database of its own between them.

use firefly_tests::host::Host;
use firefly_tests::test_database::{Server, TestDatabase};
use url::Url;

use super::side::Side;
use crate::deployed::unconfigured;

/// The key of those who send.
pub const INGEST_KEY: &str = "ingest-key-of-the-references";
/// The key of those who ask.
pub const READ_KEY: &str = "read-key-of-the-references";

pub struct Gateway {
    host: Host,
    pub database: TestDatabase,
}

impl Gateway {
    pub async fn start(server: Server) -> Self {
        let database = TestDatabase::create(server).await.unwrap();
        let ingest_url = database.ingest_url();
        Self::start_with(database, &ingest_url).await
    }

    /// One whose `otlp` reaches the database by another way.
    pub async fn start_with(database: TestDatabase, ingest_url: &Url) -> Self {
        let otlp = unconfigured("otlp")
            .env("DATABASE_URL", ingest_url.as_str())
            .env("FIREFLY_INGEST_KEYS", INGEST_KEY);
        let jaeger = unconfigured("jaeger")
            .env("DATABASE_URL", database.read_url().as_str())
            .env("FIREFLY_READ_KEYS", READ_KEY);
        let host = Host::builder().function(otlp).function(jaeger).start().await.unwrap();
        Self { host, database }
    }

    /// Where it takes OTLP: `/v1/traces` follows.
    pub fn otlp_url(&self) -> String {
        self.host.url("otlp").trim_end_matches('/').to_owned()
    }

    /// Where it is asked: `/api/traces` or `/api/v3/traces` follows.
    pub fn query_url(&self) -> String {
        self.host.url("jaeger").trim_end_matches('/').to_owned()
    }

    /// It, as one of two that are compared.
    pub fn side(&self) -> Side {
        Side::new(self.otlp_url(), self.query_url(), Some([INGEST_KEY, READ_KEY]))
    }

    pub async fn count_spans(&self) -> usize {
        let owner = self.database.owner().await.unwrap();
        let count: i64 = owner.query_one("SELECT count(*) FROM firefly.span", &[]).await.unwrap().get(0);
        usize::try_from(count).unwrap()
    }

    pub fn log(&self) -> String {
        ["otlp", "jaeger"].map(|function| self.host.logs(function).join("\n")).join("\n")
    }
}
