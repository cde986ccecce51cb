//! What is sent, how it is repeated, and what is given up.

use std::time::Duration;

use serde_json::{Value, json};

use super::test_server::{REQUEST_ID, accepted, delivery, refused, serve};
use super::*;
use crate::demo::SplitMix64;

fn quick(duration_s: u64) -> RetryPolicy {
    RetryPolicy { duration: Duration::from_secs(duration_s), time_scale: 0.002 }
}

#[tokio::test]
async fn sends_what_firehose_sends() {
    let (url, received) = serve(vec![accepted()]).await;
    let sender = Sender::new(url).unwrap().access_key("secret").common_attributes(&[("stage", "demo")]);
    assert!(sender.deliver(&delivery()).await.is_delivered());
    assert!(sender.gzip(true).deliver(&delivery()).await.is_delivered());

    let received = received.lock().unwrap();
    let (headers, body) = &received[0];
    let expected = [
        ("x-amz-firehose-protocol-version", "1.0"),
        ("x-amz-firehose-request-id", REQUEST_ID),
        ("x-amz-firehose-source-arn", "arn:aws:firehose:eu-west-1:111122223333:deliverystream/shop-metrics"),
        ("x-amz-firehose-access-key", "secret"),
        ("x-amz-firehose-common-attributes", r#"{"commonAttributes":{"stage":"demo"}}"#),
        ("content-type", "application/json"),
        ("user-agent", "Amazon Kinesis Data Firehose Agent/1.0"),
        ("content-length", &body.len().to_string()),
    ];
    for (name, value) in expected {
        assert_eq!(headers.get(name).map(|value| value.to_str().unwrap()), Some(value), "{name}");
    }
    assert!(!headers.contains_key("content-encoding"));
    let records = json!([{ "data": "b25lCg==" }, { "data": "" }, { "data": "AP8=" }]);
    let wanted = json!({ "requestId": REQUEST_ID, "timestamp": 1_772_442_000_000_i64, "records": records });
    assert_eq!(serde_json::from_slice::<Value>(body).unwrap(), wanted);

    let (headers, compressed) = &received[1];
    assert_eq!(headers["content-encoding"], "gzip");
    assert_eq!(&firefly_lambda::gunzip(compressed, 1_000_000).unwrap(), body);
}

#[tokio::test]
async fn repeats_the_same_request_until_accepted() {
    let (url, received) = serve(vec![refused(503), refused(401), accepted()]).await;
    let outcome = Sender::new(url).unwrap().deliver_with_retry(&delivery(), &quick(60)).await;
    assert!(matches!(outcome, Outcome::Delivered { attempts: 3 }), "{outcome:?}");
    let received = received.lock().unwrap();
    assert!(received.iter().all(|(headers, body)| {
        headers["x-amz-firehose-request-id"] == REQUEST_ID && *body == received[0].1
    }));
}

#[tokio::test]
async fn gives_up_into_the_backup() {
    // Waits of about 1, 2 and 4 seconds fit into 12, one of 8 more does not.
    let (url, received) = serve(vec![refused(503)]).await;
    let outcome = Sender::new(url).unwrap().deliver_with_retry(&delivery(), &quick(12)).await;
    let Outcome::BackedUp { backup, answer } = outcome else { panic!("{outcome:?}") };
    assert_eq!(answer.status(), Some(503));
    let attempts = u32::try_from(received.lock().unwrap().len()).unwrap();
    assert!((2..=4).contains(&attempts), "{attempts} attempts");

    let raw: Vec<&[u8]> = backup.records.iter().map(|record| record.raw_data.as_slice()).collect();
    assert_eq!(raw, delivery().records);
    let object = backup.object();
    let lines: Vec<Value> = object.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[2]["rawData"], "AP8=");
    assert_eq!(lines[0]["attemptsMade"], attempts);
    assert_eq!(lines[0]["arrivalTimestamp"], 1_772_442_000_000_i64);
    assert_eq!(lines[0]["errorCode"], "HttpEndpoint.DestinationException");
    assert!(lines[0]["errorMessage"].as_str().unwrap().contains("database is away"));
}

#[tokio::test]
async fn does_not_repeat_without_retry_duration_nor_after_413() {
    let (url, received) = serve(vec![refused(503)]).await;
    let outcome = Sender::new(url).unwrap().deliver_with_retry(&delivery(), &quick(0)).await;
    assert!(matches!(outcome, Outcome::BackedUp { .. }), "{outcome:?}");
    assert_eq!(received.lock().unwrap().len(), 1);

    let (url, received) = serve(vec![refused(413)]).await;
    let outcome = Sender::new(url).unwrap().deliver_with_retry(&delivery(), &quick(60)).await;
    assert!(matches!(outcome, Outcome::Lost { .. }), "{outcome:?}");
    assert_eq!(received.lock().unwrap().len(), 1);
}

#[test]
fn request_ids_are_guids() {
    let mut random = SplitMix64::new(5);
    let (first, second) = (request_id(&mut random), request_id(&mut random));
    assert_ne!(first, second);
    let lengths: Vec<usize> = first.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12]);
    assert_eq!(first.as_bytes()[14], b'4');
    assert!(first.chars().all(|character| character == '-' || character.is_ascii_hexdigit()));
}

#[test]
fn buffer_cuts_before_it_overflows() {
    let mut buffer = Buffer::new(10);
    assert_eq!(buffer.push(vec![1; 6]), None);
    assert_eq!(buffer.push(vec![2; 4]), None);
    assert_eq!(buffer.push(vec![3; 11]), Some(vec![vec![1; 6], vec![2; 4]]));
    assert_eq!(buffer.push(Vec::new()), Some(vec![vec![3; 11]]));
    assert_eq!(buffer.flush(), Some(vec![Vec::new()]));
    assert_eq!(buffer.flush(), None);
    for _ in 0..MAX_RECORDS {
        assert_eq!(buffer.push(Vec::new()), None);
    }
    assert_eq!(buffer.push(Vec::new()).map(|batch| batch.len()), Some(MAX_RECORDS));
}
