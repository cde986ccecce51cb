//! What the function needs before it takes its first request.

use firefly_tests::firehose_sender::Format;
use firefly_tests::host::Function;
use firefly_tests::test_database::{Server, TestDatabase};

use super::endpoint::{Endpoint, KEY, function, unconfigured_function};
use super::rows::Stored;
use super::sample::{delivery_of, minute, minutes_ago};

const DATABASE_URL: &str = "postgres://firefly_ingest:word-of-the-ingest-role@127.0.0.1:1/firefly";

#[tokio::test]
async fn the_function_does_not_start_without_its_configuration() {
    let with = |variables: &[(&str, &str)]| -> Function {
        variables.iter().fold(unconfigured_function(), |function, (name, value)| function.env(*name, *value))
    };
    let database = ("DATABASE_URL", DATABASE_URL);
    let keys = ("FIREFLY_INGEST_KEYS", KEY);
    for (variables, named) in [
        (&[][..], "DATABASE_URL"),
        (&[keys], "DATABASE_URL"),
        (&[database], "FIREFLY_INGEST_KEYS"),
        (&[database, ("FIREFLY_INGEST_KEYS", " ")], "FIREFLY_INGEST_KEYS"),
        (&[database, ("FIREFLY_INGEST_KEYS", "sh0rt-key")], "FIREFLY_INGEST_KEYS"),
        (&[database, ("FIREFLY_INGEST_OPEN", "false")], "FIREFLY_INGEST_KEYS"),
        (&[database, ("FIREFLY_INGEST_OPEN", "yes")], "FIREFLY_INGEST_OPEN"),
        (&[database, keys, ("FIREFLY_INGEST_OPEN", "true")], "FIREFLY_INGEST_OPEN"),
        (&[database, keys, ("FIREFLY_MAX_AGE_DAYS", "461")], "FIREFLY_MAX_AGE_DAYS"),
        (&[keys, ("DATABASE_URL", "mysql://u:word-of-the-ingest-role@localhost/d")], "DATABASE_URL"),
    ] {
        let endpoint = Endpoint::start(with(variables)).await;
        let response = endpoint.request(reqwest::Method::POST).send().await.unwrap();
        assert_eq!(response.status(), 502, "{variables:?}");
        let reported = endpoint.init_error().expect("an error at the start");
        let told = format!("{reported}\n{}", endpoint.log());
        assert!(told.contains(named), "{variables:?}: {told}");
        for secret in [KEY, "word-of-the-ingest-role", "sh0rt-key"] {
            assert!(!told.contains(secret), "{variables:?}: {told}");
        }
    }
}

#[tokio::test]
async fn a_function_that_is_opened_takes_deliveries_without_a_key() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let open = unconfigured_function()
        .env("DATABASE_URL", database.ingest_url().as_str())
        .env("FIREFLY_INGEST_OPEN", "true");
    let endpoint = Endpoint::start(open).await;
    let delivery = delivery_of(&minute(2, minutes_ago(3), 1), Format::Json);
    for sender in [endpoint.sender_without_key(), endpoint.sender_without_key().access_key("any")] {
        let answer = sender.deliver(&delivery).await;
        assert!(answer.is_delivered(), "{answer:?}");
    }
    assert_eq!(Stored::in_database(&database).await.counts(), [2, 2, 0]);
}

#[tokio::test]
async fn even_the_most_verbose_log_shows_no_secret() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let verbose =
        function(&database.ingest_url()).env("AWS_LAMBDA_LOG_LEVEL", "TRACE").env("RUST_LOG", "trace");
    let endpoint = Endpoint::start(verbose).await;
    endpoint.deliver(&delivery_of(&minute(2, minutes_ago(3), 1), Format::Json)).await;
    assert!(endpoint.log().contains("delivered"), "{}", endpoint.log());
}
