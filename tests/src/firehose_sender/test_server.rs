//! A small server in the tests' process that answers as told and keeps what it gets.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Response};
use serde_json::json;

use super::Delivery;

pub(super) const REQUEST_ID: &str = "ed4acda5-034f-9f42-bba1-f29aea6d7d8f";
pub(super) const JSON: (&str, &str) = ("content-type", "application/json");

/// An answer that the server gives: status, headers, body.
pub(super) type Scripted = (u16, Vec<(&'static str, &'static str)>, String);
pub(super) type Received = Arc<Mutex<Vec<(HeaderMap, Vec<u8>)>>>;

/// Serves the scripted answers in turn, the last one for ever; gives the URL and what is received.
pub(super) async fn serve(answers: Vec<Scripted>) -> (String, Received) {
    let received = Received::default();
    let answers = Arc::new(Mutex::new(VecDeque::from(answers)));
    let log = Arc::clone(&received);
    let handler = move |request: Request| {
        let (answers, log) = (Arc::clone(&answers), Arc::clone(&log));
        async move {
            let (parts, body) = request.into_parts();
            let bytes = to_bytes(body, usize::MAX).await.unwrap();
            log.lock().unwrap().push((parts.headers, bytes.to_vec()));
            let mut answers = answers.lock().unwrap();
            let last = answers.len() == 1;
            let (status, headers, body) =
                if last { answers[0].clone() } else { answers.pop_front().expect("an answer") };
            let response =
                headers.into_iter().fold(Response::builder().status(status), |response, (name, value)| {
                    response.header(name, value)
                });
            response.body(Body::from(body)).unwrap()
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/lambda-url/firehose/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(handler)).await });
    (url, received)
}

pub(super) fn accepted() -> Scripted {
    (200, vec![JSON], json!({ "requestId": REQUEST_ID, "timestamp": 1 }).to_string())
}

pub(super) fn refused(status: u16) -> Scripted {
    let body = json!({ "requestId": REQUEST_ID, "timestamp": 1, "errorMessage": "database is away" });
    (status, vec![JSON], body.to_string())
}

pub(super) fn delivery() -> Delivery {
    let records = vec![b"one\n".to_vec(), Vec::new(), vec![0, 255]];
    Delivery { request_id: REQUEST_ID.to_owned(), timestamp_ms: 1_772_442_000_000, records }
}
