//! What the functions that receive count of their deliveries: it equals what was sent, whatever else happens.

use std::collections::BTreeMap;

use firefly_tests::test_database::{TestDatabase, connect};
use tokio_postgres::Client;

mod failures;
mod firehose;
mod instances;
mod lag;
mod otlp;
mod remote_write;

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counted {
    deliveries: i64,
    data_points: i64,
    stored: i64,
    set_aside: i64,
    bytes: i64,
}

impl Counted {
    /// One delivery of a body of so many bytes.
    fn one(data_points: i64, stored: i64, set_aside: i64, bytes: usize) -> Self {
        Self { deliveries: 1, data_points, stored, set_aside, bytes: i64::try_from(bytes).unwrap() }
    }

    fn and(self, other: Self) -> Self {
        Self {
            deliveries: self.deliveries + other.deliveries,
            data_points: self.data_points + other.data_points,
            stored: self.stored + other.stored,
            set_aside: self.set_aside + other.set_aside,
            bytes: self.bytes + other.bytes,
        }
    }
}

/// What Grafana sees: by source, over all times.
async fn counted(database: &TestDatabase) -> BTreeMap<String, Counted> {
    let read = connect(&database.read_url()).await.unwrap();
    let sql = "SELECT source, deliveries, data_points, stored, set_aside, bytes
        FROM firefly.deliveries_between('-infinity', 'infinity')";
    let rows = read.query(sql, &[]).await.unwrap();
    let by_source = rows.iter().map(|row| {
        let [deliveries, data_points, stored, set_aside, bytes] = [1, 2, 3, 4, 5].map(|at| row.get(at));
        (row.get(0), Counted { deliveries, data_points, stored, set_aside, bytes })
    });
    by_source.collect()
}

/// Asserts that this was counted of one source, and nothing of any other.
async fn assert_counted(database: &TestDatabase, source: &str, expected: Counted) {
    assert_eq!(counted(database).await, BTreeMap::from([(source.to_owned(), expected)]));
}

/// The longest lag and the average one, in seconds, of everything.
async fn lags(client: &Client) -> [Option<f64>; 2] {
    let sql = "SELECT lag_maximum_seconds, lag_average_seconds
        FROM firefly.deliveries_between('-infinity', 'infinity')";
    let row = client.query_one(sql, &[]).await.unwrap();
    [row.get(0), row.get(1)]
}
