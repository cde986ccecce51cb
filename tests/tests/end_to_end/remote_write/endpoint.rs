//! The function under test. Whatever a test does to it: its errors are plain text, and only 2.0 is told counts.

use std::ops::Deref;

use firefly_tests::host::Function;
use firefly_tests::remote_write::{Protocol, Series, body};
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};
use reqwest::{Method, RequestBuilder};
use snap::raw::Encoder;
use url::Url;

use crate::deployed::{Deployed, KEY, ingesting};

/// The function with both keys, and this database.
pub fn function(database_url: &Url) -> Function {
    ingesting("remote-write", database_url)
}

/// The function behind its URL.
pub struct Endpoint(Deployed);

impl Deref for Endpoint {
    type Target = Deployed;

    fn deref(&self) -> &Deployed {
        &self.0
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    /// Samples, histograms and exemplars.
    pub written: Option<[usize; 3]>,
}

pub fn compressed(bytes: &[u8]) -> Vec<u8> {
    Encoder::new().compress_vec(bytes).unwrap()
}

impl Endpoint {
    pub async fn start(function: Function) -> Self {
        Self(Deployed::start(function).await)
    }

    pub fn to_path(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url().trim_end_matches('/')))
    }

    pub fn write_url(&self) -> String {
        format!("{}/api/v1/write", self.url().trim_end_matches('/'))
    }

    /// A write without a key, still without a body.
    pub fn request(&self, protocol: Protocol) -> RequestBuilder {
        self.to_path(Method::POST, "/api/v1/write")
            .header(CONTENT_TYPE, protocol.content_type())
            .header(CONTENT_ENCODING, "snappy")
    }

    /// Writes this plain body, with the right key.
    pub async fn post(&self, protocol: Protocol, plain: &[u8]) -> Answer {
        self.send(self.request(protocol).bearer_auth(KEY).body(compressed(plain))).await
    }

    pub async fn write(&self, series: &[Series], protocol: Protocol) -> Answer {
        self.post(protocol, &body(series, protocol)).await
    }

    /// Writes, and asserts that all of it is stored.
    pub async fn store(&self, series: &[Series], protocol: Protocol) {
        let answer = self.write(series, protocol).await;
        assert_eq!(answer.status, 204, "{answer:?}\n{}", self.log());
        let samples = series.iter().map(|series| series.samples.len()).sum();
        let exemplars = series.iter().map(|series| series.exemplars.len()).sum();
        let expected = [samples, 0, exemplars];
        assert_eq!(answer.written, (protocol == Protocol::Two).then_some(expected), "{answer:?}");
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let request = request.build().unwrap();
        let asked = request.headers().get(CONTENT_TYPE).cloned();
        let (status, headers, body) = self.execute(request).await;
        let text = String::from_utf8(body).unwrap();
        let context = format!("{status} {headers:?} {text}\n{}", self.log());
        if status == 204 {
            assert_eq!(text, "", "{context}");
        } else {
            assert_eq!(headers[CONTENT_TYPE], "text/plain; charset=utf-8", "{context}");
            assert!(text.ends_with('\n') && text.lines().count() == 1, "{context}");
        }
        let counts = ["samples", "histograms", "exemplars"].map(|what| {
            let header = headers.get(format!("x-prometheus-remote-write-{what}-written"))?;
            Some(header.to_str().unwrap().parse().unwrap())
        });
        let is_version_2 =
            asked.is_some_and(|asked| asked.as_bytes() == Protocol::Two.content_type().as_bytes());
        assert!(counts.iter().all(|count| count.is_some() == is_version_2), "{context}");
        let written = is_version_2.then(|| counts.map(Option::unwrap));
        Answer { status, headers, text, written }
    }
}
