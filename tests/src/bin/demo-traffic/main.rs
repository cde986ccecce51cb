//! Sends the demo shop's metrics to a running `firehose` function, as CloudWatch and Firehose would, and its traces to a
//! running `otlp` function, as instrumented functions would.

mod metrics;
mod read_back;
mod time;
mod traces;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use firefly_tests::demo::{MINUTE_MS, Shop};
use firefly_tests::firehose_sender::Sender;
use firefly_tests::jaeger_client::JaegerClient;
use firefly_tests::otlp_exporter::Exporter;
use firefly_tests::prometheus_client::PrometheusClient;
use tokio::signal::unix::{SignalKind, signal};
use url::Url;

use metrics::MetricTraffic;
use traces::TraceTraffic;

/// Send the demo shop's metrics and traces to the functions.
#[derive(Parser)]
struct Arguments {
    /// URL of the firehose function.
    #[arg(long, default_value = "http://127.0.0.1:9000/lambda-url/firehose/")]
    firehose_url: String,
    /// URL of the otlp function.
    #[arg(long, default_value = "http://127.0.0.1:9000/lambda-url/otlp/")]
    otlp_url: String,
    /// URL of the prometheus function, to read back from.
    #[arg(long, default_value = "http://127.0.0.1:9000/lambda-url/prometheus/")]
    prometheus_url: String,
    /// URL of the jaeger function, to read back from.
    #[arg(long, default_value = "http://127.0.0.1:9000/lambda-url/jaeger/")]
    jaeger_url: String,
    /// Access key of both functions that take data.
    #[arg(long, default_value = "local-ingest-key")]
    key: String,
    /// Access key of the functions that are read back from.
    #[arg(long, default_value = "local-reader-key")]
    read_key: String,
    /// Minutes before now to send at once.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(..=2 * 24 * 60))]
    minutes: u32,
    /// Number of functions, cycling over the shop's; the shop itself by default. The further ones have no traces.
    #[arg(long)]
    functions: Option<usize>,
    /// Go on with each minute that passes, until interrupted.
    #[arg(long)]
    live: bool,
    /// Add a line and a message of metrics that cannot be decoded.
    #[arg(long)]
    poison: bool,
    /// Afterwards compare what the database at this URL, the prometheus and the jaeger function hold with what was sent, and
    /// print it.
    #[arg(long, value_name = "DATABASE_URL", conflicts_with = "live")]
    read_back: Option<Url>,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let shop = arguments.functions.map_or_else(Shop::default, Shop::with_functions);
    let sender =
        Sender::new(arguments.firehose_url).context("HTTP client")?.access_key(&arguments.key).gzip(true);
    let mut metrics = MetricTraffic::new(sender);
    let exporter = Exporter::new(&arguments.otlp_url).context("HTTP client")?.key(arguments.key);
    let mut traces = TraceTraffic::new(exporter);

    let this_minute_ms = time::unix_ms().div_euclid(MINUTE_MS) * MINUTE_MS;
    let start_ms = this_minute_ms - i64::from(arguments.minutes) * MINUTE_MS;
    let end_ms = if arguments.live { i64::MAX } else { this_minute_ms };
    let mut interrupted = signal(SignalKind::interrupt()).context("SIGINT handler")?;
    let mut terminated = signal(SignalKind::terminate()).context("SIGTERM handler")?;
    let sent = async {
        tokio::join!(
            metrics.run(&shop, start_ms..end_ms, arguments.poison),
            traces.run(&shop, start_ms..end_ms)
        )
    };
    tokio::select! {
        _ = sent => (),
        _ = interrupted.recv() => (),
        _ = terminated.recv() => (),
    }
    println!("{}\n{}", metrics.summary(), traces.summary());
    let as_sent = match arguments.read_back {
        Some(url) => {
            let prometheus = PrometheusClient::new(&arguments.prometheus_url)?.key(&arguments.read_key);
            let jaeger = JaegerClient::new(&arguments.jaeger_url)?.key(arguments.read_key);
            let sent_ms = start_ms..end_ms;
            let points_as_sent = read_back::metrics(&url, &shop, sent_ms.clone()).await?;
            let sums_as_sent = read_back::promql(&prometheus, &shop, sent_ms.clone()).await?;
            let traces_as_sent = read_back::traces(&jaeger, &shop, sent_ms).await?;
            points_as_sent && sums_as_sent && traces_as_sent
        }
        None => true,
    };
    let all_taken = metrics.failed == 0 && traces.failed == 0;
    Ok(if all_taken && as_sent { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
