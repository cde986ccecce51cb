//! The function under test. Whatever a test does to it: every answer has Jaeger's shape, and no secret stands in an
//! answer or in the log.

use std::path::PathBuf;

use firefly_tests::host::{Function, Host};
use firefly_tests::test_database::TestDatabase;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use url::Url;

/// The key of those who ask.
pub const KEY: &str = "read-key-of-the-tests";
/// A second key, as while keys are being rotated.
pub const NEXT_KEY: &str = "read-key-after-the-rotation";

const NAME: &str = "jaeger";

/// The function with both keys, and this database.
pub fn function(database_url: &Url) -> Function {
    unconfigured_function()
        .env("DATABASE_URL", database_url.as_str())
        .env("FIREFLY_READ_KEYS", format!("{KEY}, {NEXT_KEY}"))
}

/// The function without any variable of its own.
pub fn unconfigured_function() -> Function {
    Function::new(NAME, binary())
}

/// Binaries of other packages are built beside the folder in which test executables are.
fn binary() -> PathBuf {
    let executable = std::env::current_exe().unwrap();
    let profile = executable.parent().and_then(|deps| deps.parent()).unwrap();
    let binary = profile.join("firefly-jaeger");
    assert!(binary.is_file(), "{} is missing: run `cargo build --workspace --bins` first", binary.display());
    binary
}

/// The function behind its URL.
pub struct Endpoint {
    host: Host,
    client: reqwest::Client,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    /// Bytes on the way.
    pub size: usize,
}

impl Endpoint {
    /// The function on this database.
    pub async fn on(database: &TestDatabase) -> Self {
        Self::start(function(&database.read_url())).await
    }

    /// Starts it behind a host; its process starts with the first request.
    pub async fn start(function: Function) -> Self {
        let host = Host::builder().function(function).start().await.unwrap();
        Self { host, client: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    pub fn log(&self) -> String {
        self.host.logs(NAME).join("\n")
    }

    pub fn init_error(&self) -> Option<String> {
        self.host.init_error(NAME)
    }

    /// A request without a key.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let base = self.host.url(NAME);
        self.client.request(method, format!("{}{path}", base.trim_end_matches('/')))
    }

    /// Asks with a key.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).bearer_auth(KEY)).await
    }

    /// Asks with a key, for a compressed answer.
    pub async fn get_compressed(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).bearer_auth(KEY).header(ACCEPT_ENCODING, "gzip")).await
    }

    /// What is answered with 200.
    pub async fn body(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}\n{}", answer.body, self.log());
        answer.body
    }

    /// Sends a request, and asserts that the answer is as Jaeger's are.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let request = request.build().unwrap();
        let is_v3 = request.url().path().contains("/api/v3/");
        let response = self.client.execute(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.unwrap();
        let size = bytes.len();
        let text = match headers.get(CONTENT_ENCODING) {
            Some(encoding) => {
                assert_eq!(encoding, "gzip");
                firefly_lambda::gunzip(&bytes, 1 << 30).unwrap()
            }
            None => bytes.to_vec(),
        };
        let shown = || String::from_utf8_lossy(&text[..text.len().min(1_000)]).into_owned();
        for secret in [KEY, NEXT_KEY, "test-read"] {
            assert!(!shown().contains(secret), "a secret is shown: {}", shown());
        }
        let context = format!("{status} {headers:?} {}\n{}", shown(), self.log());
        assert_eq!(headers[CONTENT_TYPE], "application/json", "{context}");
        let body: Value = serde_json::from_slice(&text).expect(&context);
        match (status, is_v3) {
            (200, true) => assert_eq!(body.get("error"), None, "{context}"),
            (_, true) => {
                assert_eq!(body["error"]["httpCode"], status, "{context}");
                assert!(body["error"]["message"].is_string(), "{context}");
            }
            (_, false) => assert_envelope(status, &body, &context),
        }
        Answer { status, body, size }
    }
}

fn assert_envelope(status: u16, body: &Value, context: &str) {
    let names: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["data", "errors", "limit", "offset", "total"], "{context}");
    assert_eq!(body["data"].is_array(), status == 200, "{context}");
    if status != 200 {
        assert_eq!(body["errors"][0]["code"], status, "{context}");
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            for secret in [KEY, NEXT_KEY, "test-read"] {
                assert!(!self.log().contains(secret), "a secret is logged: {}", self.log());
            }
        }
    }
}
