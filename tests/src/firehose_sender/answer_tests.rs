//! Which answers count as delivered, and what is said of the others.

use std::time::Duration;

use serde_json::{Value, json};

use super::Sender;
use super::test_server::{JSON, REQUEST_ID, Scripted, delivery, refused, serve};

const INVALID: &str = "HttpEndpoint.InvalidResponseFromDestination";
const EXCEPTION: &str = "HttpEndpoint.DestinationException";

/// Delivers once for each scripted answer, and compares error code and reason; both are empty for success.
async fn assert_judged(cases: Vec<(Scripted, &str, &str)>) {
    for (scripted, error_code, reason) in cases {
        let (url, _) = serve(vec![scripted.clone()]).await;
        let answer = Sender::new(url).unwrap().deliver(&delivery()).await;
        let case =
            format!("{} {:?} {:.80} gave {:.400}", scripted.0, scripted.1, scripted.2, format!("{answer:?}"));
        assert_eq!(answer.error_code().unwrap_or_default(), error_code, "{case}");
        assert!(answer.reason().contains(reason), "{case}");
        assert_eq!(answer.is_delivered(), error_code.is_empty(), "{case}");
        assert_eq!(answer.status(), Some(scripted.0), "{case}");
    }
}

/// A body with the right request id and timestamp, and `name` set to `value`.
fn body_with(name: &str, value: Value) -> String {
    let mut fields = json!({ "requestId": REQUEST_ID, "timestamp": 1 });
    fields[name] = value;
    fields.to_string()
}

fn ok(body: impl Into<String>) -> Scripted {
    (200, vec![JSON], body.into())
}

fn good_body() -> String {
    json!({ "requestId": REQUEST_ID, "timestamp": 1 }).to_string()
}

#[tokio::test]
async fn accepts_only_the_documented_body() {
    assert_judged(vec![
        (ok(good_body()), "", ""),
        (ok(body_with("errorMessage", json!("two lines set aside"))), "", ""),
        (ok(""), INVALID, "status 200, but body is not a JSON object"),
        (ok("[]"), INVALID, "status 200, but body is not a JSON object"),
        (ok(good_body() + "{}"), INVALID, "status 200, but body is not a JSON object"),
        (ok(json!({ "timestamp": 1 }).to_string()), INVALID, "requestId is null"),
        (ok(body_with("requestId", json!("other"))), INVALID, r#"requestId is "other""#),
        (ok(json!({ "requestId": REQUEST_ID }).to_string()), INVALID, "timestamp is null"),
        (ok(body_with("timestamp", json!("1"))), INVALID, r#"timestamp is "1""#),
        (ok(body_with("timestamp", json!(1.5))), INVALID, "timestamp is 1.5"),
        (ok(body_with("stored", json!(3))), INVALID, r#"unexpected field "stored""#),
        (ok(body_with("errorMessage", json!(null))), INVALID, "errorMessage"),
        (ok(body_with("errorMessage", json!("e".repeat(8193)))), INVALID, "errorMessage"),
        (ok("x".repeat((1 << 20) + 1)), "HttpEndpoint.ResponseTooLarge", "over 1048576 bytes"),
    ])
    .await;
}

#[tokio::test]
async fn accepts_only_uncompressed_json() {
    let with_headers = |headers| (200, headers, good_body());
    assert_judged(vec![
        (with_headers(vec![("content-type", "application/json; charset=utf-8")]), "", ""),
        (with_headers(vec![]), INVALID, "content type None"),
        (with_headers(vec![("content-type", "text/plain")]), INVALID, "text/plain"),
        (with_headers(vec![JSON, ("content-encoding", "identity")]), INVALID, "content encoding"),
    ])
    .await;
}

#[tokio::test]
async fn accepts_only_status_200() {
    assert_judged(vec![
        ((201, vec![JSON], good_body()), EXCEPTION, "status 201: no error message"),
        ((204, vec![], String::new()), EXCEPTION, "status 204, but content type None"),
        ((302, vec![JSON, ("location", "/")], good_body()), EXCEPTION, "not 2xx, 4xx or 5xx"),
        (refused(401), EXCEPTION, "status 401: database is away"),
        (refused(503), EXCEPTION, "status 503: database is away"),
        ((502, vec![], "Bad Gateway".to_owned()), EXCEPTION, "status 502, but content type None"),
    ])
    .await;
}

#[tokio::test]
async fn no_answer_is_a_failure() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let silent = Sender::new(&url).unwrap().response_timeout(Duration::from_millis(50));
    let answer = silent.deliver(&delivery()).await;
    assert_eq!(answer.error_code(), Some("HttpEndpoint.RequestTimeout"));

    drop(listener);
    let answer = Sender::new(&url).unwrap().deliver(&delivery()).await;
    assert_eq!(answer.error_code(), Some("HttpEndpoint.ConnectionFailed"));
    assert!(answer.reason().contains("refused"), "{}", answer.reason());
    assert_eq!(answer.status(), None);
}
