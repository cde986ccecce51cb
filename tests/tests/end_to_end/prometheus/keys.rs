//! Who may ask.

use firefly_tests::test_database::{Server, TestDatabase};
use reqwest::{Method, RequestBuilder};

use super::endpoint::{Endpoint, KEY, NEXT_KEY, unconfigured_function};

#[tokio::test]
async fn a_key_is_taken_in_three_places_and_nothing_is_answered_without() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let endpoint = Endpoint::on(&database).await;
    let ask = |path: &str| endpoint.request(Method::GET, path);
    for key in [KEY, NEXT_KEY] {
        for request in [
            ask("/api/v1/labels").bearer_auth(key),
            ask("/api/v1/labels").basic_auth("grafana", Some(key)),
            ask("/api/v1/labels").header("x-firefly-key", key),
        ] {
            assert_eq!(endpoint.send(request).await.status, 200);
        }
    }
    let wrong: [fn(RequestBuilder) -> RequestBuilder; 5] = [
        |request| request,
        |request| request.bearer_auth("another-key-of-somebody"),
        |request| request.basic_auth("grafana", None::<&str>),
        |request| request.basic_auth("read-key-of-the-test", Some("")),
        |request| request.header("x-firefly-key", ""),
    ];
    for (index, present) in wrong.into_iter().enumerate() {
        for path in ["/", "/-/healthy", "/api/v1/query?query=1", "/api/v1/status/buildinfo", "/nowhere"] {
            let answer = endpoint.send(present(ask(path))).await;
            assert_eq!((answer.status, &*answer.error().0), (401, "unauthorized"), "{index} {path}");
        }
    }
}

#[tokio::test]
async fn a_function_that_is_opened_answers_everyone() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let open = unconfigured_function()
        .env("DATABASE_URL", database.read_url().as_str())
        .env("FIREFLY_READ_OPEN", "true");
    let endpoint = Endpoint::start(open).await;
    assert_eq!(endpoint.send(endpoint.request(Method::GET, "/api/v1/labels")).await.status, 200);
}
