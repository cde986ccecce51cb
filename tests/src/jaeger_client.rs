//! Jaeger's query API as Grafana and Jaeger's UI use it, version 1.
//!
//! Specification: <https://www.jaegertracing.io/docs/2.10/architecture/apis/#http-json>, and the answers of Jaeger 2.20.
//! Left out: what nothing here asks for, such as operations by kind.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use reqwest::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

/// A client of one server.
#[derive(Debug, Clone)]
pub struct JaegerClient {
    client: reqwest::Client,
    url: Url,
    key: Option<String>,
}

/// What traces are looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Name of the service.
    pub service: String,
    /// Name of the operation; any without.
    pub operation: Option<String>,
    /// Tags that one span must have.
    pub tags: Vec<(String, String)>,
    /// The shortest duration, as Go writes it: `1.2s`.
    pub min_duration: Option<String>,
    /// Start of the first span, Unix microseconds.
    pub start_micros: u64,
    /// Start of the last span, Unix microseconds.
    pub end_micros: u64,
    /// Traces at most.
    pub limit: usize,
}

/// A trace as it is answered.
#[derive(Debug, Clone, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct JaegerTrace {
    /// Its id in hexadecimal.
    #[serde(rename = "traceID")]
    pub trace_id: String,
    /// Its spans.
    pub spans: Vec<JaegerSpan>,
    /// What made them.
    pub processes: BTreeMap<String, JaegerProcess>,
}

/// A span as it is answered.
#[derive(Debug, Clone, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct JaegerSpan {
    /// Its id in hexadecimal.
    #[serde(rename = "spanID")]
    pub span_id: String,
    /// Its name.
    pub operation_name: String,
    /// Its parent and its links.
    pub references: Vec<JaegerReference>,
    /// Unix microseconds.
    pub start_time: u64,
    /// Microseconds.
    pub duration: u64,
    /// Attributes.
    pub tags: Vec<JaegerTag>,
    /// Events.
    pub logs: Vec<JaegerLog>,
    /// Which of the processes made it.
    #[serde(rename = "processID")]
    pub process_id: String,
}

/// A reference to another span.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct JaegerReference {
    /// `CHILD_OF` or `FOLLOWS_FROM`.
    pub ref_type: String,
    /// The other span's id in hexadecimal.
    #[serde(rename = "spanID")]
    pub span_id: String,
}

/// What made spans.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct JaegerProcess {
    /// Name of the service.
    pub service_name: String,
}

/// A name and a value.
#[derive(Debug, Clone, Deserialize, PartialEq)]
pub struct JaegerTag {
    /// The name.
    pub key: String,
    /// The value, of its type.
    pub value: Value,
}

/// An event of a span.
#[derive(Debug, Clone, Deserialize, PartialEq)]
pub struct JaegerLog {
    /// Its name, in `event`, and its attributes.
    pub fields: Vec<JaegerTag>,
}

impl JaegerTrace {
    /// Name of the service that made a span of it.
    pub fn service(&self, span: &JaegerSpan) -> &str {
        self.processes.get(&span.process_id).map_or("", |process| &process.service_name)
    }
}

impl JaegerSpan {
    /// The parent's id, if it has one.
    pub fn parent(&self) -> Option<&str> {
        let parent = self.references.iter().find(|reference| reference.ref_type == "CHILD_OF");
        parent.map(|reference| reference.span_id.as_str())
    }

    /// The value of a tag.
    pub fn tag(&self, key: &str) -> Option<&Value> {
        self.tags.iter().find(|tag| tag.key == key).map(|tag| &tag.value)
    }
}

/// A tag's value as text.
pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

impl JaegerClient {
    /// A client of a server's base URL, as in the settings of Grafana's data source.
    ///
    /// # Errors
    ///
    /// If it is no URL, or the HTTP client cannot be built.
    pub fn new(url: &str) -> Result<Self> {
        let url = Url::parse(&format!("{}/", url.trim_end_matches('/')))
            .with_context(|| format!("{url} is no URL"))?;
        Ok(Self { client: reqwest::Client::builder().no_proxy().build()?, url, key: None })
    }

    /// Sends a read key, as the password of basic authentication.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The names of all services.
    ///
    /// # Errors
    ///
    /// If the server does not answer as it should.
    pub async fn services(&self) -> Result<Vec<String>> {
        Ok(self.get(self.url.join("api/services")?).await?.unwrap_or_default())
    }

    /// The traces that are looked for.
    ///
    /// # Errors
    ///
    /// If the server does not answer as it should.
    pub async fn search(&self, search: &Search) -> Result<Vec<JaegerTrace>> {
        Ok(self.get(self.search_url(search)?).await?.unwrap_or_default())
    }

    /// The URL of a search.
    ///
    /// # Errors
    ///
    /// None to be expected.
    pub fn search_url(&self, search: &Search) -> Result<Url> {
        let mut url = self.url.join("api/traces")?;
        let mut query = url.query_pairs_mut();
        query.append_pair("service", &search.service);
        if let Some(operation) = &search.operation {
            query.append_pair("operation", operation);
        }
        if !search.tags.is_empty() {
            let tags: BTreeMap<_, _> = search.tags.iter().cloned().collect();
            query.append_pair("tags", &serde_json::to_string(&tags)?);
        }
        if let Some(duration) = &search.min_duration {
            query.append_pair("minDuration", duration);
        }
        query.append_pair("start", &search.start_micros.to_string());
        query.append_pair("end", &search.end_micros.to_string());
        query.append_pair("limit", &search.limit.to_string());
        drop(query);
        Ok(url)
    }

    /// A whole trace; none if there is no such trace.
    ///
    /// # Errors
    ///
    /// If the server does not answer as it should.
    pub async fn trace(&self, trace_id: &str) -> Result<Option<JaegerTrace>> {
        let traces: Option<Vec<JaegerTrace>> =
            self.get(self.url.join(&format!("api/traces/{trace_id}"))?).await?;
        Ok(traces.and_then(|traces| traces.into_iter().next()))
    }

    /// The answer's data; none for 404.
    async fn get<T: DeserializeOwned>(&self, url: Url) -> Result<Option<T>> {
        let Some(body) = self.body(url.clone()).await? else { return Ok(None) };
        let envelope: Envelope<T> =
            serde_json::from_slice(&body).with_context(|| format!("the answer to {url}"))?;
        Ok(Some(envelope.data))
    }

    /// The answer's bytes; none for 404.
    ///
    /// # Errors
    ///
    /// If the server does not answer, or with an error.
    pub async fn body(&self, url: Url) -> Result<Option<Vec<u8>>> {
        let mut request = self.client.get(url.clone());
        if let Some(key) = &self.key {
            request = request.basic_auth("firefly", Some(key));
        }
        let response = request.send().await?;
        let (status, body) = (response.status(), response.bytes().await?);
        if status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        anyhow::ensure!(status.is_success(), "{status} to {url}: {}", String::from_utf8_lossy(&body));
        Ok(Some(body.to_vec()))
    }
}
