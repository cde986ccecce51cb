//! One of the two that are compared: takes spans in, and answers Jaeger's requests.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

/// What a request was answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

pub struct Side {
    client: reqwest::Client,
    otlp_url: String,
    query_url: String,
    keys: Option<[&'static str; 2]>,
}

impl Side {
    /// The keys are those of senders and of readers, where there are any.
    pub fn new(otlp_url: String, query_url: String, keys: Option<[&'static str; 2]>) -> Self {
        Self { client: reqwest::Client::builder().no_proxy().build().unwrap(), otlp_url, query_url, keys }
    }

    /// Exports, and asserts that all of it was taken.
    pub async fn export(&self, request: &ExportTraceServiceRequest) {
        let (status, body) = self.post(request).await;
        assert!(status.is_success(), "{status} {body}");
    }

    /// Exports, and gives the status of the answer.
    pub async fn try_export(&self, request: &ExportTraceServiceRequest) -> StatusCode {
        self.post(request).await.0
    }

    async fn post(&self, request: &ExportTraceServiceRequest) -> (StatusCode, String) {
        let mut post = self.client.post(format!("{}/v1/traces", self.otlp_url));
        if let Some([ingest_key, _]) = self.keys {
            post = post.bearer_auth(ingest_key);
        }
        let post = post.header(CONTENT_TYPE, "application/x-protobuf").body(request.encode_to_vec());
        let response = post.send().await.unwrap();
        (response.status(), String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned())
    }

    /// Asks for a path with its query.
    pub async fn ask(&self, path: &str) -> Answer {
        let mut get = self.client.get(format!("{}{path}", self.query_url));
        if let Some([_, read_key]) = self.keys {
            get = get.bearer_auth(read_key);
        }
        let response = get.send().await.unwrap();
        let status = response.status().as_u16();
        let body = response.text().await.unwrap();
        let body =
            serde_json::from_str(&body).unwrap_or_else(|error| panic!("{path}: {error}: {status} {body}"));
        Answer { status, body }
    }
}
