//! The real Jaeger, which keeps its traces in memory.

use std::net::SocketAddr;

use super::server::{Server, free_addresses};

/// A running Jaeger.
#[derive(Debug)]
pub struct Jaeger {
    _server: Server,
    otlp: SocketAddr,
    query: SocketAddr,
}

impl Jaeger {
    /// Starts one without traces.
    ///
    /// # Errors
    ///
    /// If it has not been made yet, or does not start.
    pub async fn start() -> anyhow::Result<Self> {
        Self::start_for(100_000).await
    }

    /// Starts one without traces, which keeps the newest of them and no more than so many.
    ///
    /// # Errors
    ///
    /// If it has not been made yet, or does not start.
    pub async fn start_for(max_traces: usize) -> anyhow::Result<Self> {
        let [otlp, query, query_grpc] = free_addresses()?;
        // Without a batch processor an answer to an export means that it is stored. The query side starts first.
        let configuration = format!(
            "{{
            service: {{
                extensions: [jaeger_storage, jaeger_query],
                pipelines: {{traces: {{receivers: [otlp], exporters: [jaeger_storage_exporter]}}}},
                telemetry: {{metrics: {{level: none}}}},
            }},
            extensions: {{
                jaeger_storage: {{backends: {{memory: {{memory: {{max_traces: {max_traces}}}}}}}}},
                jaeger_query: {{
                    storage: {{traces: memory}},
                    http: {{endpoint: '{query}'}}, grpc: {{endpoint: '{query_grpc}'}},
                }},
            }},
            receivers: {{otlp: {{protocols: {{http: {{endpoint: '{otlp}'}}}}}}}},
            exporters: {{jaeger_storage_exporter: {{trace_storage: memory}}}},
            }}"
        );
        let server = Server::start("jaeger", &configuration, otlp).await?;
        Ok(Self { _server: server, otlp, query })
    }

    /// Where it takes OTLP over HTTP: `/v1/traces` follows.
    #[must_use]
    pub fn otlp_url(&self) -> String {
        format!("http://{}", self.otlp)
    }

    /// Where it is asked: `/api/traces` or `/api/v3/traces` follows.
    #[must_use]
    pub fn query_url(&self) -> String {
        format!("http://{}", self.query)
    }
}
