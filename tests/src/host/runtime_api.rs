//! The Runtime API of one instance, version 2018-06-01:
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.
//!
//! Left out: SnapStart (`/runtime/restore/...`), response streaming, and the headers for Cognito identities and tenants.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::json;

use super::InvokeError;
use super::answer::{MAX_RESPONSE_BYTES, json_response};
use super::event::REGION;
use super::input::Input;
use super::instance::Instance;
use super::trace::invocation_trace;

pub(super) fn router(instance: Arc<Instance>) -> Router {
    Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{request_id}/response", post(response))
        .route("/2018-06-01/runtime/invocation/{request_id}/error", post(error))
        .route("/2018-06-01/runtime/init/error", post(init_error))
        // Answers over Lambda's limit are refused below, in Lambda's words.
        .layer(DefaultBodyLimit::disable())
        .with_state(instance)
}

async fn next(State(instance): State<Arc<Instance>>) -> Response {
    let Some(invocation) = instance.next_invocation().await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let arn = format!("arn:aws:lambda:{REGION}:000000000000:function:{}", instance.function.name);
    let Input { payload, client_context } = invocation.input;
    let headers = [
        ("lambda-runtime-aws-request-id", invocation.request_id),
        ("lambda-runtime-deadline-ms", invocation.deadline_ms.to_string()),
        ("lambda-runtime-invoked-function-arn", arn),
        ("lambda-runtime-trace-id", invocation_trace()),
        (header::CONTENT_TYPE.as_str(), "application/json".into()),
    ];
    let client_context = client_context.map(|text| [("lambda-runtime-client-context", text)]);
    (headers, client_context, payload).into_response()
}

async fn response(
    State(instance): State<Arc<Instance>>,
    Path(request_id): Path<String>,
    body: Bytes,
) -> Response {
    if body.len() > MAX_RESPONSE_BYTES {
        let too_large = InvokeError::ResponseTooLarge(body.len());
        let message = too_large.to_string();
        instance.settle(&request_id, Err(too_large));
        return refusal(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &message);
    }
    receipt(instance.settle(&request_id, Ok(body)))
}

async fn error(
    State(instance): State<Arc<Instance>>,
    Path(request_id): Path<String>,
    body: Bytes,
) -> Response {
    let error = InvokeError::Function(String::from_utf8_lossy(&body).into_owned());
    receipt(instance.settle(&request_id, Err(error)))
}

async fn init_error(State(instance): State<Arc<Instance>>, body: Bytes) -> Response {
    instance.report_init_error(String::from_utf8_lossy(&body).into_owned());
    receipt(true)
}

fn receipt(expected: bool) -> Response {
    if expected {
        return json_response(StatusCode::ACCEPTED, &json!({ "status": "OK" }));
    }
    refusal(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID")
}

fn refusal(status: StatusCode, error_type: &str, message: &str) -> Response {
    json_response(status, &json!({ "errorType": error_type, "errorMessage": message }))
}
