//! The other side of the `otlp` function: an exporter of spans over OTLP/HTTP.
//!
//! Specification: <https://opentelemetry.io/docs/specs/otlp/#otlphttp> (1.x). Left out: repetition of what was not
//! taken, so that whoever exports sees every answer.

use std::io::Read;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::read::GzEncoder;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message;
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};

/// The two encodings of OTLP/HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Binary protobuf.
    Protobuf,
    /// JSON, with ids in hexadecimal.
    Json,
}

impl Encoding {
    fn content_type(self) -> &'static str {
        match self {
            Self::Protobuf => "application/x-protobuf",
            Self::Json => "application/json",
        }
    }
}

/// An export as it travels.
#[derive(Debug, Clone)]
pub struct ExportBody {
    /// What it is encoded as, beneath the gzip.
    pub encoding: Encoding,
    /// Whether it is compressed.
    pub gzip: bool,
    /// The body of the request.
    pub bytes: Vec<u8>,
}

impl ExportBody {
    /// Encodes an export.
    ///
    /// # Errors
    ///
    /// None to be expected: it is made in memory.
    pub fn of(request: &ExportTraceServiceRequest, encoding: Encoding, gzip: bool) -> Result<Self> {
        let plain = match encoding {
            Encoding::Protobuf => request.encode_to_vec(),
            Encoding::Json => serde_json::to_vec(request)?,
        };
        let bytes = if gzip {
            let mut compressed = Vec::new();
            GzEncoder::new(plain.as_slice(), Compression::default()).read_to_end(&mut compressed)?;
            compressed
        } else {
            plain
        };
        Ok(Self { encoding, gzip, bytes })
    }
}

/// Exports to one endpoint.
#[derive(Debug, Clone)]
pub struct Exporter {
    client: reqwest::Client,
    url: String,
    key: Option<String>,
}

impl Exporter {
    /// An exporter to an endpoint's base URL, as in `OTEL_EXPORTER_OTLP_ENDPOINT`.
    ///
    /// # Errors
    ///
    /// When the HTTP client cannot be built.
    pub fn new(endpoint: &str) -> reqwest::Result<Self> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { client, url: format!("{}/v1/traces", endpoint.trim_end_matches('/')), key: None })
    }

    /// Sends a key, as in `OTEL_EXPORTER_OTLP_HEADERS=Authorization=Bearer …`.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Posts an export.
    ///
    /// # Errors
    ///
    /// If it was not taken, or not all of it.
    pub async fn export(&self, export: &ExportBody) -> Result<()> {
        let mut request = self.client.post(&self.url).header(CONTENT_TYPE, export.encoding.content_type());
        if let Some(key) = &self.key {
            request = request.header(AUTHORIZATION, format!("Bearer {key}"));
        }
        if export.gzip {
            request = request.header(CONTENT_ENCODING, "gzip");
        }
        let response = request.body(export.bytes.clone()).send().await.context("no answer to an export")?;
        let (status, body) = (response.status(), response.bytes().await?);
        anyhow::ensure!(status.is_success(), "{status} to an export: {}", String::from_utf8_lossy(&body));
        let answer: ExportTraceServiceResponse = match export.encoding {
            Encoding::Protobuf => Message::decode(body)?,
            Encoding::Json => serde_json::from_slice(&body)?,
        };
        let refused = answer.partial_success.unwrap_or_default();
        anyhow::ensure!(refused.rejected_spans == 0, "spans of an export were refused: {refused:?}");
        Ok(())
    }
}
