//! From an HTTP request to the event of a function URL, payload format 2.0:
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads>.
//!
//! As captures of AWS show, the path and query string stay percent-encoded, cookies stand both in `cookies` and in the
//! `cookie` header, and a body is text only for the few content types of `is_text`. Left out: `authorizer` and
//! `authentication` (the URL is open, `AuthType: NONE`) and the headers that tell of TLS.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::SystemTime;

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use serde_json::{Map, Value, json};
use url::form_urlencoded;
use uuid::Uuid;

use super::time::{epoch_ms, log_time};
use super::trace::request_trace;

/// The region that functions are told of, unless their own environment says otherwise.
pub(super) const REGION: &str = "us-east-1";

/// The largest event, as JSON, that a synchronous invocation takes (6 MB):
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>.
pub(super) const MAX_EVENT_BYTES: usize = 6_291_456;

/// Headers on the connection to the host, which the service in front of a function consumes (RFC 9110 §7.6.1).
const CONNECTION_HEADERS: [&str; 7] =
    ["connection", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];

/// The event for a request to `path` of a function. `host` and `client` are the two ends of the connection.
pub(super) fn from_request(
    function: &str,
    path: &str,
    parts: &Parts,
    body: &[u8],
    (host, client): (SocketAddr, SocketAddr),
) -> Value {
    let source_ip = client.ip().to_string();
    let query = parts.uri.query().unwrap_or_default();
    let mut headers = joined_headers(&parts.headers);
    headers.insert("x-amzn-trace-id".into(), request_trace());
    headers.insert("x-forwarded-for".into(), source_ip.clone());
    headers.insert("x-forwarded-port".into(), host.port().to_string());
    headers.insert("x-forwarded-proto".into(), "http".into());
    let user_agent = headers.get(header::USER_AGENT.as_str()).cloned();
    let now = SystemTime::now();
    let mut event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": function,
            "domainName": format!("{function}.lambda-url.{REGION}.on.aws"),
            "domainPrefix": function,
            "http": {
                "method": parts.method.as_str(),
                "path": path,
                "protocol": format!("{:?}", parts.version),
                "sourceIp": source_ip,
                "userAgent": user_agent,
            },
            "requestId": Uuid::new_v4().to_string(),
            "routeKey": "$default",
            "stage": "$default",
            "time": log_time(now),
            "timeEpoch": epoch_ms(now),
        },
        "isBase64Encoded": false,
    });
    let cookies = cookies(&parts.headers);
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
    }
    if !query.is_empty() {
        event["queryStringParameters"] = query_parameters(query);
    }
    if !body.is_empty() {
        let text = std::str::from_utf8(body).ok().filter(|_| is_text(&parts.headers));
        event["isBase64Encoded"] = json!(text.is_none());
        event["body"] = match text {
            Some(text) => json!(text),
            None => json!(base64_simd::STANDARD.encode_to_string(body)),
        };
    }
    event
}

/// Names in lower case, the values of a repeated header joined by commas.
fn joined_headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut joined = BTreeMap::<String, String>::new();
    for (name, value) in headers {
        if CONNECTION_HEADERS.contains(&name.as_str()) {
            continue;
        }
        let value = text_of(value);
        joined
            .entry(name.as_str().into())
            .and_modify(|values| {
                values.push(',');
                values.push_str(&value);
            })
            .or_insert(value);
    }
    joined
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    let values: Vec<String> = headers.get_all(header::COOKIE).iter().map(text_of).collect();
    let cookies = values.iter().flat_map(|value| value.split(';')).map(str::trim);
    cookies.filter(|cookie| !cookie.is_empty()).map(Into::into).collect()
}

/// Decoded names and values, those of one name joined by commas.
fn query_parameters(query: &str) -> Value {
    let mut parameters = Map::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match parameters.get_mut(name.as_ref()) {
            Some(Value::String(values)) => {
                values.push(',');
                values.push_str(&value);
            }
            _ => {
                parameters.insert(name.into_owned(), json!(value));
            }
        }
    }
    Value::Object(parameters)
}

/// Whether a body that is UTF-8 is passed as text: a textual content type, and no content encoding. AWS does not
/// document the types; these were found by trying
/// (<https://github.com/ministackorg/ministack/pull/766>), and neither a form nor a missing type is among them.
fn is_text(headers: &HeaderMap) -> bool {
    if headers.contains_key(header::CONTENT_ENCODING) {
        return false;
    }
    let content_type = headers.get(header::CONTENT_TYPE).map(text_of).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media_type.split_once('/') {
        Some(("text", _)) => true,
        Some(("application", subtype)) => matches!(subtype, "json" | "javascript" | "xml"),
        _ => false,
    }
}

fn text_of(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_what_aws_passes_as_text() {
        let text = |content_type: &'static str| {
            is_text(&HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))]))
        };
        for content_type in
            ["application/json", "Application/JSON; charset=utf-8", "text/csv", "application/xml"]
        {
            assert!(text(content_type), "{content_type}");
        }
        for content_type in ["application/x-protobuf", "application/x-www-form-urlencoded", "image/png", ""] {
            assert!(!text(content_type), "{content_type}");
        }
        assert!(!is_text(&HeaderMap::new()));
    }

    #[test]
    fn repeated_query_parameters_are_decoded_and_joined() {
        let parameters = query_parameters("a=1&b=x%20y+z&a=2&c");
        assert_eq!(parameters, json!({ "a": "1,2", "b": "x y z", "c": "" }));
    }
}
