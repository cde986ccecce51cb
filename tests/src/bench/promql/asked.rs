//! A question, and how long its answer takes.

use std::time::Instant;

use anyhow::{Context, Result};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use serde_json::Value;
use url::Url;

use super::panels::Panel;

/// Relative difference of values that count as equal.
const TOLERANCE: f64 = 1e-9;

/// An API to be asked.
pub(super) struct Asked {
    client: reqwest::Client,
    base: Url,
}

impl Asked {
    /// The API under this URL.
    pub(super) fn new(base: &str) -> Result<Self> {
        let base = Url::parse(&format!("{}/", base.trim_end_matches('/')))?;
        Ok(Self { client: reqwest::Client::builder().no_proxy().build()?, base })
    }

    /// The data of the answer, and the milliseconds until all of it is there, compressed as Grafana asks for it.
    pub(super) async fn ask(&self, panel: &Panel) -> Result<(Value, f64)> {
        let mut url = self.base.join(&panel.path)?;
        url.query_pairs_mut().extend_pairs(&panel.parameters);
        let start = Instant::now();
        let response = self.client.get(url).header(ACCEPT_ENCODING, "gzip").send().await?;
        let is_gzip = response.headers().contains_key(CONTENT_ENCODING);
        let body = response.bytes().await?;
        let milliseconds = start.elapsed().as_secs_f64() * 1e3;
        let text = if is_gzip { firefly_lambda::gunzip(&body, 1 << 30)? } else { body.to_vec() };
        let answer: Value = serde_json::from_slice(&text).context("an answer that is no JSON")?;
        anyhow::ensure!(answer["status"] == "success", "{}: {answer}", panel.name);
        Ok((answer["data"].clone(), milliseconds))
    }
}

/// Whether two answers say the same; the order of series does not matter.
pub(super) fn are_equal(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Array(ours), Value::Array(theirs)) => {
            let (ours, theirs) = (sorted(ours), sorted(theirs));
            ours.len() == theirs.len()
                && ours.iter().zip(theirs).all(|(ours, theirs)| are_equal(ours, theirs))
        }
        (Value::Object(ours), Value::Object(theirs)) => {
            ours.len() == theirs.len()
                && ours
                    .iter()
                    .all(|(key, value)| theirs.get(key).is_some_and(|other| are_equal(value, other)))
        }
        (Value::String(ours), Value::String(theirs)) => match (ours.parse::<f64>(), theirs.parse::<f64>()) {
            (Ok(ours), Ok(theirs)) => (ours - theirs).abs() <= TOLERANCE * theirs.abs(),
            _ => ours == theirs,
        },
        _ => ours == theirs,
    }
}

/// Series by their labels; what are no series as they are.
fn sorted(values: &[Value]) -> Vec<&Value> {
    let mut sorted: Vec<_> = values.iter().collect();
    sorted.sort_by_key(|value| value.get("metric").map(Value::to_string));
    sorted
}
