//! Statements of the function that wait for a lock, by which a test knows how far they are.

use std::time::Duration;

use tokio_postgres::Client;

/// Waits until exactly so many statements of the function wait for a lock in the observer's database.
pub async fn until_waiting(observer: &Client, statements: i64) {
    let sql = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND usename = 'firefly_ingest' AND wait_event_type = 'Lock'";
    let waiting = async {
        while observer.query_one(sql, &[]).await.unwrap().get::<_, i64>(0) != statements {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(30), waiting).await;
    assert!(in_time.is_ok(), "there are never {statements} statements that wait");
}
