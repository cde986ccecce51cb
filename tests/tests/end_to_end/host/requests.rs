//! What a function sees of a request, and the caller of its answer.

use std::io::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{echo, get, request, start};

/// The bytes of the body as the function saw them, and whether they came as text.
fn seen_body(seen: &Value) -> anyhow::Result<(Vec<u8>, bool)> {
    let base64 = seen["body_base64"].as_str().unwrap_or_default();
    Ok((base64_simd::STANDARD.decode_to_vec(base64)?, seen["body_is_text"] == true))
}

#[tokio::test]
async fn bodies_arrive_byte_for_byte() -> anyhow::Result<()> {
    let host = start(echo()).await?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(br#"{"records":[]}"#)?;
    let gzip = gzip.finish()?;
    let all_bytes: Vec<u8> = (0..=u8::MAX).collect();
    let cases = [
        ("application/json", Some("gzip"), gzip.clone(), false),
        ("application/json", None, gzip, false),
        ("application/json", None, r#"{"a":"größer"}"#.as_bytes().to_vec(), true),
        ("application/json", Some("gzip"), b"{}".to_vec(), false),
        ("text/plain; charset=utf-8", None, b"two\nlines".to_vec(), true),
        ("application/x-protobuf", None, all_bytes, false),
        ("application/x-protobuf", None, b"ascii".to_vec(), false),
    ];
    for (content_type, encoding, body, as_text) in cases {
        let mut request = request(&host, Method::POST, "").header("content-type", content_type);
        if let Some(encoding) = encoding {
            request = request.header("content-encoding", encoding);
        }
        let seen = super::json(request.body(body.clone()).send().await?).await?;
        assert_eq!(seen_body(&seen)?, (body, as_text), "{content_type} {encoding:?}");
    }
    host.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn path_query_and_headers_are_passed_on() -> anyhow::Result<()> {
    let host = start(echo().env("INGEST_KEY", "k")).await?;
    let request = request(&host, Method::PUT, "api/a%2Fb%20c?match[]=up&match[]=down&q=x%20y&empty")
        .header("X-Amz-Firehose-Request-Id", "r-1")
        .header("x-many", "1")
        .header("x-many", "2")
        .header("cookie", "a=1; b=2")
        .header("user-agent", "test");
    let seen = super::json(request.send().await?).await?;
    assert_eq!(seen["method"], "PUT");
    assert_eq!(seen["raw_path"], "/api/a%2Fb%20c");
    let authority = host.address();
    let uri = format!("http://{authority}/api/a%2Fb%20c?match[]=up&match[]=down&q=x%20y&empty");
    assert_eq!(seen["uri"], uri);
    let headers = &seen["headers"];
    assert_eq!(headers["x-amz-firehose-request-id"], "r-1");
    assert_eq!(headers["x-many"], "1,2");
    assert_eq!(headers["x-forwarded-for"], "127.0.0.1");
    let context = &seen["request_context"];
    assert_eq!(context["accountId"], "anonymous");
    assert_eq!(context["stage"], "$default");
    let http = json!({
        "method": "PUT",
        "path": "/api/a%2Fb%20c",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "test",
    });
    assert_eq!(context["http"], http);
    let environment = seen["environment"].as_array().map(Vec::as_slice).unwrap_or_default();
    for name in ["INGEST_KEY", "AWS_LAMBDA_FUNCTION_NAME", "AWS_REGION", "LAMBDA_TASK_ROOT", "PATH", "TZ"] {
        assert!(environment.contains(&json!(name)), "{name} is missing in {environment:?}");
    }
    assert!(!environment.contains(&json!("CARGO_MANIFEST_DIR")), "the host's own environment got through");
    host.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn the_deadline_is_the_end_of_the_time_out() -> anyhow::Result<()> {
    let mut function = echo();
    function.timeout = Duration::from_secs(20);
    let host = start(function).await?;
    let now_ms = u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let seen = super::json(get(&host, "").await?).await?;
    let ahead_ms = seen["deadline_ms"].as_u64().unwrap_or_default().saturating_sub(now_ms);
    assert!((20_000..40_000).contains(&ahead_ms), "the deadline is {ahead_ms} ms ahead");
    host.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn events_over_6_mb_are_refused_unseen() -> anyhow::Result<()> {
    let host = start(echo()).await?;
    let send = async |bytes: usize| {
        let request = request(&host, Method::POST, "").header("content-type", "application/octet-stream");
        anyhow::Ok(request.body(vec![0; bytes]).send().await?)
    };
    // In base64 the one stays just below 6 MB with the rest of the event, the other does not.
    assert_eq!(send(4_800_000).await?.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(send(8_000_000).await?.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(host.function_pids("echo").is_empty(), "a refused request started an instance");
    // The echo doubles the body no further than the limit of a response.
    assert_eq!(send(4_600_000).await?.status(), StatusCode::OK);
    host.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn answers_become_responses() -> anyhow::Result<()> {
    let host = start(echo()).await?;
    let response = get(&host, "?do=binary").await?;
    assert_eq!(response.status(), StatusCode::NON_AUTHORITATIVE_INFORMATION);
    assert_eq!(response.headers()["content-type"], "application/octet-stream");
    let cookies: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["a=1", "b=2"]);
    assert!(response.bytes().await?.iter().copied().eq(0..=u8::MAX));

    let response = get(&host, "?do=large&bytes=6000000").await?;
    assert_eq!(response.bytes().await?.len(), 6_000_000);
    let response = get(&host, "?do=large&bytes=6300000").await?;
    assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
    assert!(host.logs("echo").iter().any(|line| line.contains("exceeds the 6291556 bytes")));
    assert_eq!(get(&host, "").await?.status(), StatusCode::OK);
    host.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn an_unknown_function_is_answered_with_the_known_ones() -> anyhow::Result<()> {
    let host = start(echo()).await?;
    for path in ["/", "/lambda-url/", "/lambda-url/no/", "/lambda-url"] {
        let response = reqwest::get(format!("http://{}{path}", host.address())).await?;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(super::json(response).await?["urls"], json!([host.url("echo")]), "{path}");
    }
    host.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn invoke_hands_over_any_event() -> anyhow::Result<()> {
    let host = start(echo()).await?;
    let event = json!({
        "version": "2.0",
        "rawPath": "/direct",
        "requestContext": { "http": { "method": "GET", "path": "/direct" } },
        "headers": {},
        "isBase64Encoded": false,
    });
    let answer: Value = serde_json::from_slice(&host.invoke("echo", event.to_string()).await?)?;
    assert_eq!(answer["statusCode"], 200);
    let url = format!("http://{}/2015-03-31/functions/echo/invocations", host.address());
    let client = reqwest::Client::new();
    let response = client.post(&url).body(event.to_string()).send().await?;
    assert!(!response.headers().contains_key("x-amz-function-error"));
    assert_eq!(super::json(response).await?["statusCode"], 200);
    let failed = client.post(&url).body("[]").send().await?;
    assert_eq!(
        (failed.status(), &failed.headers()["x-amz-function-error"]),
        (StatusCode::OK, &"Unhandled".parse()?)
    );
    assert!(host.invoke("no", "{}").await.is_err());
    host.shutdown().await;
    Ok(())
}
