//! What Prometheus' own pages ask of the service itself. There is little to say: nothing is scraped here, no rules are
//! evaluated, and the database is not Prometheus'.

use std::time::{Duration, SystemTime};

use firefly_lambda::now;
use firefly_model::selection::quote_go;
use firefly_storage::MetricReader;
use firefly_wire::prometheus::{ParameterError, rfc3339, to_go_json, whole_number};
use serde_json::{Value, json};

use crate::answer::{Refusal, Reply};
use crate::handler::{Api, Asked, READ_TIMEOUT};
use crate::selectors::matcher_sets;

/// Entries of each list about the database, by default and at most.
const LISTED: i64 = 10;
const MOST_LISTED: i64 = 10_000;

/// How long the database may take to show that it is there.
const READY_TIMEOUT: Duration = Duration::from_secs(5);

impl<R: MetricReader + Sync> Api<R> {
    pub(crate) async fn ready(&self, asked: &Asked<'_>) -> Result<Reply, Refusal> {
        // A question with a short answer.
        self.reader.metadata(Some(""), asked.deadline.min(asked.begin + READY_TIMEOUT)).await?;
        Ok(Reply::Text("Firefly is Ready.\n"))
    }

    pub(crate) async fn tsdb(&self, asked: &Asked<'_>) -> Result<Reply, Refusal> {
        let limit = listed(asked.form.get("limit"))?;
        let found = self.reader.cardinality(asked.deadline).await?;
        let list = |counts: &mut dyn Iterator<Item = (String, u64)>| -> String {
            let entry = |(name, value): (String, u64)| {
                format!("{{\"name\":{},\"value\":{value}}}", to_go_json(&name))
            };
            format!("[{}]", counts.take(limit).map(entry).collect::<Vec<_>>().join(","))
        };
        let pairs = found.series_by_pair.into_iter();
        let pairs = pairs.map(|((name, value), series)| (format!("{name}={value}"), series));
        let label_pairs: u64 = found.values_by_label.iter().map(|(_, values)| values).sum();
        asked.whole(&format!(
            "{{\"headStats\":{{\"numSeries\":{},\"numLabelPairs\":{label_pairs},\"chunkCount\":0,\"minTime\":0,\"maxTime\":0}},\
             \"seriesCountByMetricName\":{},\"labelValueCountByLabelName\":{},\"memoryInBytesByLabelName\":[],\
             \"seriesCountByLabelValuePair\":{}}}",
            found.series,
            list(&mut found.series_by_metric.into_iter()),
            list(&mut found.values_by_label.into_iter()),
            list(&mut { pairs }),
        ))
    }

    pub(crate) fn rules(&self, asked: &Asked<'_>) -> Result<Reply, Refusal> {
        matcher_sets(&asked.form).map_err(ParameterError::Other)?;
        let kind = asked.form.get("type").to_lowercase();
        if !matches!(kind.as_str(), "" | "alert" | "record") {
            let problem = format!("not supported value {}", quote_go(&kind));
            return Err(ParameterError::invalid("type", problem).into());
        }
        asked.whole(r#"{"groups":[]}"#)
    }

    pub(crate) fn targets(&self, asked: &Asked<'_>) -> Result<Reply, Refusal> {
        let has_dropped = matches!(asked.form.get("state").to_lowercase().as_str(), "" | "any" | "dropped");
        let counts = if has_dropped { "{}" } else { "null" };
        asked.whole(&format!(r#"{{"activeTargets":[],"droppedTargets":[],"droppedTargetCounts":{counts}}}"#))
    }

    pub(crate) fn runtime_info(&self, asked: &Asked<'_>) -> Result<Reply, Refusal> {
        let started = self.started.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let started = rfc3339(i128::try_from(started.as_nanos()).unwrap_or(i128::MAX));
        let now = rfc3339(i128::from(now().0));
        asked.whole(&format!(
            "{{\"startTime\":\"{started}\",\"CWD\":\"\",\"hostname\":\"\",\"serverTime\":\"{now}\",\"reloadConfigSuccess\":true,\
             \"lastConfigTime\":\"{started}\",\"corruptionCount\":0,\"goroutineCount\":1,\"GOMAXPROCS\":1,\"GOMEMLIMIT\":0,\
             \"GOGC\":\"\",\"GODEBUG\":\"\",\"storageRetention\":\"\"}}"
        ))
    }

    pub(crate) fn flags(&self, asked: &Asked<'_>) -> Result<Reply, Refusal> {
        asked.whole(&to_go_json(&self.shown_flags()))
    }

    /// Those of Prometheus' flags that mean something here.
    fn shown_flags(&self) -> Value {
        json!({
            "enable-feature": "promql-delayed-name-removal",
            "query.lookback-delta": "5m",
            "query.max-concurrency": "1",
            "query.max-samples": self.config.limits.samples.to_string(),
            "query.timeout": format!("{}s", READ_TIMEOUT.as_secs()),
        })
    }
}

fn listed(limit: &str) -> Result<usize, ParameterError> {
    if limit.is_empty() {
        return Ok(usize::try_from(LISTED).unwrap_or(usize::MAX));
    }
    let problem = match whole_number(limit) {
        Ok(limit @ 1..=MOST_LISTED) => return Ok(usize::try_from(limit).unwrap_or(usize::MAX)),
        Ok(limit) if limit > MOST_LISTED => "limit must not exceed 10000",
        _ => "limit must be a positive number",
    };
    Err(ParameterError::Other(problem.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_have_limits() {
        assert_eq!((listed(""), listed("1"), listed("10000")), (Ok(10), Ok(1), Ok(10_000)));
        for (limit, error) in [
            ("0", "limit must be a positive number"),
            ("x", "limit must be a positive number"),
            ("10001", "limit must not exceed 10000"),
        ] {
            assert_eq!(listed(limit).unwrap_err().to_string(), error);
        }
    }
}
