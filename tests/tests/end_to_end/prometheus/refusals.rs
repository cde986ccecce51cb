//! What is not answered with what is asked for.

use firefly_tests::test_database::{Server, TestDatabase};
use reqwest::Method;
use url::Url;

use super::endpoint::{Endpoint, KEY, encoded, function};

/// A path, parameters, and what is said of them.
type Mistake = (&'static str, &'static [(&'static str, &'static str)], &'static str);

/// Of Prometheus 3.14, but for what a step of less than a millisecond makes it do: it divides by zero.
const MISTAKES: &[Mistake] = &[
    (
        "query",
        &[],
        r#"invalid parameter "query": unknown position: parse error: no expression found in input"#,
    ),
    (
        "query",
        &[("query", "vector(1) >")],
        r#"invalid parameter "query": 1:12: parse error: unexpected end of input"#,
    ),
    (
        "query",
        &[("query", "1"), ("limit", "x")],
        r#"invalid parameter "limit": strconv.Atoi: parsing "x": invalid syntax"#,
    ),
    ("query", &[("query", "1"), ("limit", "-1")], r#"invalid parameter "limit": limit must be non-negative"#),
    (
        "query",
        &[("query", "1"), ("time", "x")],
        r#"invalid parameter "time": invalid time value for 'time': cannot parse "x" to a valid timestamp"#,
    ),
    (
        "query",
        &[("query", "1"), ("timeout", "x")],
        r#"invalid parameter "timeout": cannot parse "x" to a valid duration"#,
    ),
    (
        "query",
        &[("query", "1"), ("lookback_delta", "x")],
        r#"error parsing lookback delta duration: cannot parse "x" to a valid duration"#,
    ),
    ("query_range", &[("query", "1")], r#"invalid parameter "start": cannot parse "" to a valid timestamp"#),
    (
        "query_range",
        &[("start", "4"), ("end", "3"), ("step", "1")],
        r#"invalid parameter "end": end timestamp must not be before start time"#,
    ),
    (
        "query_range",
        &[("start", "4"), ("end", "5")],
        r#"invalid parameter "step": cannot parse "" to a valid duration"#,
    ),
    (
        "query_range",
        &[("start", "4"), ("end", "5"), ("step", "0")],
        r#"invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer"#,
    ),
    (
        "query_range",
        &[("start", "4"), ("end", "5"), ("step", "0.0001")],
        r#"invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer"#,
    ),
    (
        "query_range",
        &[("start", "0"), ("end", "11001"), ("step", "1")],
        "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
    ),
    (
        "query_range",
        &[("query", "up[5m]"), ("start", "4"), ("end", "5"), ("step", "1")],
        r#"invalid parameter "query": invalid expression type "range vector" for range query, must be Scalar or instant Vector"#,
    ),
    (
        "query_range",
        &[("query", "\"a\""), ("start", "4"), ("end", "5"), ("step", "1")],
        r#"invalid parameter "query": invalid expression type "string" for range query, must be Scalar or instant Vector"#,
    ),
    ("query_exemplars", &[("query", ")")], "1:2: parse error: unexpected right parenthesis ')'"),
    (
        "query_exemplars",
        &[("query", "a"), ("start", "2"), ("end", "1")],
        "end timestamp must not be before start timestamp",
    ),
    (
        "format_query",
        &[("query", "sum(")],
        r#"invalid parameter "query": 1:5: parse error: unclosed left parenthesis"#,
    ),
    (
        "parse_query",
        &[("query", "foo{")],
        r#"invalid parameter "query": 1:5: parse error: unexpected end of input inside braces"#,
    ),
    ("series", &[], "no match[] parameter provided"),
    (
        "series",
        &[("match[]", "")],
        r#"invalid parameter "match[]": unknown position: parse error: unexpected end of input"#,
    ),
    (
        "series",
        &[("match[]", "{}")],
        r#"invalid parameter "match[]": match[] must contain at least one non-empty matcher"#,
    ),
    (
        "series",
        &[("match[]", "up offset 5m")],
        r#"invalid parameter "match[]": 1:4: parse error: unexpected <offset>"#,
    ),
    (
        "series",
        &[("match[]", "1")],
        r#"invalid parameter "match[]": 1:1: parse error: unexpected number "1""#,
    ),
    (
        "series",
        &[("match[]", "up"), ("start", "x")],
        r#"invalid parameter "start": invalid time value for 'start': cannot parse "x" to a valid timestamp"#,
    ),
    ("labels", &[("match[]", "{}")], "match[] must contain at least one non-empty matcher"),
    (
        "labels",
        &[("limit", "1.5")],
        r#"invalid parameter "limit": strconv.Atoi: parsing "1.5": invalid syntax"#,
    ),
    ("label/%ff/values", &[], r#"invalid label name: "\xff""#),
    ("label//values", &[], r#"invalid label name: """#),
    ("metadata", &[("limit", "x")], "limit must be a number"),
    ("status/tsdb", &[("limit", "0")], "limit must be a positive number"),
    ("rules", &[("type", "x")], r#"invalid parameter "type": not supported value "x""#),
];

#[tokio::test]
async fn every_mistake_is_answered_in_the_words_of_prometheus() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let endpoint = Endpoint::on(&database).await;
    for (path, parameters, error) in MISTAKES {
        let answer = endpoint.ask(&format!("/api/v1/{path}"), parameters).await;
        assert_eq!((answer.status, answer.error()), (400, ("bad_data".into(), (*error).into())), "{path}");
    }
}

#[tokio::test]
async fn other_paths_and_methods_are_refused_in_the_envelope() {
    let database = TestDatabase::create(Server::Postgresql).await.unwrap();
    let endpoint = Endpoint::on(&database).await;
    for path in
        ["/graph", "/metrics", "/api/v1/", "/api/v1/write", "/api/v1/admin/tsdb/snapshot", "/api/v2/query"]
    {
        let answer = endpoint.get(path).await;
        assert_eq!((answer.status, &*answer.error().0), (404, "not_found"), "{path}");
    }
    for (method, path, allowed) in [
        (Method::PUT, "/api/v1/query", "GET, POST"),
        (Method::DELETE, "/api/v1/series", "GET, POST"),
        (Method::OPTIONS, "/api/v1/labels", "GET, POST"),
        (Method::POST, "/api/v1/label/job/values", "GET"),
        (Method::POST, "/api/v1/metadata", "GET"),
        (Method::POST, "/api/v1/rules", "GET"),
        (Method::POST, "/-/healthy", "GET, HEAD"),
    ] {
        let answer = endpoint.send(endpoint.request(method, path).bearer_auth(KEY)).await;
        assert_eq!((answer.status, &*answer.error().0), (405, "bad_data"), "{path}");
        assert_eq!(answer.headers["allow"], allowed);
    }
}

#[tokio::test]
async fn forms_have_a_cap_and_their_own_content_type() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let endpoint = Endpoint::on(&database).await;
    let large = "a".repeat(1024 * 1024);
    let answer = endpoint.post("/api/v1/labels", &[("match[]", &large)]).await;
    assert_eq!((answer.status, &*answer.error().0), (413, "bad_data"));
    let form = encoded(&[("match[]", "{}")]);
    let other = endpoint.request(Method::POST, "/api/v1/labels").bearer_auth(KEY);
    let answer = endpoint.send(other.header("content-type", "text/plain").body(form)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn without_its_database_the_function_says_so() {
    let nowhere = Url::parse("postgres://firefly_read:test-read@127.0.0.1:9/firefly").unwrap();
    let endpoint = Endpoint::start(function(&nowhere)).await;
    for path in [
        "/api/v1/query?query=up",
        "/api/v1/labels",
        "/api/v1/label/job/values",
        "/api/v1/series?match[]=up",
        "/api/v1/metadata",
        "/api/v1/query_exemplars?query=up",
        "/api/v1/status/tsdb",
        "/-/ready",
    ] {
        let answer = endpoint.get(path).await;
        assert_eq!((answer.status, &*answer.error().0), (503, "unavailable"), "{path}: {}", answer.text);
    }
    // What needs no database is answered.
    for path in
        ["/-/healthy", "/api/v1/status/buildinfo", "/api/v1/format_query?query=up", "/api/v1/query?query=1"]
    {
        assert_eq!(endpoint.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn without_its_tables_the_function_says_so() {
    let database = TestDatabase::create_empty(Server::Postgresql).await.unwrap();
    let endpoint = Endpoint::on(&database).await;
    let answer = endpoint.get("/api/v1/labels").await;
    assert_eq!(answer.status, 503);
    assert!(answer.error().1.contains("./scripts/migrate"), "{}", answer.text);
}
