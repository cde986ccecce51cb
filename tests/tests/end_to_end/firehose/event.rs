//! The event of a function URL, as AWS documents it, handed over directly.

use firefly_lambda::gunzip;
use firefly_tests::test_database::{Server, TestDatabase};
use serde_json::{Value, json};

use super::bodies::gzip;
use super::endpoint::{Endpoint, assert_shape, unconfigured_function};
use super::rows::Stored;
use super::sample::minutes_ago;
use crate::metric_stream::aws::{body_of_event, expected, file};
use crate::metric_stream::fixtures::{Decoded, sorted};

/// The newest minute in the fixture.
const NEWEST_MS: i64 = 1_748_859_420_000;

async fn start(database: &TestDatabase) -> Endpoint {
    let function = unconfigured_function()
        .env("DATABASE_URL", database.ingest_url().as_str())
        .env("FIREFLY_INGEST_KEYS", "example-access-key");
    Endpoint::start(function).await
}

fn assert_delivered(answer: &Value) {
    assert_eq!(answer["statusCode"], 200, "{answer}");
    assert_eq!(answer["headers"]["content-type"], "application/json", "{answer}");
    assert!(answer["headers"].get("content-encoding").is_none(), "{answer}");
    assert_ne!(answer["isBase64Encoded"], true, "{answer}");
    let fields = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    let event: Value = serde_json::from_slice(&file("function_url_event.json")).unwrap();
    let request_id = event["headers"]["x-amz-firehose-request-id"].as_str().unwrap();
    assert_eq!(assert_shape(fields, request_id, &answer.to_string()), None);
}

#[tokio::test]
async fn the_documented_event_is_answered_and_its_old_points_are_kept() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let event = String::from_utf8(file("function_url_event.json")).unwrap();
    assert_delivered(&start(&database).await.invoke(event).await);
    let stored = Stored::in_database(&database).await;
    assert!(stored.points.is_empty());
    let records: Vec<_> = stored.dead_letters.into_iter().map(|letter| letter.bytes).collect();
    assert_eq!(Decoded::of(&records.join(&b'\n')), expected("function_url_event"));
}

#[tokio::test]
async fn the_documented_event_moved_to_the_present_is_stored() {
    let database = TestDatabase::create(Server::Timescaledb).await.unwrap();
    let shift = minutes_ago(3) - NEWEST_MS;
    let mut event: Value = serde_json::from_slice(&file("function_url_event.json")).unwrap();
    let body = String::from_utf8(gunzip(&body_of_event(), 1_000_000).unwrap()).unwrap();
    let body = gzip(shifted(&body, shift).as_bytes());
    event["body"] = json!(base64_simd::STANDARD.encode_to_string(body));
    assert_delivered(&start(&database).await.invoke(event.to_string()).await);

    let mut wanted = expected("function_url_event").data_points;
    for point in &mut wanted {
        point.time_ms += shift;
    }
    let stored = Stored::in_database(&database).await;
    assert_eq!(stored.points, sorted(wanted));
    assert!(stored.dead_letters.is_empty());
}

/// The delivery request with the times of all its JSON lines moved.
fn shifted(body: &str, shift: i64) -> String {
    let mut request: Value = serde_json::from_str(body).unwrap();
    for record in request["records"].as_array_mut().unwrap() {
        let data = base64_simd::STANDARD.decode_to_vec(record["data"].as_str().unwrap()).unwrap();
        let lines = String::from_utf8(data).unwrap();
        let lines = lines.lines().map(|line| {
            let mut point: Value = serde_json::from_str(line).unwrap();
            point["timestamp"] = json!(point["timestamp"].as_i64().unwrap() + shift);
            format!("{point}\n")
        });
        record["data"] = json!(base64_simd::STANDARD.encode_to_string(lines.collect::<String>()));
    }
    request.to_string()
}
