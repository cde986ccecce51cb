//! The function under test. Whatever a test does to it: every answer has Prometheus' shape, and no secret stands in an
//! answer or in the log.

use firefly_tests::host::Function;
use firefly_tests::test_database::TestDatabase;
use reqwest::header::{ACCEPT_ENCODING, ALLOW, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, WWW_AUTHENTICATE};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use url::Url;

use crate::deployed::{Deployed, unconfigured};

/// The key of those who ask.
pub const KEY: &str = "read-key-of-the-tests";
/// A second key, as while keys are being rotated.
pub const NEXT_KEY: &str = "read-key-after-the-rotation";

/// The function with both keys, and this database.
pub fn function(database_url: &Url) -> Function {
    unconfigured_function()
        .env("DATABASE_URL", database_url.as_str())
        .env("FIREFLY_READ_KEYS", format!("{KEY}, {NEXT_KEY}"))
}

/// The function without any variable of its own.
pub fn unconfigured_function() -> Function {
    unconfigured("prometheus")
}

/// The function behind its URL.
pub struct Endpoint(pub Deployed);

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// Uncompressed.
    pub text: String,
    /// Bytes on the way.
    pub size: usize,
}

impl Answer {
    /// The data of a success.
    pub fn data(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()["data"].clone()
    }

    /// What is said about a success.
    pub fn warnings(&self) -> Value {
        self.json()["warnings"].clone()
    }

    /// Kind and text of an error.
    pub fn error(&self) -> (String, String) {
        let json = self.json();
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        (text("errorType"), text("error"))
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

impl Endpoint {
    /// The function on this database.
    pub async fn on(database: &TestDatabase) -> Self {
        Self::start(function(&database.read_url())).await
    }

    /// Starts it behind a host; its process starts with the first request.
    pub async fn start(function: Function) -> Self {
        Self(Deployed::start(function).await)
    }

    /// A request without a key.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.0.client.request(method, format!("{}{path}", self.0.url().trim_end_matches('/')))
    }

    /// Asks with a key.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).bearer_auth(KEY)).await
    }

    /// Asks with a key, for a compressed answer.
    pub async fn get_compressed(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).bearer_auth(KEY).header(ACCEPT_ENCODING, "gzip")).await
    }

    /// Asks with parameters in the query string.
    pub async fn ask(&self, path: &str, parameters: &[(&str, &str)]) -> Answer {
        self.get(&format!("{path}?{}", encoded(parameters))).await
    }

    /// Asks with parameters in the form, and a key as Grafana sends it.
    pub async fn post(&self, path: &str, parameters: &[(&str, &str)]) -> Answer {
        let request = self.request(Method::POST, path).basic_auth("grafana", Some(KEY));
        let form = "application/x-www-form-urlencoded";
        self.send(request.header(CONTENT_TYPE, form).body(encoded(parameters))).await
    }

    /// The data that is answered to a question at one time.
    pub async fn query(&self, query: &str, time: &str) -> Value {
        let answer = self.post("/api/v1/query", &[("query", query), ("time", time)]).await;
        assert_eq!(answer.status, 200, "{query}: {}\n{}", answer.text, self.0.log());
        answer.data()
    }

    /// Sends a request, and asserts that the answer is as Prometheus' are.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let (status, headers, bytes) = self.0.execute(request.build().unwrap()).await;
        let size = bytes.len();
        let text = match headers.get(CONTENT_ENCODING) {
            Some(encoding) => {
                assert_eq!(encoding, "gzip");
                firefly_lambda::gunzip(&bytes, 1 << 30).unwrap()
            }
            None => bytes,
        };
        let answer = Answer { status, headers, text: String::from_utf8(text).unwrap(), size };
        self.assert_shape(&answer);
        answer
    }

    fn assert_shape(&self, answer: &Answer) {
        let shown = answer.text.chars().take(1_000).collect::<String>();
        let context = format!("{} {:?} {shown}\n{}", answer.status, answer.headers, self.0.log());
        for secret in [KEY, NEXT_KEY] {
            assert!(!shown.contains(secret), "a secret is shown: {context}");
        }
        if answer.status == 204 {
            return assert!(answer.text.is_empty(), "{context}");
        }
        if answer.status == 200 && answer.headers[CONTENT_TYPE] == "text/plain; charset=utf-8" {
            return;
        }
        assert_eq!(answer.headers[CONTENT_TYPE], "application/json", "{context}");
        assert_eq!(answer.headers.contains_key(ALLOW), answer.status == 405, "{context}");
        assert_eq!(answer.headers.contains_key(WWW_AUTHENTICATE), answer.status == 401, "{context}");
        if answer.status == 200 {
            assert!(answer.text.starts_with(r#"{"status":"success","data":"#), "{context}");
        } else {
            assert!(answer.text.starts_with(r#"{"status":"error","errorType":""#), "{context}");
            let (kind, message) = answer.error();
            assert!(!kind.is_empty() && !message.is_empty(), "{context}");
        }
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            for secret in [KEY, NEXT_KEY, "test-read"] {
                assert!(!self.0.log().contains(secret), "a secret is logged: {}", self.0.log());
            }
        }
    }
}

/// Parameters as they stand in a form or query string.
pub fn encoded(parameters: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}
