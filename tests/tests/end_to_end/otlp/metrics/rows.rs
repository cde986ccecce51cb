//! What is in the database.

use std::collections::BTreeMap;

use firefly_tests::test_database::TestDatabase;
use tokio_postgres::Client;

use crate::firehose::rows::{DeadLetter, dead_letters};

/// Everything that the function writes of metrics, to see that nothing of it changes.
#[derive(Debug, PartialEq)]
pub struct Stored {
    /// Such as `up{job="cart"}`, without the labels that all samples here have; the seconds of the time since a moment;
    /// and the bits of the value.
    pub samples: Vec<(String, i64, u64)>,
    pub exemplars: Vec<String>,
    pub metadata: Vec<String>,
    pub series: Vec<String>,
    pub dead_letters: Vec<DeadLetter>,
}

/// What all samples of these tests say of where they come from.
const COMMON: [(&str, &str); 3] =
    [("instance", "i-1"), ("job", "shop/checkout"), ("otel_scope_name", "tests")];

impl Stored {
    /// With times since `start`, in nanoseconds.
    pub async fn in_database(database: &TestDatabase, start: u64) -> Self {
        Self::read(&database.owner().await.unwrap(), start).await
    }

    pub async fn read(client: &Client, start: u64) -> Self {
        let sql =
            "SELECT metric, labels::text, extract(epoch FROM time)::bigint, value FROM firefly.sample_point";
        let rows = client.query(sql, &[]).await.unwrap();
        let mut samples: Vec<_> = rows
            .iter()
            .map(|row| {
                let name = series_name(row.get(0), row.get(1));
                let since = row.get::<_, i64>(2) - i64::try_from(start / 1_000_000_000).unwrap();
                (name, since, row.get::<_, f64>(3).to_bits())
            })
            .collect();
        samples.sort();
        Self {
            samples,
            exemplars: texts(
                client,
                "SELECT format('%s %s %s %s', name, series.labels ->> 'le', exemplar.labels, value)
                FROM firefly.exemplar JOIN firefly.series ON id = series_id ORDER BY 1",
            )
            .await,
            metadata: texts(
                client,
                "SELECT format('%s %s %s|%s', metric, type, unit, help) FROM firefly.metric_metadata ORDER BY 1",
            )
            .await,
            series: texts(client, "SELECT (to_jsonb(series) - 'changed')::text FROM firefly.series ORDER BY 1").await,
            dead_letters: dead_letters(client).await,
        }
    }

    /// Samples whose values are numbers, with these.
    pub fn values(&self) -> Vec<(&str, i64, f64)> {
        self.samples
            .iter()
            .map(|(name, since, bits)| (name.as_str(), *since, f64::from_bits(*bits)))
            .collect()
    }
}

fn series_name(metric: &str, labels: &str) -> String {
    let mut labels: BTreeMap<String, String> = serde_json::from_str(labels).unwrap();
    for (name, value) in COMMON {
        if metric != "target_info" {
            assert_eq!(labels.remove(name).as_deref(), Some(value), "{metric}");
        }
    }
    let labels: Vec<_> = labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
    if labels.is_empty() { metric.to_owned() } else { format!("{metric}{{{}}}", labels.join(",")) }
}

async fn texts(client: &Client, sql: &str) -> Vec<String> {
    client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}
