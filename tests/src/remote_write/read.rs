//! Remote read: the samples of a Prometheus as they are, stale markers among them.

use anyhow::{Context, Result};
use prost::Message;
use snap::raw::Encoder;

use super::version_1::TimeSeries;

#[derive(Clone, PartialEq, Message)]
struct ReadRequest {
    #[prost(message, repeated, tag = "1")]
    queries: Vec<Query>,
}

#[derive(Clone, PartialEq, Message)]
struct Query {
    #[prost(int64, tag = "1")]
    start_timestamp_ms: i64,
    #[prost(int64, tag = "2")]
    end_timestamp_ms: i64,
    #[prost(message, repeated, tag = "3")]
    matchers: Vec<Matcher>,
}

/// `type` 2 is that of a regular expression.
#[derive(Clone, PartialEq, Message)]
struct Matcher {
    #[prost(int32, tag = "1")]
    r#type: i32,
    #[prost(string, tag = "2")]
    name: String,
    #[prost(string, tag = "3")]
    value: String,
}

#[derive(Clone, PartialEq, Message)]
struct ReadResponse {
    #[prost(message, repeated, tag = "1")]
    results: Vec<QueryResult>,
}

#[derive(Clone, PartialEq, Message)]
struct QueryResult {
    #[prost(message, repeated, tag = "1")]
    timeseries: Vec<TimeSeries>,
}

/// Every series that a Prometheus has, with its samples up to this time, in milliseconds.
///
/// # Errors
///
/// If it does not answer so.
pub async fn every_series(prometheus: &str, until: i64) -> Result<Vec<TimeSeries>> {
    let matchers = vec![Matcher { r#type: 2, name: "__name__".into(), value: ".+".into() }];
    let query = Query { start_timestamp_ms: 0, end_timestamp_ms: until, matchers };
    let body = Encoder::new().compress_vec(&ReadRequest { queries: vec![query] }.encode_to_vec())?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    let request = client
        .post(format!("{prometheus}/api/v1/read"))
        .header("content-type", "application/x-protobuf")
        .header("content-encoding", "snappy")
        .header("x-prometheus-remote-read-version", "0.1.0")
        .body(body);
    let response = request.send().await?.error_for_status().context("remote read")?;
    let plain = firefly_lambda::snappy(&response.bytes().await?, 1 << 28)?;
    let response = ReadResponse::decode(&*plain)?;
    Ok(response.results.into_iter().flat_map(|result| result.timeseries).collect())
}
