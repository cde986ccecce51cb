//! Running the queries of panels.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::dashboard::{Annotation, Dashboard};
use super::datasource::{DataSourceKind, Sources};
use super::frame::Frame;
use super::interval::{Interval, parse_interval};
use super::macros::expand_macros;
use super::panel::{Panel, Target};
use super::session::Session;
use super::sql_frame;
use super::template::{Flavour, Scope, expand, references};
use super::time_range::TimeRange;

/// The data source that shows what another panel got.
const OTHER_PANEL: &str = "-- Dashboard --";

/// Built-ins that may stand in SQL.
const MACROS: &str = "__time";

/// What a panel got.
#[derive(Debug)]
pub struct PanelAnswer {
    /// The panel.
    pub panel: Panel,
    /// The range that it asked for: its own, or the dashboard's.
    pub range: TimeRange,
    /// An answer for each of its queries.
    pub targets: Vec<TargetAnswer>,
}

/// What a query got.
#[derive(Debug)]
pub struct TargetAnswer {
    /// Its letter.
    pub ref_id: String,
    /// What was asked, expanded.
    pub query: String,
    /// How long it took.
    pub took: Duration,
    /// The frames, or what went wrong.
    pub frames: Result<Vec<Frame>>,
}

impl PanelAnswer {
    /// All frames of queries that succeeded.
    pub fn frames(&self) -> impl Iterator<Item = &Frame> {
        self.targets.iter().filter_map(|target| target.frames.as_ref().ok()).flatten()
    }

    /// Time that all queries took together.
    pub fn took(&self) -> Duration {
        self.targets.iter().map(|target| target.took).sum()
    }

    /// Rows of all frames.
    pub fn rows(&self) -> usize {
        self.frames().map(Frame::len).sum()
    }
}

/// Runs every panel that has queries, one after the other.
///
/// # Errors
///
/// If the dashboard cannot be read. What goes wrong with a query stands in its answer.
pub async fn run_panels(
    dashboard: &Dashboard,
    session: &Session,
    sources: &Sources,
) -> Result<Vec<PanelAnswer>> {
    let panels = dashboard.panels(&session.variables)?;
    let mut answers: Vec<PanelAnswer> = Vec::new();
    let (shown_elsewhere, own): (Vec<_>, Vec<_>) =
        panels.into_iter().partition(|panel| panel.targets.iter().any(|target| target.source == OTHER_PANEL));
    for panel in own {
        answers.push(run_panel(panel, session, sources).await);
    }
    for panel in shown_elsewhere {
        let answer = of_other_panel(panel, session.range, &answers);
        answers.push(answer);
    }
    Ok(answers)
}

/// Runs the queries of a panel.
pub async fn run_panel(panel: Panel, session: &Session, sources: &Sources) -> PanelAnswer {
    let range = own_range(&panel, session.range);
    let mut targets = Vec::new();
    for target in &panel.targets {
        let started = Instant::now();
        let (query, frames) = match &range {
            Ok(range) => ask(target, &panel, *range, session, sources).await,
            Err(error) => (String::new(), Err(anyhow::anyhow!("{error:#}"))),
        };
        targets.push(TargetAnswer { ref_id: target.ref_id.clone(), query, took: started.elapsed(), frames });
    }
    PanelAnswer { panel, range: range.unwrap_or(session.range), targets }
}

/// Runs the queries of a dashboard's annotations.
pub async fn run_annotations(
    dashboard: &Dashboard,
    session: &Session,
    sources: &Sources,
) -> Vec<TargetAnswer> {
    let mut answers = Vec::new();
    for Annotation { name, target } in &dashboard.annotations {
        let started = Instant::now();
        let scope = Scope {
            variables: &session.variables,
            range: session.range,
            interval: Some(Interval { ms: 60_000 }),
            flavour: Flavour::Sql,
        };
        let (query, frames) = ask_in(target, scope, 100, "1m", sources).await;
        answers.push(TargetAnswer { ref_id: name.clone(), query, took: started.elapsed(), frames });
    }
    answers
}

fn of_other_panel(panel: Panel, range: TimeRange, answers: &[PanelAnswer]) -> PanelAnswer {
    let targets = panel.targets.iter().map(|target| {
        let id = target.json.get("panelId").and_then(serde_json::Value::as_i64);
        let other = answers.iter().find(|answer| Some(answer.panel.id) == id);
        let frames = other.map(|other| other.frames().cloned().collect());
        TargetAnswer {
            ref_id: target.ref_id.clone(),
            query: format!("panel {id:?}"),
            took: Duration::ZERO,
            frames: frames.with_context(|| format!("there is no panel {id:?}")),
        }
    });
    PanelAnswer { targets: targets.collect(), range, panel }
}

