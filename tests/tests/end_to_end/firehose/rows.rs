//! What is in the database.

use firefly_tests::test_database::TestDatabase;
use tokio_postgres::Client;

use crate::metric_stream::fixtures::{Point, sorted};

/// Everything that the function writes, to see that nothing of it changes.
#[derive(Debug, PartialEq)]
pub struct Stored {
    pub points: Vec<Point>,
    pub series: Vec<String>,
    pub dead_letters: Vec<DeadLetter>,
}

#[derive(Debug, PartialEq)]
pub struct DeadLetter {
    pub reason: String,
    pub bytes: Vec<u8>,
    pub size_bytes: i64,
    pub source: String,
    pub source_arn: Option<String>,
    pub request_id: String,
}

impl Stored {
    pub async fn in_database(database: &TestDatabase) -> Self {
        Self::read(&database.owner().await.unwrap()).await
    }

    pub async fn read(client: &Client) -> Self {
        Self {
            points: points(client).await,
            series: series(client).await,
            dead_letters: dead_letters(client).await,
        }
    }

    /// How many data points, series and dead letters there are.
    pub fn counts(&self) -> [usize; 3] {
        [self.points.len(), self.series.len(), self.dead_letters.len()]
    }
}

async fn points(client: &Client) -> Vec<Point> {
    let sql = "SELECT account_id, region, namespace, metric_name, dimensions::text, unit,
            (extract(epoch FROM time) * 1000)::bigint, samples, sum, minimum, maximum, coalesce(extra, '{}')::text
        FROM firefly.metric_point";
    let rows = client.query(sql, &[]).await.unwrap();
    let points = rows.iter().map(|row| Point {
        account_id: row.get(0),
        region: row.get(1),
        namespace: row.get(2),
        metric_name: row.get(3),
        dimensions: serde_json::from_str(row.get(4)).unwrap(),
        unit: row.get(5),
        time_ms: row.get(6),
        samples: row.get(7),
        sum: row.get(8),
        minimum: row.get(9),
        maximum: row.get(10),
        extra: serde_json::from_str(row.get(11)).unwrap(),
    });
    let points = sorted(points.collect());
    let sql = "SELECT count(*) FROM firefly.statistic_set";
    let rows: i64 = client.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(i64::try_from(points.len()), Ok(rows), "statistic sets without a series");
    points
}

async fn series(client: &Client) -> Vec<String> {
    let rows =
        client.query("SELECT series::text FROM firefly.series ORDER BY fingerprint", &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

pub async fn dead_letters(client: &Client) -> Vec<DeadLetter> {
    let sql = "SELECT reason, bytes, size_bytes, source, source_arn, request_id FROM firefly.dead_letter
        ORDER BY bytes";
    let rows = client.query(sql, &[]).await.unwrap();
    let dead_letters = rows.iter().map(|row| DeadLetter {
        reason: row.get(0),
        bytes: row.get(1),
        size_bytes: row.get(2),
        source: row.get(3),
        source_arn: row.get(4),
        request_id: row.get(5),
    });
    dead_letters.collect()
}
