//! The function under test. Whatever a test does to it: every answer has OTLP's shape, in the encoding of the request.

use std::ops::Deref;

use firefly_tests::host::Function;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use url::Url;

use crate::deployed::{Deployed, KEY, ingesting};

pub const PROTOBUF: &str = "application/x-protobuf";
pub const JSON: &str = "application/json";

/// The function with both keys, and this database.
pub fn function(database_url: &Url) -> Function {
    ingesting("otlp", database_url)
}

/// The function behind its URL.
pub struct Endpoint(Deployed);

impl Deref for Endpoint {
    type Target = Deployed;

    fn deref(&self) -> &Deployed {
        &self.0
    }
}

/// An answer that has been found to be in OTLP's shape.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub rejected: i64,
    /// Of the partial success, or of the failure.
    pub message: String,
    /// `google.rpc.Code`; 0 with status 200.
    pub code: i64,
}

/// `google.rpc.Status`.
#[derive(Clone, PartialEq, Message)]
struct Status {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
}

impl Endpoint {
    pub async fn start(function: Function) -> Self {
        Self(Deployed::start(function).await)
    }

    /// A request to the path of traces without a key, still without a body.
    pub fn request(&self, content_type: &str) -> RequestBuilder {
        self.to_path(Method::POST, "/v1/traces").header(CONTENT_TYPE, content_type)
    }

    pub fn to_path(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url().trim_end_matches('/')))
    }

    /// A request with the right key.
    pub fn post(&self, content_type: &str) -> RequestBuilder {
        self.request(content_type).bearer_auth(KEY)
    }

    /// Exports, and asserts that all of it is stored.
    pub async fn export(&self, request: &ExportTraceServiceRequest) {
        let answer = self.send(self.post(PROTOBUF).body(request.encode_to_vec())).await;
        assert_eq!((answer.status, answer.rejected), (200, 0), "{answer:?}\n{}", self.log());
    }

    /// Sends a request, and reads the answer in the encoding of its content type.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let request = request.build().unwrap();
        let asked =
            request.headers().get(CONTENT_TYPE).map_or("", |value| value.to_str().unwrap()).to_owned();
        let (status, headers, body) = self.execute(request).await;
        let context = format!("{status} {headers:?} {}\n{}", String::from_utf8_lossy(&body), self.log());
        let is_protobuf = asked.eq_ignore_ascii_case(PROTOBUF);
        assert_eq!(headers[CONTENT_TYPE], if is_protobuf { PROTOBUF } else { JSON }, "{context}");
        let mut answer = Answer { status, headers, rejected: 0, message: String::new(), code: 0 };
        match (status, is_protobuf) {
            (200, true) => {
                let response = ExportTraceServiceResponse::decode(&*body).expect(&context);
                if let Some(partial) = response.partial_success {
                    answer.accepted_partly(partial.rejected_spans, partial.error_message);
                }
            }
            (200, false) => {
                let response: Value = serde_json::from_slice(&body).expect(&context);
                if let Some(partial) = response.get("partialSuccess") {
                    let rejected =
                        partial["rejectedSpans"].as_str().expect(&context).parse().expect(&context);
                    answer.accepted_partly(
                        rejected,
                        partial["errorMessage"].as_str().expect(&context).to_owned(),
                    );
                }
            }
            (_, true) => {
                let Status { code, message } = Status::decode(&*body).expect(&context);
                (answer.code, answer.message) = (code.into(), message);
            }
            (_, false) => {
                let status: Value = serde_json::from_slice(&body).expect(&context);
                assert_eq!(status.as_object().map(serde_json::Map::len), Some(2), "{context}");
                answer.code = status["code"].as_i64().expect(&context);
                status["message"].as_str().expect(&context).clone_into(&mut answer.message);
            }
        }
        assert_eq!(answer.code == 0, status == 200, "{context}");
        answer
    }
}

impl Answer {
    fn accepted_partly(&mut self, rejected: i64, message: String) {
        assert!(rejected > 0, "an empty partial success");
        (self.rejected, self.message) = (rejected, message);
    }
}