/// The last so much until the end of the dashboard's range, or that range so much earlier.
fn own_range(panel: &Panel, range: TimeRange) -> Result<TimeRange> {
    let mut own = range;
    let length = |text: &str| parse_interval(text.trim_start_matches("now-"));
    if let Some(last) = panel.time_from.as_deref().filter(|text| !text.is_empty()) {
        own.from_ms = own.to_ms - length(last)?;
    }
    if let Some(shift) = panel.time_shift.as_deref().filter(|text| !text.is_empty()) {
        let shift = length(shift)?;
        own = TimeRange { from_ms: own.from_ms - shift, to_ms: own.to_ms - shift };
    }
    Ok(own)
}

async fn ask(
    target: &Target,
    panel: &Panel,
    range: TimeRange,
    session: &Session,
    sources: &Sources,
) -> (String, Result<Vec<Frame>>) {
    let variables = session.variables_of(panel);
    let scope = Scope { variables: &variables, range, interval: None, flavour: Flavour::Plain };
    let prepared = expand(&target.source, scope).and_then(|uid| {
        let source = sources.get(&uid)?;
        let own = panel.min_interval.as_deref().map(|text| expand(text, scope)).transpose()?;
        let shortest = own.as_deref().or(source.min_interval.as_deref());
        let shortest = shortest.unwrap_or(source.kind.default_interval()).to_owned();
        let interval =
            Interval::calculate(range.length_ms(), panel.max_data_points, parse_interval(&shortest)?);
        Ok((shortest, interval))
    });
    match prepared {
        Err(error) => (String::new(), Err(error)),
        Ok((shortest, interval)) => {
            let scope = Scope { interval: Some(interval), ..scope };
            ask_in(target, scope, panel.max_data_points, &shortest, sources).await
        }
    }
}

pub(super) async fn ask_in(
    target: &Target,
    scope: Scope<'_>,
    max_data_points: i64,
    min_interval: &str,
    sources: &Sources,
) -> (String, Result<Vec<Frame>>) {
    let kind = expand(&target.source, Scope { flavour: Flavour::Plain, ..scope })
        .and_then(|uid| Ok(sources.get(&uid)?.kind));
    match kind {
        Err(error) => (String::new(), Err(error)),
        Ok(DataSourceKind::Prometheus) => {
            sources.prometheus.ask(target, scope, max_data_points, min_interval).await
        }
        Ok(DataSourceKind::Jaeger) => sources.jaeger.ask(target, scope).await,
        Ok(DataSourceKind::Sql) => {
            let written = target.text("rawSql").unwrap_or_default();
            match expand_sql(written, scope, sources.sql.is_timescale) {
                Err(error) => (written.to_owned(), Err(error)),
                Ok(sql) => {
                    let frames = sql_frames(target, &sql, sources).await;
                    (sql, frames)
                }
            }
        }
    }
}

/// Writes variables, intervals and macros into SQL.
pub(super) fn expand_sql(written: &str, scope: Scope<'_>, is_timescale: bool) -> Result<String> {
    let scope = Scope { flavour: Flavour::Sql, ..scope };
    for found in references(written) {
        let is_number = found.name.bytes().all(|byte| byte.is_ascii_digit());
        let is_built_in = ["__from", "__to", "__interval", "__interval_ms"].contains(&found.name.as_str());
        let is_macro =
            found.is_call && (found.name.starts_with(MACROS) || found.name.starts_with("__unixEpoch"));
        if !(is_number || is_built_in || is_macro || scope.variables.contains_key(&found.name)) {
            bail!("${} is neither a variable nor a macro", found.name);
        }
    }
    Ok(expand_macros(&expand(written, scope)?, scope.range, is_timescale)?)
}

async fn sql_frames(target: &Target, sql: &str, sources: &Sources) -> Result<Vec<Frame>> {
    let rows = sources.sql.query(sql).await?;
    // Annotations are tables whatever they say.
    Ok(vec![match target.text("format") {
        Some("time_series") => sql_frame::time_series(rows, &target.ref_id)?,
        _ => sql_frame::table(rows, &target.ref_id),
    }])
}
