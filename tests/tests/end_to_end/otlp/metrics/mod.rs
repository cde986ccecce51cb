//! Exports of metrics: what becomes of them in the database, and what the exporter is told.

use firefly_tests::test_database::{Server, TestDatabase};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use prost::Message;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

use super::endpoint::{Endpoint, JSON, PROTOBUF, function};
use crate::deployed::KEY;

mod answers;
mod rows;
pub mod sample;

async fn start(server: Server) -> (TestDatabase, Endpoint) {
    let database = TestDatabase::create(server).await.unwrap();
    let endpoint = Endpoint::start(function(&database.ingest_url())).await;
    (database, endpoint)
}

/// An answer to an export of metrics.
#[derive(Debug)]
struct Answer {
    status: u16,
    retry_after: Option<String>,
    rejected: i64,
    message: String,
}

/// A 64-bit number is a string, which the types of `opentelemetry-proto` do not read here.
fn partial_success_of_json(response: &Value) -> Option<(i64, String)> {
    let partial = response.get("partialSuccess")?;
    let rejected = partial["rejectedDataPoints"].as_str().unwrap().parse().unwrap();
    Some((rejected, partial["errorMessage"].as_str().unwrap().to_owned()))
}

/// The same export in both encodings.
fn encoded(export: &ExportMetricsServiceRequest) -> [(&'static str, Vec<u8>); 2] {
    [(PROTOBUF, export.encode_to_vec()), (JSON, serde_json::to_vec(export).unwrap())]
}

impl Endpoint {
    async fn send_metrics(&self, content_type: &str, body: Vec<u8>) -> Answer {
        let request = self.to_path(Method::POST, "/v1/metrics").header(CONTENT_TYPE, content_type);
        let (status, headers, body) =
            self.execute(request.bearer_auth(KEY).body(body).build().unwrap()).await;
        let context = format!("{status} {headers:?} {}\n{}", String::from_utf8_lossy(&body), self.log());
        assert_eq!(headers[CONTENT_TYPE], content_type, "{context}");
        let retry_after = headers.get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        let mut answer = Answer { status, retry_after, rejected: 0, message: String::new() };
        if status == 200 {
            let partial = match content_type {
                PROTOBUF => ExportMetricsServiceResponse::decode(&*body)
                    .expect(&context)
                    .partial_success
                    .map(|partial| (partial.rejected_data_points, partial.error_message)),
                _ => partial_success_of_json(&serde_json::from_slice(&body).expect(&context)),
            };
            (answer.rejected, answer.message) = partial.unwrap_or_default();
        }
        answer
    }

    /// Exports, and asserts that all of it is stored.
    async fn export_metrics(&self, export: &ExportMetricsServiceRequest) {
        let answer = self.send_metrics(PROTOBUF, export.encode_to_vec()).await;
        assert_eq!((answer.status, &*answer.message), (200, ""), "{}", self.log());
    }
}
