//! What a Prometheus scrapes: a small application that counts how often it is asked.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::sample::now;

pub struct Exporter {
    pub address: SocketAddr,
    shown: Arc<Shown>,
}

#[derive(Default)]
struct Shown {
    scrapes: watch::Sender<i64>,
    started: AtomicI64,
    is_short: AtomicBool,
    fails: AtomicBool,
}

impl Exporter {
    pub async fn start() -> Self {
        let shown = Arc::new(Shown::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/metrics", get(metrics)).with_state(Arc::clone(&shown));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, shown }
    }

    /// Waits until it has been asked so often since it started.
    pub async fn until_scraped(&self, times: i64) {
        self.shown.scrapes.subscribe().wait_for(|scrapes| *scrapes >= times).await.unwrap();
    }

    /// From now on one of its series is missing.
    pub fn drop_a_series(&self) {
        self.shown.is_short.store(true, Ordering::Relaxed);
    }

    /// From now on it shows nothing.
    pub fn fail(&self) {
        self.shown.fails.store(true, Ordering::Relaxed);
    }
}

/// In OpenMetrics text, which alone has exemplars.
async fn metrics(State(shown): State<Arc<Shown>>) -> Response {
    if shown.fails.load(Ordering::Relaxed) {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let scrape = shown.started.fetch_add(1, Ordering::Relaxed) + 1;
    let text = exposition(scrape, shown.is_short.load(Ordering::Relaxed));
    shown.scrapes.send_replace(scrape);
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, content_type)], text).into_response()
}

fn exposition(scrape: i64, is_short: bool) -> String {
    let seconds = format!("{}.{:03}", now() / 1_000, now() % 1_000);
    let short = if is_short { "" } else { "# TYPE short gauge\nshort{lived=\"yes\"} 1\n" };
    format!(
        r#"# TYPE requests counter
# HELP requests How many requests there were.
requests_total{{route="/orders"}} {scrape} # {{trace_id="{scrape:032x}"}} 0.5
# TYPE duration_seconds histogram
# UNIT duration_seconds seconds
# HELP duration_seconds How long requests take.
duration_seconds_bucket{{le="0.5"}} {scrape} # {{trace_id="{scrape:032x}",span_id="{scrape:016x}"}} 0.25 {seconds}
duration_seconds_bucket{{le="+Inf"}} {above}
duration_seconds_sum {sum}
duration_seconds_count {above}
# TYPE odd gauge
odd{{kind="none"}} NaN
odd{{kind="largest"}} +Inf
odd{{kind="smallest"}} -Inf
odd{{kind="least"}} 5e-324
odd{{kind="zero"}} 0
odd{{kind="quoted \"☃\""}} 0.1
{short}# TYPE "temperatur.außen" gauge
{{"temperatur.außen","größe"="1"}} 20.5
# EOF
"#,
        above = scrape + 1,
        sum = 0.1 * f64::from(u32::try_from(scrape).unwrap()),
    )
}
