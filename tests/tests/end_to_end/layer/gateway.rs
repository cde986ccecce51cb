//! Where the functions' spans go, and how they are read back.

use std::time::Duration;

use firefly_tests::jaeger_client::{JaegerClient, JaegerTrace};
use firefly_tests::lambda_node::Exporter;
use firefly_tests::test_database::Server;
use tokio::time::Instant;

use super::trace::drawn;
use crate::references::gateway::{Gateway, INGEST_KEY, READ_KEY};

/// A cold start of every function on a busy machine, one after the other.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(100);

/// Firefly, with a client of its traces.
pub struct Traces {
    gateway: Gateway,
    client: JaegerClient,
}

impl Traces {
    pub async fn start() -> Self {
        let gateway = Gateway::start(Server::Timescaledb).await;
        let client = JaegerClient::new(&gateway.query_url()).unwrap().key(READ_KEY);
        Self { gateway, client }
    }

    pub fn exporter(&self) -> Exporter {
        Exporter { url: self.gateway.otlp_url(), key: INGEST_KEY.into() }
    }

    /// The trace once it is whole.
    pub async fn wait_for(&self, id: &str, is_whole: impl Fn(&JaegerTrace) -> bool) -> JaegerTrace {
        self.try_wait_for(id, is_whole).await.unwrap_or_else(|so_far| panic!("{so_far}"))
    }

    /// The trace once it is whole, or as much of it as came, as text.
    pub async fn try_wait_for(
        &self,
        id: &str,
        is_whole: impl Fn(&JaegerTrace) -> bool,
    ) -> Result<JaegerTrace, String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.client.trace(id).await.unwrap() {
                Some(trace) if is_whole(&trace) => return Ok(trace),
                trace if Instant::now() > deadline => {
                    return Err(format!(
                        "{id} is not whole:\n{}",
                        trace.as_ref().map(drawn).unwrap_or_default()
                    ));
                }
                _ => tokio::time::sleep(POLL).await,
            }
        }
    }

    pub async fn count_spans(&self) -> usize {
        self.gateway.count_spans().await
    }
}
