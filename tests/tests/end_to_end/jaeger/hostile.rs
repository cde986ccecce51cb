//! Requests that nobody sends by accident.

use firefly_tests::test_database::{Server, TestDatabase};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::Method;

use super::endpoint::{Endpoint, KEY};
use super::sample::{start, store_sample};

const REQUESTS: usize = 200;

const PATHS: [&str; 9] = [
    "/api/traces",
    "/api/operations",
    "/api/dependencies",
    "/api/services",
    "/api/v3/traces",
    "/api/v3/trace-summaries",
    "/api/v3/operations",
    "/api/traces/",
    "/api/services/",
];

const NAMES: [&str; 20] = [
    "service",
    "operation",
    "tags",
    "tag",
    "limit",
    "start",
    "end",
    "minDuration",
    "maxDuration",
    "traceID",
    "raw",
    "spanKind",
    "endTs",
    "lookback",
    "query.serviceName",
    "query.startTimeMin",
    "query.startTimeMax",
    "query.attributes",
    "query.durationMin",
    "query.searchDepth",
];

const VALUES: [&str; 24] = [
    "shop%2Fweb",
    "pay",
    "",
    "%00",
    "%ff%fe",
    "%F4%8F%BF%BF",
    "-1",
    "0",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999",
    "1e999",
    "NaN",
    "1.5s",
    "2562047h",
    "-5m",
    "%7B%22%5Cu0000%22%3A%22%5Cu0000%22%7D",
    "%7B%22a%22%3A%22%5B%5B%5B1e400%5D%5D%5D%22%7D",
    "%7B%22error%22%3A%22true%22%7D",
    "a:%5B",
    "2026-01-01T00:00:00Z",
    "9999-12-31T23:59:59%2B23:59",
    "'%3BDROP%20TABLE%20firefly.stored_span--",
    "true",
];

fn any_path() -> impl Strategy<Value = String> {
    let value =
        prop_oneof![4 => select(&VALUES[..]).prop_map(str::to_owned), 1 => "[!-~&&[^#<>\"`{}\\\\^|]]{0,12}"];
    let pair = (select(&NAMES[..]), value.clone()).prop_map(|(name, value)| format!("{name}={value}"));
    (select(&PATHS[..]), value, vec(pair, 0..8)).prop_map(|(path, value, pairs)| {
        let segment = if path.ends_with('/') { value.replace(['?', '/'], "") } else { String::new() };
        format!("{path}{segment}?{}", pairs.join("&"))
    })
}

#[tokio::test]
async fn any_query_has_an_answer_that_is_no_failure() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    store_sample(&database, start()).await.unwrap();
    let endpoint = Endpoint::on(&database).await;
    let mut runner = TestRunner::default();
    for _ in 0..REQUESTS {
        let path = any_path().new_tree(&mut runner).unwrap().current();
        let answer = endpoint.send(endpoint.request(Method::GET, &path).bearer_auth(KEY)).await;
        assert!(matches!(answer.status, 200 | 400 | 404), "{path}: {} {}", answer.status, answer.body);
    }
    assert_eq!(endpoint.body("/api/services").await["total"], 2, "all is still there");
}

#[tokio::test]
async fn many_conditions_at_once_are_answered() {
    let database = TestDatabase::create(Server::Postgresql).await.unwrap();
    store_sample(&database, start()).await.unwrap();
    let endpoint = Endpoint::on(&database).await;
    let tags: String = (0..31).map(|number| format!("&tag=event:{number}&tag=t{number}:{number}")).collect();
    let body = endpoint.body(&format!("/api/traces?service=pay{tags}")).await;
    assert_eq!(body["data"].as_array().unwrap().len(), 0);
    let tags: String = (0..33).map(|number| format!("&tag=t{number}:{number}")).collect();
    assert_eq!(endpoint.get(&format!("/api/traces?service=pay{tags}")).await.status, 400);
    let ids: String = (1..=100).map(|id| format!("traceID={id:x}&")).collect();
    assert_eq!(endpoint.body(&format!("/api/traces?{ids}")).await["errors"].as_array().unwrap().len(), 100);
}
