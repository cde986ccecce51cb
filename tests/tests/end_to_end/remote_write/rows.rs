//! What is in the database.

use std::collections::BTreeMap;

use firefly_tests::test_database::TestDatabase;
use tokio_postgres::Client;

use crate::firehose::rows::{DeadLetter, dead_letters};

/// A sample: its series, such as `up{job="a"}`, its time in milliseconds, and the bits of its value.
pub type Sample = (String, i64, u64);

/// Everything that the function writes, to see that nothing of it changes.
#[derive(Debug, PartialEq)]
pub struct Stored {
    pub samples: Vec<Sample>,
    /// As samples, with labels of their own.
    pub exemplars: Vec<(Sample, BTreeMap<String, String>)>,
    pub metadata: Vec<String>,
    pub series: Vec<String>,
    pub dead_letters: Vec<DeadLetter>,
}

impl Stored {
    pub async fn in_database(database: &TestDatabase) -> Self {
        Self::read(&database.owner().await.unwrap()).await
    }

    pub async fn read(client: &Client) -> Self {
        Self {
            samples: samples(client, i64::MAX).await,
            exemplars: exemplars(client, i64::MAX).await,
            metadata: texts(
                client,
                "SELECT format('%s %s %s|%s', metric, type, unit, help) FROM firefly.metric_metadata ORDER BY 1",
            )
            .await,
            series: texts(client, "SELECT series::text FROM firefly.series ORDER BY 1").await,
            dead_letters: dead_letters(client).await,
        }
    }

    /// Samples, exemplars, series and dead letters.
    pub fn counts(&self) -> [usize; 4] {
        [self.samples.len(), self.exemplars.len(), self.series.len(), self.dead_letters.len()]
    }
}

/// Every sample up to this time.
pub async fn samples(client: &Client, until: i64) -> Vec<Sample> {
    let sql = "SELECT name, labels::text, (extract(epoch FROM time) * 1000)::bigint, value
        FROM firefly.sample JOIN firefly.series ON id = series_id
        WHERE (extract(epoch FROM time) * 1000)::bigint <= $1";
    let rows = client.query(sql, &[&until]).await.unwrap();
    let mut samples: Vec<_> = rows
        .iter()
        .map(|row| (title(row.get(0), &pairs(row.get(1))), row.get(2), row.get::<_, f64>(3).to_bits()))
        .collect();
    samples.sort();
    samples
}

/// Every exemplar up to this time.
pub async fn exemplars(client: &Client, until: i64) -> Vec<(Sample, BTreeMap<String, String>)> {
    let sql = "SELECT name, series.labels::text, (extract(epoch FROM time) * 1000)::bigint, value,
            exemplar.labels::text
        FROM firefly.exemplar JOIN firefly.series ON id = series_id
        WHERE (extract(epoch FROM time) * 1000)::bigint <= $1";
    let rows = client.query(sql, &[&until]).await.unwrap();
    let mut exemplars: Vec<_> = rows
        .iter()
        .map(|row| {
            let sample = (title(row.get(0), &pairs(row.get(1))), row.get(2), row.get::<_, f64>(3).to_bits());
            (sample, pairs(row.get(4)))
        })
        .collect();
    exemplars.sort();
    exemplars
}

fn pairs(json: &str) -> BTreeMap<String, String> {
    serde_json::from_str(json).unwrap()
}

/// As PromQL writes it, near enough.
pub fn title(name: &str, labels: &BTreeMap<String, String>) -> String {
    let labels: Vec<_> = labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
    format!("{name}{{{}}}", labels.join(","))
}

async fn texts(client: &Client, sql: &str) -> Vec<String> {
    client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}
