//! A real OpenTelemetry Collector that passes OTLP on to a Firefly function, as one in a Lambda layer does.

use std::net::SocketAddr;

use super::server::{Server, free_addresses};

/// A running Collector.
#[derive(Debug)]
pub struct Collector {
    server: Server,
    receives: SocketAddr,
}

impl Collector {
    /// Starts one that exports to `endpoint` (`/v1/traces` follows) with a key, and repeats what the endpoint says it
    /// may repeat for `retry_seconds`. It answers a sender once the exporter is done, and tells whether that failed.
    ///
    /// # Errors
    ///
    /// If it has not been made yet, or does not start.
    pub async fn start(endpoint: &str, key: &str, retry_seconds: u32) -> anyhow::Result<Self> {
        let [receives] = free_addresses()?;
        let configuration = format!(
            "{{
            service: {{
                pipelines: {{traces: {{receivers: [otlp], exporters: [otlphttp]}}}},
                telemetry: {{metrics: {{level: none}}}},
            }},
            receivers: {{otlp: {{protocols: {{http: {{endpoint: '{receives}'}}}}}}}},
            exporters: {{otlphttp: {{
                endpoint: '{endpoint}',
                headers: {{authorization: 'Bearer {key}'}},
                sending_queue: {{enabled: false}},
                retry_on_failure: {{initial_interval: 50ms, max_interval: 1s, max_elapsed_time: {retry_seconds}s}},
            }}}},
            }}"
        );
        let server = Server::start("collector", &configuration, receives).await?;
        Ok(Self { server, receives })
    }

    /// Where it takes OTLP over HTTP: `/v1/traces` follows.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.receives)
    }

    /// What it has written so far.
    #[must_use]
    pub fn log(&self) -> String {
        self.server.log()
    }
}
