//! What the host listens for: the function URLs, and `Invoke`
//! (<https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>, without log tail, versions, and the retries of
//! asynchronous invocation), so that `aws lambda invoke --endpoint-url` reaches functions that do not speak HTTP.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::json;

use super::answer::{bad_gateway, json_response, to_error_response, to_response};
use super::event::{MAX_EVENT_BYTES, from_request};
use super::input::{Input, is_asynchronous};
use super::{InvokeError, Pools};

/// How much of a request body is read before it is refused as too large: well over the limit of an event, since most
/// clients report a broken connection, not the 413, when they cannot send all of it.
const MAX_READ_BYTES: usize = 10 * MAX_EVENT_BYTES;

#[derive(Clone, Debug)]
struct Front {
    pools: Arc<Pools>,
    address: SocketAddr,
}

pub(super) fn router(pools: Arc<Pools>, address: SocketAddr) -> Router {
    Router::new()
        .route("/2015-03-31/functions/{function}/invocations", post(invoke))
        .fallback(function_url_request)
        .layer(DefaultBodyLimit::max(MAX_READ_BYTES))
        .with_state(Front { pools, address })
}

pub(super) fn function_url(address: SocketAddr, function: &str) -> String {
    format!("http://{address}/lambda-url/{function}/")
}

async fn function_url_request(
    State(front): State<Front>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    request: Request<Body>,
) -> Response {
    let (parts, body) = request.into_parts();
    let Some((function, path)) = split_path(parts.uri.path()) else {
        return not_found(&front);
    };
    let Some(pool) = front.pools.get(function) else {
        return not_found(&front);
    };
    let Ok(body) = to_bytes(body, MAX_READ_BYTES).await else {
        return too_large();
    };
    let event = from_request(function, path, &parts, &body, (front.address, client)).to_string();
    if event.len() > MAX_EVENT_BYTES {
        return too_large();
    }
    let answer = match Arc::clone(pool).invoke(Bytes::from(event).into()).await {
        Ok(answer) => answer,
        Err(error) => return to_error_response(&error),
    };
    to_response(&answer).unwrap_or_else(|error| {
        pool.log_line(format!("the answer is no HTTP response: {error}"));
        bad_gateway()
    })
}

/// The function and the path it sees (still percent-encoded, at least `/`) of the path `/lambda-url/<function>/...`.
fn split_path(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix("/lambda-url/")?;
    let function = rest.split('/').next()?;
    let path = &rest[function.len()..];
    Some((function, if path.is_empty() { "/" } else { path }))
}

fn not_found(front: &Front) -> Response {
    let urls: Vec<String> = front.pools.keys().map(|name| function_url(front.address, name)).collect();
    let body = json!({ "message": "no function has this URL; the function URLs are", "urls": urls });
    json_response(StatusCode::NOT_FOUND, &body)
}

fn too_large() -> Response {
    json_response(StatusCode::PAYLOAD_TOO_LARGE, &json!({ "Message": "Request Entity Too Large" }))
}

async fn invoke(
    State(front): State<Front>,
    Path(function): Path<String>,
    headers: HeaderMap,
    event: Bytes,
) -> Response {
    if event.len() > MAX_EVENT_BYTES {
        return too_large();
    }
    let Some(pool) = front.pools.get(&function) else {
        return to_error_response(&InvokeError::NoSuchFunction(function));
    };
    let invocation = Arc::clone(pool).invoke(Input::of_invoke(&headers, event));
    if is_asynchronous(&headers) {
        tokio::spawn(invocation);
        return StatusCode::ACCEPTED.into_response();
    }
    match invocation.await {
        Ok(answer) => answer.into_response(),
        Err(error @ InvokeError::Throttled(_)) => to_error_response(&error),
        // A failed function is a successful `Invoke`, marked by a header.
        Err(error) => {
            let body = match error {
                InvokeError::Function(reported) => reported,
                other => json!({ "errorMessage": other.to_string() }).to_string(),
            };
            ([("x-amz-function-error", "Unhandled")], body).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_split_behind_the_function() {
        assert_eq!(split_path("/lambda-url/jaeger/api/a%2Fb"), Some(("jaeger", "/api/a%2Fb")));
        assert_eq!(split_path("/lambda-url/jaeger/"), Some(("jaeger", "/")));
        assert_eq!(split_path("/lambda-url/jaeger"), Some(("jaeger", "/")));
        assert_eq!(split_path("/jaeger"), None);
    }
}
