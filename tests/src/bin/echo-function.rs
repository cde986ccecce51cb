//! A function for the tests of the local host: answers with the request as it saw it, or misbehaves on demand.
//!
//! The query parameter `do` asks for something else than the echo: `sleep` (for `ms`, then echo), `error`, `panic`,
//! `exit`, `binary`, `large` (`bytes` of text). The variable `FAIL_INIT` ends it before it asks for an event: `exit`
//! with a line on standard error, `report` after a report to the Runtime API, `hang` never.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use lambda_http::{Body, Error, Request, RequestExt, Response, run, service_fn};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Error> {
    match std::env::var("FAIL_INIT").as_deref() {
        Ok("report") => report_init_error()?,
        Ok("hang") => tokio::time::sleep(Duration::MAX).await,
        Ok(_) => return Err("told to fail before the first event".into()),
        Err(_) => {}
    }
    println!("ready for events");
    run(service_fn(handle)).await
}

async fn handle(request: Request) -> Result<Response<Body>, Error> {
    let query = request.query_string_parameters();
    let number = |name: &str| query.first(name).and_then(|text| text.parse().ok()).unwrap_or(0_u32);
    match query.first("do") {
        Some("sleep") => tokio::time::sleep(Duration::from_millis(number("ms").into())).await,
        Some("error") => return Err("told to fail".into()),
        #[expect(clippy::panic, reason = "what a function that panics looks like is to be seen")]
        Some("panic") => panic!("told to panic"),
        Some("exit") => {
            eprintln!("told to exit");
            std::process::exit(3);
        }
        Some("binary") => return binary(),
        Some("large") => {
            return Ok(Response::new("x".repeat(usize::try_from(number("bytes"))?).into()));
        }
        _ => {}
    }
    echo(&request)
}

fn echo(request: &Request) -> Result<Response<Body>, Error> {
    let headers: BTreeMap<&str, String> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let seen = json!({
        "method": request.method().as_str(),
        "uri": request.uri().to_string(),
        "raw_path": request.raw_http_path(),
        "headers": headers,
        "body_is_text": matches!(request.body(), Body::Text(_)),
        "body_base64": base64_simd::STANDARD.encode_to_string(request.body()),
        "request_context": request.request_context_ref(),
        "deadline_ms": request.lambda_context_ref().map(|context| context.deadline),
        "function_name": std::env::var("AWS_LAMBDA_FUNCTION_NAME").ok(),
        "environment": std::env::vars().map(|(name, _)| name).collect::<Vec<_>>(),
        "pid": std::process::id(),
    });
    let response = Response::builder().header("content-type", "application/json");
    Ok(response.body(seen.to_string().into())?)
}

fn binary() -> Result<Response<Body>, Error> {
    let bytes: Vec<u8> = (0..=u8::MAX).collect();
    let response = Response::builder()
        .status(203)
        .header("content-type", "application/octet-stream")
        .header("set-cookie", "a=1")
        .header("set-cookie", "b=2");
    Ok(response.body(bytes.into())?)
}

/// What `lambda_runtime` has no call for.
fn report_init_error() -> Result<(), Error> {
    let mut api = TcpStream::connect(std::env::var("AWS_LAMBDA_RUNTIME_API")?)?;
    let body = r#"{"errorType":"Function.NoKey","errorMessage":"no ingest key"}"#;
    write!(
        api,
        "POST /2018-06-01/runtime/init/error HTTP/1.1\r\nhost: runtime\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    api.read_to_end(&mut Vec::new())?;
    Err("reported an initialisation error".into())
}
