//! Answers and questions that are too large.

use firefly_model::SampleBatch;
use firefly_tests::test_database::{Server, TestDatabase};
use serde_json::json;

use super::endpoint::{Endpoint, function};
use super::sample::{LOOK, MORNING_MS, add, sampled, store};

const RANGE: &str = "start=1772442000&end=1772452000&step=1";

/// As many series as make an answer too large if each has a value every second, and none compresses it away.
async fn many_series() -> TestDatabase {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let mut batch = SampleBatch::default();
    for number in 0..40 {
        let number = f64::from(number);
        add(&mut batch, "many", &[("number", &number.to_string())], [(MORNING_MS, number)]);
    }
    store(&database, batch).await;
    database
}

#[tokio::test]
async fn what_does_not_fit_is_an_error_that_says_what_to_change() {
    let database = many_series().await;
    let endpoint = Endpoint::on(&database).await;
    let path = format!("/api/v1/query_range?query=last_over_time(many[5h])%2Btime()&{RANGE}");
    let plain = endpoint.get(&path).await;
    assert_eq!((plain.status, &*plain.error().0), (422, "execution"));
    assert!(plain.error().1.contains("a longer step"), "{}", plain.text);
    // Compressed it fits.
    let compressed = endpoint.get_compressed(&path).await;
    assert_eq!(compressed.status, 200, "{}", compressed.text);
    assert!(compressed.text.len() > 8_000_000 && compressed.size < 4_700_000, "{}", compressed.size);
    assert_eq!(compressed.data()["result"].as_array().unwrap().len(), 40);
}

#[tokio::test]
async fn limits_are_those_of_the_configuration() {
    let database = sampled().await;
    let limited =
        function(&database.read_url()).env("FIREFLY_MAX_SAMPLES", "200").env("FIREFLY_MAX_SERIES", "2");
    let endpoint = Endpoint::start(limited).await;
    for (path, what) in [
        (format!("query?query=requests_total&time={LOOK}"), "more than 2 series"),
        ("series?match[]=requests_total".into(), "more than 2 series"),
        (
            "query_range?query=up&start=1772442000&end=1772443800&step=1".into(),
            "would load too many samples into memory",
        ),
    ] {
        let answer = endpoint.get(&format!("/api/v1/{path}")).await;
        let (kind, error) = answer.error();
        assert_eq!((answer.status, &*kind), (422, "execution"), "{path}: {}", answer.text);
        assert!(error.contains(what), "{path}: {error}");
    }
    let first = endpoint.get("/api/v1/series?match[]=requests_total&limit=2").await;
    assert_eq!(
        (first.data().as_array().unwrap().len(), first.warnings()),
        (2, json!(["results truncated due to limit"]))
    );
    let fits = endpoint.get("/api/v1/query?query=sum_over_time(up[30m])&time=1772443800").await;
    assert_eq!(fits.data()["result"][0]["value"][1], "119");
}
