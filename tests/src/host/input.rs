//! What an invocation is given, by whoever invokes.

use axum::body::Bytes;
use axum::http::HeaderMap;

/// The event, and what a caller may send beside it.
#[derive(Clone, Debug)]
pub(super) struct Input {
    /// The JSON text of the event.
    pub(super) payload: Bytes,
    /// The JSON text of the client context.
    pub(super) client_context: Option<String>,
}

impl From<Bytes> for Input {
    fn from(payload: Bytes) -> Self {
        Self { payload, client_context: None }
    }
}

impl Input {
    /// That of an `Invoke`. One that does not wait for the answer does not deliver its client context.
    pub(super) fn of_invoke(headers: &HeaderMap, payload: Bytes) -> Self {
        let client_context = headers
            .get("x-amz-client-context")
            .filter(|_| !is_asynchronous(headers))
            .and_then(|value| base64_simd::STANDARD.decode_to_vec(value.as_bytes()).ok())
            .and_then(|json| String::from_utf8(json).ok());
        Self { payload, client_context }
    }
}

/// Whether an `Invoke` is answered before the function is done.
pub(super) fn is_asynchronous(headers: &HeaderMap) -> bool {
    headers.get("x-amz-invocation-type").is_some_and(|value| value == "Event")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_client_context_comes_with_an_invoke_that_waits() {
        let mut headers = HeaderMap::new();
        let context = |headers: &HeaderMap| Input::of_invoke(headers, Bytes::new()).client_context;
        assert_eq!(context(&headers), None);
        headers.insert("x-amz-client-context", HeaderValue::from_static("eyJhIjoxfQ=="));
        assert_eq!(context(&headers).as_deref(), Some(r#"{"a":1}"#));
        headers.insert("x-amz-invocation-type", HeaderValue::from_static("RequestResponse"));
        assert_eq!(context(&headers).as_deref(), Some(r#"{"a":1}"#));
        headers.insert("x-amz-invocation-type", HeaderValue::from_static("Event"));
        assert_eq!(context(&headers), None);
    }
}
