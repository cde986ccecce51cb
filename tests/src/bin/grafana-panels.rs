//! Runs the panels of dashboards once, as Grafana would, and prints what each took and got.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use firefly_tests::grafana::{
    Choices, Dashboard, JaegerSource, PanelReport, PrometheusSource, Report, Session, Sources, SqlSource,
    TimeRange, parse_interval, run_panels,
};
use firefly_tests::jaeger_client::JaegerClient;
use firefly_tests::prometheus_client::PrometheusClient;
use url::Url;

#[derive(Parser)]
#[command(about = "Runs the panels of dashboards once, as Grafana would")]
struct Arguments {
    /// Dashboards, as files.
    #[arg(required = true)]
    dashboards: Vec<PathBuf>,
    /// The database, as firefly_read.
    #[arg(long)]
    database_url: Url,
    /// URL of the `prometheus` function.
    #[arg(long, default_value = "http://127.0.0.1:9000/lambda-url/prometheus/")]
    prometheus_url: String,
    /// URL of the `jaeger` function.
    #[arg(long, default_value = "http://127.0.0.1:9000/lambda-url/jaeger/")]
    jaeger_url: String,
    /// Read key of both.
    #[arg(long, default_value = "local-reader-key")]
    read_key: String,
    /// How far the range goes back from now.
    #[arg(long, default_value = "6h")]
    last: String,
    /// A choice: `function=checkout`; several for several values.
    #[arg(long, value_name = "VARIABLE=VALUE")]
    choose: Vec<String>,
    /// Milliseconds that a statement may take.
    #[arg(long, default_value_t = 10_000)]
    timeout_ms: u64,
    /// Writes the answers there: an array of dashboards, each with its panels and their frames.
    #[arg(long)]
    json: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let sql = SqlSource::connect(&arguments.database_url, Duration::from_millis(arguments.timeout_ms)).await;
    let prometheus = PrometheusClient::new(&arguments.prometheus_url)?.key(&arguments.read_key);
    let jaeger = JaegerClient::new(&arguments.jaeger_url)?.key(&arguments.read_key);
    let jaeger = JaegerSource::new(jaeger, &arguments.jaeger_url)?;
    let sources = Sources::firefly(sql.context("the database")?, PrometheusSource::new(prometheus), jaeger);
    let range = TimeRange::last_ms(parse_interval(&arguments.last)?);
    let choices = choices(&arguments.choose)?;

    let mut reports = Vec::new();
    for path in &arguments.dashboards {
        let dashboard = Dashboard::read(path)?;
        let session = Session::open(&dashboard, &sources, range, &choices).await?;
        let panels = run_panels(&dashboard, &session, &sources).await?;
        let report = Report {
            dashboard: dashboard.uid,
            title: dashboard.title,
            from_ms: range.from_ms,
            to_ms: range.to_ms,
            panels: panels.iter().map(PanelReport::of).collect(),
        };
        println!("{report}");
        reports.push(report);
    }
    if let Some(path) = arguments.json {
        std::fs::write(&path, serde_json::to_vec(&reports)?).with_context(|| path.display().to_string())?;
    }
    let has_failed = reports.iter().flat_map(|report| &report.panels).any(|panel| !panel.errors.is_empty());
    Ok(if has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn choices(written: &[String]) -> Result<Choices> {
    let mut choices = Choices::defaults();
    for pair in written {
        let (variable, _) = pair.split_once('=').with_context(|| format!("{pair} is no VARIABLE=VALUE"))?;
        let values = written.iter().filter_map(|pair| pair.strip_prefix(variable)?.strip_prefix('='));
        choices = choices.with(variable, values);
    }
    Ok(choices)
}
