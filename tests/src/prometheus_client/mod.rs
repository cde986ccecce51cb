//! A client of Prometheus' HTTP API, <https://prometheus.io/docs/prometheus/latest/querying/api/>, which gives answers as
//! they are: status and JSON. Speaks to a Prometheus and to Firefly's function alike.

use std::fmt;

use anyhow::{Context, Result};
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;
use snap::raw::Encoder;
use url::form_urlencoded::Serializer;

use crate::remote_write::{Protocol, Series, body};

/// A client of one server.
#[derive(Debug, Clone)]
pub struct PrometheusClient {
    client: reqwest::Client,
    url: String,
    key: Option<String>,
}

/// What is asked: a path with parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The path, such as `/api/v1/query`.
    pub path: String,
    /// Names and values, which may repeat.
    pub parameters: Vec<(String, String)>,
    /// Whether the parameters are sent as a form, rather than behind the path.
    pub is_form: bool,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The JSON, or what stands there instead as a text.
    pub body: Value,
}

impl Question {
    /// A question by GET.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), parameters: Vec::new(), is_form: false }
    }

    /// An instant query, at Unix milliseconds.
    pub fn instant(query: impl Into<String>, time_ms: i64) -> Self {
        Self::new("/api/v1/query").with("query", query).with("time", seconds(time_ms))
    }

    /// A range query, in Unix milliseconds.
    pub fn range(query: impl Into<String>, start_ms: i64, end_ms: i64, step_ms: i64) -> Self {
        Self::new("/api/v1/query_range")
            .with("query", query)
            .with("start", seconds(start_ms))
            .with("end", seconds(end_ms))
            .with("step", seconds(step_ms))
    }

    /// One more parameter.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// The same as a form by POST.
    #[must_use]
    pub fn as_form(mut self) -> Self {
        self.is_form = true;
        self
    }

    /// The value of a parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The same with another value of this parameter.
    #[must_use]
    pub fn changed(&self, name: &str, value: &str) -> Self {
        let mut changed = self.clone();
        for (_, old) in changed.parameters.iter_mut().filter(|(known, _)| known == name) {
            value.clone_into(old);
        }
        changed
    }

    fn encoded(&self) -> String {
        Serializer::new(String::new()).extend_pairs(&self.parameters).finish()
    }
}

impl fmt::Display for Question {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", if self.is_form { "POST" } else { "GET" }, self.path)?;
        self.parameters.iter().try_for_each(|(name, value)| write!(out, "\n    {name} = {value}"))
    }
}

/// A time or duration of milliseconds, as the API takes it.
fn seconds(millis: i64) -> String {
    format!("{}{}.{:03}", if millis < 0 { "-" } else { "" }, millis.abs() / 1_000, millis.abs() % 1_000)
}

impl PrometheusClient {
    /// A client of a server's base URL, as in the settings of Grafana's data source.
    ///
    /// # Errors
    ///
    /// If the HTTP client cannot be built.
    pub fn new(url: &str) -> Result<Self> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { client, url: url.trim_end_matches('/').to_owned(), key: None })
    }

    /// Sends a read key, as a bearer token.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// What is answered to a question.
    ///
    /// # Errors
    ///
    /// If the server does not answer.
    pub async fn ask(&self, question: &Question) -> Result<Reply> {
        let (url, parameters) = (format!("{}{}", self.url, question.path), question.encoded());
        let mut request = match (question.is_form, parameters.is_empty()) {
            (true, _) => self
                .client
                .post(url)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(parameters),
            (false, true) => self.client.get(url),
            (false, false) => self.client.get(format!("{url}?{parameters}")),
        };
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        let response = request.send().await.with_context(|| format!("no answer to {question}"))?;
        let status = response.status().as_u16();
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Reply { status, body })
    }

    /// Sends series by remote write 1.0.
    ///
    /// # Errors
    ///
    /// If not all of it was taken.
    pub async fn write(&self, series: &[Series]) -> Result<()> {
        let compressed = Encoder::new().compress_vec(&body(series, Protocol::One))?;
        let mut request = self
            .client
            .post(format!("{}/api/v1/write", self.url))
            .header(CONTENT_TYPE, "application/x-protobuf")
            .header("Content-Encoding", "snappy")
            .header("X-Prometheus-Remote-Write-Version", "0.1.0")
            .body(compressed);
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        let response = request.send().await?;
        let (status, body) = (response.status(), response.text().await?);
        anyhow::ensure!(status.is_success(), "{status}: {body}");
        Ok(())
    }
}
