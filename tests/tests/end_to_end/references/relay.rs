//! Stands between an exporter and Firefly, and tells what was answered.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;

struct Relayed {
    client: reqwest::Client,
    to: String,
    statuses: watch::Sender<Vec<u16>>,
}

pub struct Relay {
    url: String,
    statuses: watch::Receiver<Vec<u16>>,
}

/// What exporters and Firefly say to each other besides bodies.
const HEADERS: [HeaderName; 4] =
    [header::CONTENT_TYPE, header::CONTENT_ENCODING, header::AUTHORIZATION, header::RETRY_AFTER];

impl Relay {
    /// One that passes on to this URL.
    pub async fn to(url: String) -> Self {
        let (statuses, seen) = watch::channel(Vec::new());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let relayed = Arc::new(Relayed { client, to: url, statuses });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(pass_on).with_state(relayed);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url: format!("http://{address}"), statuses: seen }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits until this has been answered.
    pub async fn until_answered(&mut self, status: u16) {
        self.statuses.wait_for(|statuses| statuses.contains(&status)).await.unwrap();
    }

    /// What has been answered so far, in order.
    pub fn statuses(&self) -> Vec<u16> {
        self.statuses.borrow().clone()
    }
}

fn passed_on(headers: &HeaderMap) -> HeaderMap {
    HEADERS.iter().filter_map(|name| Some((name.clone(), headers.get(name)?.clone()))).collect()
}

async fn pass_on(State(relayed): State<Arc<Relayed>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let post = relayed.client.post(format!("{}{uri}", relayed.to)).headers(passed_on(&headers)).body(body);
    let Ok(response) = post.send().await else { return StatusCode::BAD_GATEWAY.into_response() };
    let (status, headers) = (response.status(), passed_on(response.headers()));
    let body = response.bytes().await.unwrap_or_default();
    relayed.statuses.send_modify(|statuses| statuses.push(status.as_u16()));
    (status, headers, body).into_response()
}
