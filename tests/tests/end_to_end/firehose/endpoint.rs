//! The function under test. Whatever a test does to it: every answer has Firehose's shape, and no secret stands in an
//! answer or in the log.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use firefly_tests::firehose_sender::{Delivery, Sender};
use firefly_tests::host::{Function, Host, built_binary};
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder};
use serde_json::{Map, Value};
use url::Url;

/// The key of the senders here.
pub const KEY: &str = "ingest-key-of-the-tests";
/// A second key, as while keys are being rotated.
pub const NEXT_KEY: &str = "key-after-the-rotation";
/// Request id of [`Endpoint::post`].
pub const REQUEST_ID: &str = "5b1e0cf1-8a41-4d1c-9b43-6f5c0d4b3a21";

const NAME: &str = "firehose";

/// The function with both keys, and this database.
pub fn function(database_url: &Url) -> Function {
    unconfigured_function()
        .env("DATABASE_URL", database_url.as_str())
        .env("FIREFLY_INGEST_KEYS", format!("{KEY}, {NEXT_KEY}"))
}

/// The function without any variable of its own.
pub fn unconfigured_function() -> Function {
    Function::new(NAME, built_binary("firefly-firehose").unwrap())
}

/// The function behind its URL.
pub struct Endpoint {
    host: Host,
    client: reqwest::Client,
    secrets: Vec<String>,
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
        let secrets = secrets(&function);
        let host = Host::builder().function(function).start().await.unwrap();
        Self { host, client: reqwest::Client::builder().no_proxy().build().unwrap(), secrets }
    }

    pub fn url(&self) -> String {
        self.host.url(NAME)
    }

    pub fn log(&self) -> String {
        self.host.logs(NAME).join("\n")
    }

    pub fn pids(&self) -> Vec<u32> {
        self.host.function_pids(NAME)
    }

    pub fn init_error(&self) -> Option<String> {
        self.host.init_error(NAME)
    }

    pub async fn invoke(&self, event: String) -> Value {
        let answer = self.host.invoke(NAME, event).await.unwrap();
        self.assert_no_secret(&String::from_utf8_lossy(&answer));
        serde_json::from_slice(&answer).unwrap()
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
        let response = self.client.execute(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.text().await.unwrap();
        self.assert_no_secret(&body);
        let context = format!("{status} {headers:?} {body}\n{}", self.log());
        assert_eq!(headers[CONTENT_TYPE], "application/json", "{context}");
        assert!(!headers.contains_key(CONTENT_ENCODING), "{context}");
        let fields: Map<String, Value> = serde_json::from_str(&body).expect(&context);
        let error_message = assert_shape(fields, request_id, &context);
        assert_eq!(error_message.is_none(), status == 200, "{context}");
        Answer { status, error_message }
    }

    fn assert_no_secret(&self, text: &str) {
        for secret in &self.secrets {
            assert!(!text.contains(secret), "a secret is shown: {text}");
        }
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.assert_no_secret(&self.log());
        }
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

/// The values that nobody may see: keys, and the database's password.
fn secrets(function: &Function) -> Vec<String> {
    let value =
        |name: &str| function.env.iter().find(|(variable, _)| variable == name).map(|(_, value)| value);
    let keys = value("FIREFLY_INGEST_KEYS").into_iter().flat_map(|keys| keys.split(',').map(str::trim));
    let url = value("DATABASE_URL").and_then(|url| Url::parse(url).ok());
    let password = url.as_ref().and_then(Url::password);
    keys.chain(password).filter(|secret| !secret.is_empty()).map(str::to_owned).collect()
}
