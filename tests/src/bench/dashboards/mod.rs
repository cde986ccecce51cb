//! The dashboards over a month, panel by panel as Grafana's back end asks them.

mod month;

use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use super::Settings;
use super::function::Running;
use super::measure::median;
use super::report::{Limit, Report};
use super::traces::load_days;
use crate::demo::MINUTE_MS;
use crate::grafana::{
    Choices, Dashboard, JaegerSource, PrometheusSource, Session, Sources, SqlSource, TimeRange, run_panels,
};
use crate::jaeger_client::JaegerClient;
use crate::prometheus_client::PrometheusClient;
use crate::test_database::{Server, TestDatabase};
use month::Month;

const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// Days that there are data of, for the comparison with the week before as well.
const DAYS: i64 = 30;
/// What a statement may take: enough to see how far off it is.
const PATIENCE: Duration = Duration::from_secs(30);

/// Dashboards whose panels have to be answered within so many milliseconds, one after the other.
const LIMITS: [(&str, f64); 2] = [("firefly-home", 2_000.0), ("firefly-function", 1_500.0)];
/// The range that the limits are for, and those that are only to be known.
const RANGES: [(&str, i64); 3] = [("24 h", DAY_MS), ("7 days", 7 * DAY_MS), ("30 days", DAYS * DAY_MS)];

pub(super) async fn run(settings: &Settings, report: &mut Report) -> Result<()> {
    let database = TestDatabase::create(Server::Timescaledb).await?;
    let now_ms = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let days = if settings.quick { 2 } else { DAYS };
    let month = Month { functions: settings.repetitions(50, 500), now_ms, days };
    let points = month.store(&database).await?;
    let spans = settings.repetitions(20_000, 1_000_000);
    load_days(&database, spans, days.unsigned_abs()).await?;
    month.finish(&database).await?;
    report.known("Dashboards, data points stored for the panels", points, "");
    report.known("– and spans", spans as f64, "");

    let read_url = database.read_url();
    let environment = [("DATABASE_URL", read_url.as_str()), ("FIREFLY_READ_OPEN", "true")];
    let prometheus = Running::start("prometheus", &environment).await?;
    let jaeger = Running::start("jaeger", &environment).await?;
    let sources = Sources::firefly(
        SqlSource::connect(&read_url, PATIENCE).await?,
        PrometheusSource::new(PrometheusClient::new(&prometheus.url())?),
        JaegerSource::new(JaegerClient::new(&jaeger.url())?, &jaeger.url())?,
    );
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../grafana/dashboards");
    let function = Month::function_name(0);
    let choices = Choices::defaults().with("function", [function.as_str()]);
    for dashboard in Dashboard::read_folder(&folder)? {
        let choices = if dashboard.uid == "firefly-function" { &choices } else { &Choices::defaults() };
        for (name, length_ms) in RANGES {
            let range = TimeRange { from_ms: now_ms - length_ms, to_ms: now_ms };
            let mut times = Vec::new();
            for _ in 0..settings.repetitions(1, 5) {
                times.push(look(&dashboard, range, choices, &sources).await?);
            }
            let what = format!("{} over {name}, all panels one after the other", dashboard.title);
            let limit = LIMITS.iter().find(|(uid, _)| *uid == dashboard.uid && length_ms == DAY_MS);
            match limit {
                Some((_, limit)) => report.limited(what, median(times), "ms", Limit::AtMost(*limit)),
                None => report.known(what, median(times), "ms"),
            }
        }
    }
    prometheus.stop().await;
    jaeger.stop().await;
    Ok(())
}

/// Opens a dashboard: its variables, then its panels; the milliseconds that the answers took.
async fn look(dashboard: &Dashboard, range: TimeRange, choices: &Choices, sources: &Sources) -> Result<f64> {
    let session = Session::open(dashboard, sources, range, choices).await?;
    let mut took: Duration = session.took.values().sum();
    for answer in run_panels(dashboard, &session, sources).await? {
        for target in &answer.targets {
            target
                .frames
                .as_ref()
                .map_err(|error| anyhow::anyhow!("{error:#}"))
                .with_context(|| format!("{}: {}\n{}", dashboard.title, answer.panel.title, target.query))?;
        }
        took += answer.took();
    }
    Ok(took.as_secs_f64() * 1e3)
}
