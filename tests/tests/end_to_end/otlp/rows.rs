//! What is in the database.

use firefly_tests::test_database::TestDatabase;
use tokio_postgres::Client;

use crate::firehose::rows::{DeadLetter, dead_letters};

/// Everything that the function writes, to see that nothing of it changes.
#[derive(Debug, PartialEq)]
pub struct Stored {
    /// Rows of the view `span` as JSON.
    pub spans: Vec<serde_json::Value>,
    /// Rows of the catalogues.
    pub catalogue: Vec<String>,
    pub dead_letters: Vec<DeadLetter>,
}

impl Stored {
    pub async fn in_database(database: &TestDatabase) -> Self {
        Self::read(&database.owner().await.unwrap()).await
    }

    pub async fn read(client: &Client) -> Self {
        let spans = texts(
            client,
            "SELECT to_jsonb(span)::text FROM firefly.span ORDER BY trace_id, span_id, start_time",
        );
        let catalogue = texts(
            client,
            "SELECT resource::text FROM firefly.resource UNION ALL SELECT scope::text FROM firefly.scope
            UNION ALL SELECT operation::text FROM firefly.operation ORDER BY 1",
        );
        Self {
            spans: spans.await.iter().map(|row| serde_json::from_str(row).unwrap()).collect(),
            catalogue: catalogue.await,
            dead_letters: dead_letters(client).await,
        }
    }

    /// The names of the spans, sorted.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.spans.iter().map(|span| span["name"].as_str().unwrap()).collect();
        names.sort_unstable();
        names
    }

    /// How many spans and dead letters there are.
    pub fn counts(&self) -> [usize; 2] {
        [self.spans.len(), self.dead_letters.len()]
    }
}

async fn texts(client: &Client, sql: &str) -> Vec<String> {
    client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}
