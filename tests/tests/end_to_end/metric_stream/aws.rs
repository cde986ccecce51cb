//! The shapes that AWS documents: a line, a delivery request, the event of a function URL.

use std::fs;

use firefly_lambda::gunzip;
use firefly_wire::firehose::DeliveryRequest;
use firefly_wire::limits;
use firefly_wire::metric_stream::decode_record;
use serde_json::Value;

use super::fixtures::{Decoded, folder, sorted};

/// A file of `tests/fixtures/aws`.
pub fn file(name: &str) -> Vec<u8> {
    fs::read(folder().join("aws").join(name)).unwrap()
}

/// What the records of a fixture must yield together.
pub fn expected(name: &str) -> Decoded {
    serde_json::from_slice(&file(&format!("{name}.expected.json"))).unwrap()
}

/// The body of the function-URL event, as Firehose sent it.
pub fn body_of_event() -> Vec<u8> {
    let event: Value = serde_json::from_slice(&file("function_url_event.json")).unwrap();
    assert_eq!(event["isBase64Encoded"], true);
    base64_simd::STANDARD.decode_to_vec(event["body"].as_str().unwrap()).unwrap()
}

fn decoded(body: &[u8]) -> Decoded {
    let mut decoded = Decoded::default();
    let mut buffer = Vec::new();
    for record in &DeliveryRequest::parse(body).unwrap().records {
        decode_record(record.decode(&mut buffer).unwrap(), &mut decoded);
    }
    decoded.data_points = sorted(decoded.data_points);
    decoded
}

#[test]
fn the_documented_line_is_read() {
    assert_eq!(Decoded::of(&file("metric_stream_example.json")), expected("metric_stream_example"));
}

#[test]
fn the_documented_delivery_request_is_read() {
    assert_eq!(decoded(&file("firehose_request.json")), expected("firehose_request"));
}

#[test]
fn the_body_of_a_function_url_event_is_read() {
    let body = body_of_event();
    assert_eq!(decoded(&gunzip(&body, limits::BODY_BYTES).unwrap()), expected("function_url_event"));
}
