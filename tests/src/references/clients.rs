//! The programs in `tests/clients`, which make spans with an OpenTelemetry SDK and export them.

use std::path::Path;
use std::process::Stdio;

use anyhow::Context;
use serde_json::Value;
use tokio::process::Command;

/// A program that makes and exports spans. Where to is said by `OTEL_EXPORTER_OTLP_*`, as a user would.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// The JavaScript SDK with `exporter-trace-otlp-proto`.
    JavascriptProtobuf,
    /// The JavaScript SDK with `exporter-trace-otlp-http`, which sends JSON.
    JavascriptJson,
    /// The Python SDK with `opentelemetry-exporter-otlp-proto-http`.
    Python,
}

/// What a client did.
#[derive(Debug)]
pub struct ClientOutput {
    /// The spans that it made.
    pub spans: Vec<Value>,
    /// Whether its SDK says that all of them were exported.
    pub exported: bool,
    /// What its SDK reported meanwhile.
    pub report: String,
}

impl Client {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::JavascriptProtobuf, Self::JavascriptJson, Self::Python];

    /// Runs it to its end.
    ///
    /// # Errors
    ///
    /// If it has not been made yet, or fails for another reason than the export.
    pub async fn run(self, endpoint: &str, environment: &[(&str, &str)]) -> anyhow::Result<ClientOutput> {
        let output = self
            .command()?
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await?;
        let report = String::from_utf8_lossy(&output.stderr).into_owned();
        let spans = serde_json::from_slice(&output.stdout)
            .with_context(|| format!("{self:?} printed no spans, but reported:\n{report}"))?;
        Ok(ClientOutput { spans, exported: output.status.success(), report })
    }

    fn command(self) -> anyhow::Result<Command> {
        let mut command = match self {
            Self::JavascriptProtobuf | Self::JavascriptJson => {
                let mut node = Command::new("node");
                node.arg(super::path("javascript")?.join("spans.mjs"));
                node
            }
            Self::Python => {
                let mut python = Command::new(super::path("python")?);
                // Leaves no compiled files behind in the checkout.
                let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/python/spans.py");
                python.arg("-B").arg(client);
                python
            }
        };
        let protocol = if self == Self::JavascriptJson { "http/json" } else { "http/protobuf" };
        command.env("OTEL_EXPORTER_OTLP_PROTOCOL", protocol);
        Ok(command)
    }
}
