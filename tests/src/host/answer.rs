//! From the answer of a function to the HTTP response of its URL, payload format 2.0:
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload>, and the responses that
//! Lambda gives in the place of a function.
//!
//! Left out: the renaming of restricted headers (`x-amzn-remapped-...`). `multiValueHeaders` is no part of this format,
//! so it is ignored here as by AWS.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Map, Value, json};
use thiserror::Error;

use super::InvokeError;

/// The largest answer that Lambda passes on, from the error message that it gives beyond: 6 MB and 100 bytes.
pub(super) const MAX_RESPONSE_BYTES: usize = 6_291_556;

/// Headers that the connection to the client decides on, not the function.
const CONNECTION_HEADERS: [HeaderName; 3] =
    [header::CONNECTION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING];

/// Why an answer is no HTTP response.
#[derive(Debug, Error)]
pub(super) enum AnswerError {
    #[error("the answer is not JSON")]
    NotJson(#[from] serde_json::Error),
    #[error("`{0}` has an unfit value: {1}")]
    Field(&'static str, Value),
}

/// The response that a function's answer stands for.
pub(super) fn to_response(answer: &[u8]) -> Result<Response, AnswerError> {
    let parsed: Value = serde_json::from_slice(answer)?;
    let Some((fields, status)) =
        parsed.as_object().and_then(|fields| Some((fields, fields.get("statusCode")?)))
    else {
        return Ok(with_json(StatusCode::OK, answer.to_vec()));
    };
    let status_code = status.as_u64().and_then(|code| u16::try_from(code).ok());
    let status = status_code
        .and_then(|code| StatusCode::from_u16(code).ok())
        .ok_or_else(|| AnswerError::Field("statusCode", status.clone()))?;
    let mut response = with_json(status, body(fields)?);
    for (name, value) in fields.get("headers").and_then(Value::as_object).into_iter().flatten() {
        let unfit = || AnswerError::Field("headers", json!({ name: value }));
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unfit())?;
        if !CONNECTION_HEADERS.contains(&name) {
            response.headers_mut().insert(name, header_value(value).ok_or_else(unfit)?);
        }
    }
    for cookie in fields.get("cookies").and_then(Value::as_array).into_iter().flatten() {
        let value = header_value(cookie).ok_or_else(|| AnswerError::Field("cookies", cookie.clone()))?;
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

fn body(fields: &Map<String, Value>) -> Result<Vec<u8>, AnswerError> {
    let text = match fields.get("body") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::String(text)) => text,
        Some(other) => return Err(AnswerError::Field("body", other.clone())),
    };
    if fields.get("isBase64Encoded").and_then(Value::as_bool) != Some(true) {
        return Ok(text.clone().into_bytes());
    }
    let decoded = base64_simd::STANDARD.decode_to_vec(text);
    decoded.map_err(|_| AnswerError::Field("body", json!("not base64")))
}

fn header_value(value: &Value) -> Option<HeaderValue> {
    match value {
        Value::String(text) => HeaderValue::from_str(text).ok(),
        Value::Bool(_) | Value::Number(_) => HeaderValue::from_str(&value.to_string()).ok(),
        _ => None,
    }
}

/// What the caller of a function URL gets in the place of an answer.
pub(super) fn to_error_response(error: &InvokeError) -> Response {
    match error {
        InvokeError::Throttled(_) => json_response(
            StatusCode::TOO_MANY_REQUESTS,
            &json!({
                "Reason": "ConcurrentInvocationLimitExceeded",
                "Type": "User",
                "message": "Rate Exceeded.",
            }),
        ),
        InvokeError::NoSuchFunction(_) => {
            json_response(StatusCode::NOT_FOUND, &json!({ "Message": error.to_string() }))
        }
        _ => bad_gateway(),
    }
}

pub(super) fn bad_gateway() -> Response {
    json_response(StatusCode::BAD_GATEWAY, &json!({ "message": "Internal Server Error" }))
}

pub(super) fn json_response(status: StatusCode, body: &Value) -> Response {
    with_json(status, body.to_string().into_bytes())
}

fn with_json(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers_of(answer: &Value) -> Vec<(String, String)> {
        let response = to_response(answer.to_string().as_bytes()).unwrap();
        let pairs = response.headers().iter();
        pairs.map(|(name, value)| (name.to_string(), value.to_str().unwrap().into())).collect()
    }

    #[test]
    fn an_answer_without_a_status_is_the_body() {
        let response = to_response(b"{\"a\":1}").unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
    }

    #[test]
    fn headers_and_cookies_are_passed_on() {
        let answer = json!({
            "statusCode": 201,
            "headers": { "Content-Type": "text/plain", "X-Count": 3, "content-length": "999" },
            "multiValueHeaders": { "x-ignored": ["1"] },
            "cookies": ["a=1", "b=2; Path=/"],
        });
        let pairs = headers_of(&answer);
        let expected = [
            ("content-type", "text/plain"),
            ("x-count", "3"),
            ("set-cookie", "a=1"),
            ("set-cookie", "b=2; Path=/"),
        ];
        assert_eq!(pairs, expected.map(|(name, value)| (name.into(), value.into())));
    }

    #[test]
    fn unfit_answers_are_refused() {
        for answer in [
            "not json",
            r#"{"statusCode": 99}"#,
            r#"{"statusCode": "ok"}"#,
            r#"{"statusCode": 200, "body": {}}"#,
            r#"{"statusCode": 200, "body": "*", "isBase64Encoded": true}"#,
            r#"{"statusCode": 200, "headers": {"a b": "1"}}"#,
            r#"{"statusCode": 200, "headers": {"a": ["1"]}}"#,
        ] {
            assert!(to_response(answer.as_bytes()).is_err(), "{answer}");
        }
    }
}
