//! Whole hours, which the function adds up beside the deliveries.

use firefly_tests::firehose_sender::Format;
use firefly_tests::test_database::{Server, TestDatabase};

use super::endpoint::{Endpoint, function};
use super::sample::{delivery_of, invocations, minutes_ago};

#[tokio::test]
async fn the_delivery_that_finds_an_hour_over_adds_it_up() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        let endpoint = Endpoint::start(function(&database.ingest_url())).await;
        // The newest 101 minutes old: its hour has been over for ten minutes or more, whenever this runs.
        let points: Vec<_> =
            (1..=180).map(|minute| invocations("cart", minutes_ago(100 + minute), 2)).collect();
        endpoint.deliver(&delivery_of(&points, Format::Json)).await;

        let owner = database.owner().await.unwrap();
        let sql = "SELECT count(*) FROM firefly.statistic_hour_bucket AS bucket
            WHERE stale AND EXISTS (
                SELECT FROM firefly.statistic_set
                WHERE time >= bucket.hour AND time < bucket.hour + interval '1 hour')";
        let left: i64 = owner.query_one(sql, &[]).await.unwrap().get(0);
        let sum: f64 =
            owner.query_one("SELECT sum(sum) FROM firefly.statistic_hour", &[]).await.unwrap().get(0);
        assert_eq!((left, sum), (0, 360.0), "{server:?}\n{}", endpoint.log());
    }
}
