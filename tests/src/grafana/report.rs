//! What was found in a dashboard, for people and for programs.

use std::fmt;

use serde::Serialize;

use super::frame::Frame;
use super::run::PanelAnswer;

/// A dashboard's panels with what they got.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Uid of the dashboard.
    pub dashboard: String,
    /// Its title.
    pub title: String,
    /// Unix milliseconds.
    pub from_ms: i64,
    /// Unix milliseconds.
    pub to_ms: i64,
    /// A panel after the other.
    pub panels: Vec<PanelReport>,
}

/// What a panel got.
#[derive(Debug, Serialize)]
pub struct PanelReport {
    /// Its id.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Its visualisation.
    #[serde(rename = "type")]
    pub kind: String,
    /// The value that it repeats by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeated: Option<String>,
    /// What its queries took together, in milliseconds.
    pub took_ms: f64,
    /// Rows of all frames.
    pub rows: usize,
    /// What went wrong.
    pub errors: Vec<String>,
    /// The queries as they were sent.
    pub queries: Vec<String>,
    /// The answers.
    pub frames: Vec<Frame>,
    /// The panel itself, with its options and units.
    pub panel: serde_json::Value,
}

impl PanelReport {
    /// Of an answer.
    pub fn of(answer: &PanelAnswer) -> Self {
        let panel = &answer.panel;
        let errors = answer.targets.iter().filter_map(|target| {
            let error = target.frames.as_ref().err()?;
            Some(format!("{}: {error:#}", target.ref_id))
        });
        Self {
            id: panel.id,
            title: panel.title.clone(),
            kind: panel.kind.clone(),
            repeated: panel.repeated.values().flat_map(|bound| bound.values.first().cloned()).next(),
            took_ms: answer.took().as_secs_f64() * 1e3,
            rows: answer.rows(),
            errors: errors.collect(),
            queries: answer.targets.iter().map(|target| target.query.clone()).collect(),
            frames: answer.frames().cloned().collect(),
            panel: panel.json.clone(),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} ({})", self.title, self.dashboard)?;
        writeln!(out, "{:>5}  {:<44}  {:<12}  {:>9}  {:>7}", "id", "panel", "type", "ms", "rows")?;
        for panel in &self.panels {
            let title: String = panel.title.chars().take(44).collect();
            let PanelReport { id, kind, took_ms, rows, .. } = panel;
            writeln!(out, "{id:>5}  {title:<44}  {kind:<12}  {took_ms:>9.1}  {rows:>7}")?;
            for error in &panel.errors {
                writeln!(out, "       {error}")?;
            }
        }
        let total: f64 = self.panels.iter().map(|panel| panel.took_ms).sum();
        writeln!(out, "{:>5}  {:<44}  {:<12}  {total:>9.1}", "", "together", "")
    }
}
