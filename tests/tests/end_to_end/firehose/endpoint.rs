//! The function under test. Whatever a test does to it: every answer has Firehose's shape.

use std::ops::Deref;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use firefly_tests::firehose_sender::{Delivery, Sender};
use firefly_tests::host::Function;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder};
use serde_json::{Map, Value};
use url::Url;

use crate::deployed::{Deployed, ingesting, unconfigured};
pub use crate::deployed::{KEY, NEXT_KEY};

/// Request id of [`Endpoint::post`].
pub const REQUEST_ID: &str = "5b1e0cf1-8a41-4d1c-9b43-6f5c0d4b3a21";

const NAME: &str = "firehose";

/// The function with both keys, and this database.
pub fn function(database_url: &Url) -> Function {
    ingesting(NAME, database_url)
}

/// The function without any variable of its own.
pub fn unconfigured_function() -> Function {
    unconfigured(NAME)
}

/// The function behind its URL.
pub struct Endpoint(Deployed);

impl Deref for Endpoint {
    type Target = Deployed;

    fn deref(&self) -> &Deployed {
        &self.0
    }
}

/// An answer that has been found to be in Firehose's shape.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub error_message: Option<String>,
}

impl Endpoint {
    /// Starts it behind a host; its process starts with the first request.
    pub async fn start(function: Function) -> Self {
        Self(Deployed::start(function).await)
    }

    pub async fn invoke(&self, event: String) -> Value {
        serde_json::from_slice(&self.0.invoke(event).await).unwrap()
    }

    /// Firehose with the right key.
    pub fn sender(&self) -> Sender {
        self.sender_without_key().access_key(KEY)
    }

    pub fn sender_without_key(&self) -> Sender {
        Sender::new(self.url()).unwrap()
    }

    /// Delivers, and asserts that all of it counts as delivered.
    pub async fn deliver(&self, delivery: &Delivery) {
        let answer = self.sender().gzip(true).deliver(delivery).await;
        assert!(answer.is_delivered(), "{answer:?}\n{}", self.log());
    }

    /// A request with Firehose's headers and the right key, still without a body.
    pub fn post(&self) -> RequestBuilder {
        self.request(Method::POST)
            .header("x-amz-firehose-request-id", REQUEST_ID)
            .header("x-amz-firehose-access-key", KEY)
    }

    /// A request of JSON without any other header.
    pub fn request(&self, method: Method) -> RequestBuilder {
        self.client.request(method, self.url()).header(CONTENT_TYPE, "application/json")
    }

    /// Sends a request, and asserts that the answer to `request_id` is as Firehose wants it.
    pub async fn send(&self, request: RequestBuilder, request_id: &str) -> Answer {
        self.send_built(request.build().unwrap(), request_id).await
    }

    /// As [`Endpoint::send`], of a request whose headers are as they are.
    pub async fn send_built(&self, request: reqwest::Request, request_id: &str) -> Answer {
        let (status, headers, body) = self.execute(request).await;
        let body = String::from_utf8(body).unwrap();
        let context = format!("{status} {headers:?} {body}\n{}", self.log());
        assert_eq!(headers[CONTENT_TYPE], "application/json", "{context}");
        assert!(!headers.contains_key(CONTENT_ENCODING), "{context}");
        let fields: Map<String, Value> = serde_json::from_str(&body).expect(&context);
        let error_message = assert_shape(fields, request_id, &context);
        assert_eq!(error_message.is_none(), status == 200, "{context}");
        Answer { status, error_message }
    }
}

/// Asserts that an answer has the documented fields and no other, and gives its message.
pub fn assert_shape(mut fields: Map<String, Value>, request_id: &str, context: &str) -> Option<String> {
    assert_eq!(fields.remove("requestId"), Some(request_id.into()), "{context}");
    let answered = fields.remove("timestamp").and_then(|timestamp| timestamp.as_u64()).expect(context);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    assert!(now.abs_diff(Duration::from_millis(answered)) < Duration::from_secs(600), "{context}");
    let error_message = fields.remove("errorMessage").map(|message| message.as_str().unwrap().to_owned());
    assert!(fields.is_empty(), "{context}");
    assert!(error_message.as_ref().is_none_or(|message| message.chars().count() <= 8_192), "{context}");
    error_message
}
