//! Forms and answers on their way.

use reqwest::Method;

use super::endpoint::{Endpoint, KEY};
use super::sample::{LOOK, sampled};

#[tokio::test]
async fn answers_are_compressed_only_for_those_who_take_it() {
    let database = sampled().await;
    let endpoint = Endpoint::on(&database).await;
    for path in [
        "/api/v1/query_range?query=requests_total&start=1772442000&end=1772443800&step=15",
        "/api/v1/series?match[]=requests_total",
        "/api/v1/status/flags",
    ] {
        let (plain, compressed) = (endpoint.get(path).await, endpoint.get_compressed(path).await);
        assert_eq!((plain.status, &plain.text), (200, &compressed.text), "{path}");
        assert!(!plain.headers.contains_key("content-encoding"), "{path}");
        assert_eq!(compressed.headers["content-encoding"], "gzip", "{path}");
        assert!(compressed.size < plain.size, "{path}");
    }
}

#[tokio::test]
async fn the_form_comes_before_the_query_string() {
    let database = sampled().await;
    let endpoint = Endpoint::on(&database).await;
    let path = format!("/api/v1/query?query=2&time={LOOK}");
    let answer = endpoint.post(&path, &[("query", "1")]).await;
    assert_eq!(answer.data()["result"][1], "1");
    // Sets of matchers of both are united.
    let answer = endpoint.post("/api/v1/series?match[]=up", &[("match[]", r#"{"odd.name"}"#)]).await;
    assert_eq!(answer.data().as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_form_may_say_its_character_set_and_hold_any_text() {
    let database = sampled().await;
    let endpoint = Endpoint::on(&database).await;
    let request = endpoint
        .request(Method::POST, "/api/v1/query")
        .bearer_auth(KEY)
        .header("content-type", "application/x-www-form-urlencoded; charset=UTF-8")
        // Not percent-encoded, which a function URL passes on in base64.
        .body("time=4&query=\"é日\"".as_bytes().to_vec());
    assert_eq!(endpoint.send(request).await.data()["result"][1], "é日");
}
