//! Questions that take too long.

use std::time::Duration;

use super::endpoint::{Endpoint, function};
use super::sample::{LOOK, sampled};

#[tokio::test]
async fn a_timeout_caps_the_time_of_a_query() {
    let database = sampled().await;
    let endpoint = Endpoint::on(&database).await;
    for timeout in ["0", "-1", "0.000001"] {
        let answer = endpoint.ask("/api/v1/query", &[("query", "up"), ("timeout", timeout)]).await;
        assert_eq!((answer.status, &*answer.error().0), (503, "timeout"), "{}", answer.text);
        assert!(answer.error().1.starts_with("query timed out in "), "{}", answer.text);
    }
    let answer = endpoint.ask("/api/v1/query", &[("query", "up"), ("time", LOOK), ("timeout", "1h")]).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_database_that_is_slow_is_given_up_before_lambda_gives_up() {
    let database = sampled().await;
    let mut slow = function(&database.read_url());
    slow.timeout = Duration::from_secs(4);
    let endpoint = Endpoint::start(slow).await;
    assert_eq!(endpoint.query("count(up)", LOOK).await["result"][0]["value"][1], "1");
    let mut owner = database.owner().await.unwrap();
    let lock = owner.transaction().await.unwrap();
    lock.batch_execute("LOCK firefly.sample, firefly.series").await.unwrap();
    for path in [&*format!("query?query=up&time={LOOK}"), "label/job/values", "series?match[]=up"] {
        let answer = endpoint.get(&format!("/api/v1/{path}")).await;
        assert_eq!((answer.status, &*answer.error().0), (503, "timeout"), "{path}: {}", answer.text);
    }
}
