//! Posting a delivery over HTTP.

use std::time::Duration;

use anyhow::Result;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use serde_json::{Map, Value};

use super::answer::MAX_BODY_BYTES;
use super::{Answer, Delivery};
use crate::demo::{ACCOUNT_ID, REGION, STREAM_NAME};

/// How long Firehose waits for an answer.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(180);
const USER_AGENT: &str = "Amazon Kinesis Data Firehose Agent/1.0";

/// Firehose with one HTTP endpoint destination.
#[derive(Clone)]
pub struct Sender {
    client: Client,
    url: String,
    access_key: Option<String>,
    common_attributes: Option<String>,
    gzip: bool,
    response_timeout: Duration,
}

impl Sender {
    /// A sender to `url` without access key, common attributes and content encoding. Unlike Firehose's, the URL may
    /// be of plain HTTP and of any port.
    ///
    /// # Errors
    ///
    /// When the HTTP client cannot be built.
    pub fn new(url: impl Into<String>) -> reqwest::Result<Self> {
        let client = Client::builder().user_agent(USER_AGENT).redirect(Policy::none()).no_proxy().build()?;
        Ok(Self {
            client,
            url: url.into(),
            access_key: None,
            common_attributes: None,
            gzip: false,
            response_timeout: RESPONSE_TIMEOUT,
        })
    }

    /// Sends `X-Amz-Firehose-Access-Key`.
    #[must_use]
    pub fn access_key(mut self, access_key: impl Into<String>) -> Self {
        self.access_key = Some(access_key.into());
        self
    }

    /// Sends `X-Amz-Firehose-Common-Attributes`.
    #[must_use]
    pub fn common_attributes(mut self, attributes: &[(&str, &str)]) -> Self {
        let attributes: Map<String, Value> =
            attributes.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))).collect();
        self.common_attributes = Some(serde_json::json!({ "commonAttributes": attributes }).to_string());
        self
    }

    /// Configures `ContentEncoding: GZIP`, or `NONE`.
    #[must_use]
    pub fn gzip(mut self, gzip: bool) -> Self {
        self.gzip = gzip;
        self
    }

    /// Waits this long for an answer, instead of Firehose's three minutes.
    #[must_use]
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = timeout;
        self
    }

    /// Makes one attempt and judges the answer.
    pub async fn deliver(&self, delivery: &Delivery) -> Answer {
        match tokio::time::timeout(self.response_timeout, self.attempt(delivery)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => Answer::Unanswered {
                error_code: "HttpEndpoint.ConnectionFailed",
                reason: format!("{error:#}"),
            },
            Err(_) => Answer::Unanswered {
                error_code: "HttpEndpoint.RequestTimeout",
                reason: format!("no answer within {:?}", self.response_timeout),
            },
        }
    }

    async fn attempt(&self, delivery: &Delivery) -> Result<Answer> {
        let response = self.post(delivery).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = read_body(response).await?;
        Ok(Answer::judge(&delivery.request_id, status, &headers, &body))
    }

    async fn post(&self, delivery: &Delivery) -> Result<Response> {
        let source_arn = format!("arn:aws:firehose:{REGION}:{ACCOUNT_ID}:deliverystream/{STREAM_NAME}");
        let mut request = self
            .client
            .post(&self.url)
            .header("X-Amz-Firehose-Protocol-Version", "1.0")
            .header("X-Amz-Firehose-Request-Id", &delivery.request_id)
            .header("X-Amz-Firehose-Source-Arn", source_arn)
            .header(CONTENT_TYPE, "application/json");
        if let Some(access_key) = &self.access_key {
            request = request.header("X-Amz-Firehose-Access-Key", access_key);
        }
        if let Some(attributes) = &self.common_attributes {
            request = request.header("X-Amz-Firehose-Common-Attributes", attributes);
        }
        request = if self.gzip {
            request.header(CONTENT_ENCODING, "gzip").body(delivery.gzip_body()?)
        } else {
            request.body(delivery.body())
        };
        Ok(request.send().await?)
    }
}

/// Reads the body, and no more of it than shows that it is too long.
async fn read_body(mut response: Response) -> reqwest::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_BODY_BYTES {
            break;
        }
    }
    Ok(body)
}
