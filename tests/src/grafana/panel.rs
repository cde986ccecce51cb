//! A panel, and the queries in it.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde_json::Value;

use super::template::Bound;

/// Pixels of one of the 24 columns: of a screen 1,800 pixels wide.
const COLUMN_PIXELS: i64 = 75;

/// A panel as it is shown; one that repeats is there once for each value.
#[derive(Debug, Clone)]
pub struct Panel {
    /// Its id in the dashboard.
    pub id: i64,
    /// Its title, not expanded.
    pub title: String,
    /// What it says of itself.
    pub description: String,
    /// Its visualisation, such as `timeseries`.
    pub kind: String,
    /// Points that fit: its own setting, or its width.
    pub max_data_points: i64,
    /// Its own shortest step.
    pub min_interval: Option<String>,
    /// Its own range: the last so much.
    pub time_from: Option<String>,
    /// How much earlier than the dashboard's its range is.
    pub time_shift: Option<String>,
    /// Its queries that are not hidden.
    pub targets: Vec<Target>,
    /// The variable that it repeats by, with one value.
    pub repeated: BTreeMap<String, Bound>,
    /// All of it.
    pub json: Value,
}

/// One query.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its letter.
    pub ref_id: String,
    /// Uid of its data source, not expanded.
    pub source: String,
    /// All of it.
    pub json: Value,
}

impl Panel {
    /// Reads a member of `panels`.
    ///
    /// # Errors
    ///
    /// If it lacks an id, a type or data sources.
    pub fn parse(json: &Value) -> Result<Self> {
        let id = json.get("id").and_then(Value::as_i64).context("a panel has no id")?;
        let text = |key: &str| json.get(key).and_then(Value::as_str).map(str::to_owned);
        let title = text("title").unwrap_or_default();
        let kind = text("type").with_context(|| format!("panel {id} {title:?} has no type"))?;
        let width = json.pointer("/gridPos/w").and_then(Value::as_i64).unwrap_or(24);
        let own_source = json.get("datasource").and_then(source_uid);
        let targets = json.get("targets").and_then(Value::as_array).into_iter().flatten();
        let targets = targets.filter(|target| !target.get("hide").and_then(Value::as_bool).unwrap_or(false));
        let targets = targets
            .map(|target| Target::parse(target, own_source.as_deref()))
            .collect::<Result<_>>()
            .with_context(|| format!("panel {id} {title:?}"))?;
        Ok(Self {
            id,
            description: text("description").unwrap_or_default(),
            kind,
            max_data_points: json
                .get("maxDataPoints")
                .and_then(Value::as_i64)
                .unwrap_or(width * COLUMN_PIXELS),
            min_interval: text("interval").filter(|interval| !interval.is_empty()),
            time_from: text("timeFrom"),
            time_shift: text("timeShift"),
            targets,
            repeated: BTreeMap::new(),
            json: json.clone(),
            title,
        })
    }

    /// Whether its description says when it is empty, in a last sentence that begins with "Empty ".
    pub fn may_be_empty(&self) -> bool {
        let last = self.description.trim().trim_end_matches('.').rsplit(". ").next().unwrap_or_default();
        last.trim_start().starts_with("Empty ")
    }
}

impl Target {
    fn parse(json: &Value, panel_source: Option<&str>) -> Result<Self> {
        let ref_id = json.get("refId").and_then(Value::as_str).context("a query has no refId")?;
        let own = json.get("datasource").and_then(source_uid);
        let source = own.or_else(|| panel_source.map(str::to_owned));
        let source = source.with_context(|| format!("query {ref_id} has no data source"))?;
        Ok(Self { ref_id: ref_id.to_owned(), source, json: json.clone() })
    }

    /// A text of the query.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.json.get(key).and_then(Value::as_str)
    }

    /// A yes or no of the query; no without.
    pub fn flag(&self, key: &str) -> bool {
        self.json.get(key).and_then(Value::as_bool).unwrap_or(false)
    }
}

fn source_uid(json: &Value) -> Option<String> {
    let uid = json.get("uid").and_then(Value::as_str).or_else(|| json.as_str());
    uid.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_panel_that_may_be_empty_says_so_in_its_last_sentence() {
        let panel = |description: &str| {
            Panel::parse(&json!({"id": 1, "type": "table", "description": description})).unwrap()
        };
        assert!(panel("What failed. Empty while nothing fails.").may_be_empty());
        assert!(panel("Empty without traces").may_be_empty());
        assert!(!panel("Empty without traces. Filter by status.").may_be_empty());
        assert!(!panel("").may_be_empty());
    }

    #[test]
    fn queries_have_the_data_source_of_their_panel_unless_they_name_one() {
        let panel = Panel::parse(&json!({
            "id": 1, "type": "table", "gridPos": {"w": 12}, "datasource": {"uid": "a"},
            "targets": [{"refId": "A"}, {"refId": "B", "datasource": {"uid": "b"}}, {"refId": "C", "hide": true}],
        }))
        .unwrap();
        let sources: Vec<_> = panel.targets.iter().map(|target| target.source.as_str()).collect();
        assert_eq!((sources, panel.max_data_points), (vec!["a", "b"], 900));
    }
}
