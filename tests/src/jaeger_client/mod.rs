//! Jaeger's query API as Grafana and Jaeger's UI use it, version 1.
//!
//! Specification: <https://www.jaegertracing.io/docs/2.10/architecture/apis/#http-json>, and the answers of Jaeger 2.20.
//! Left out: what nothing here asks for, such as operations by kind.

mod answer;

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use reqwest::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

pub use answer::{JaegerLog, JaegerProcess, JaegerReference, JaegerSpan, JaegerTag, JaegerTrace, text};

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
        Ok(self.get(self.services_url()?).await?.unwrap_or_default())
    }

    /// The URL of the list of services.
    ///
    /// # Errors
    ///
    /// None to be expected.
    pub fn services_url(&self) -> Result<Url> {
        Ok(self.url.join("api/services")?)
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
        let traces: Option<Vec<JaegerTrace>> = self.get(self.trace_url(trace_id)?).await?;
        Ok(traces.and_then(|traces| traces.into_iter().next()))
    }

    /// The URL of a trace.
    ///
    /// # Errors
    ///
    /// If the id is no part of a URL.
    pub fn trace_url(&self, trace_id: &str) -> Result<Url> {
        Ok(self.url.join(&format!("api/traces/{trace_id}"))?)
    }

    /// The answer's data; none for 404.
    async fn get<T: DeserializeOwned>(&self, url: Url) -> Result<Option<T>> {
        let body = self.body(url.clone()).await?;
        body.map(|body| self.data(&body).with_context(|| format!("the answer to {url}"))).transpose()
    }

    /// The data of an answer.
    ///
    /// # Errors
    ///
    /// If it is none of Jaeger's.
    pub fn data<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T> {
        let envelope: Envelope<T> = serde_json::from_slice(body)?;
        Ok(envelope.data)
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
