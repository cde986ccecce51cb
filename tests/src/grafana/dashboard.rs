//! A dashboard in the classic schema.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::panel::{Panel, Target};
use super::template::Bound;
use super::variable::Variable;

/// A dashboard as its file has it.
#[derive(Debug, Clone)]
pub struct Dashboard {
    /// Its uid.
    pub uid: String,
    /// Its title.
    pub title: String,
    /// The variables in the order of the file.
    pub variables: Vec<Variable>,
    /// Queries whose rows are marks on time series.
    pub annotations: Vec<Annotation>,
    /// All of it.
    pub json: Value,
}

/// A query whose rows are marks.
#[derive(Debug, Clone)]
pub struct Annotation {
    /// Its name.
    pub name: String,
    /// Its query.
    pub target: Target,
}

impl Dashboard {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// If it is no dashboard.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        Self::parse(serde_json::from_str(&text)?).with_context(|| path.display().to_string())
    }

    /// All dashboards of a folder, by name of the file.
    ///
    /// # Errors
    ///
    /// If one is none.
    pub fn read_folder(folder: &Path) -> Result<Vec<Self>> {
        let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
        let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    /// Reads a dashboard.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn parse(json: Value) -> Result<Self> {
        let text = |key: &str| json.get(key).and_then(Value::as_str).map(str::to_owned);
        let list = |path: &str| json.pointer(path).and_then(Value::as_array).cloned().unwrap_or_default();
        let variables = list("/templating/list").iter().map(Variable::parse).collect::<Result<_>>()?;
        let annotations = list("/annotations/list").iter().filter_map(annotation).collect();
        Ok(Self {
            uid: text("uid").context("the dashboard has no uid")?,
            title: text("title").context("the dashboard has no title")?,
            variables,
            annotations,
            json,
        })
    }

    /// The panels as they are shown with these variables: out of their rows, and as often as they repeat.
    ///
    /// # Errors
    ///
    /// If one cannot be read, or repeats by a variable that there is not.
    pub fn panels(&self, variables: &BTreeMap<String, Bound>) -> Result<Vec<Panel>> {
        let mut panels = Vec::new();
        let mut row: Vec<BTreeMap<String, Bound>> = vec![BTreeMap::new()];
        for json in self.json.get("panels").and_then(Value::as_array).into_iter().flatten() {
            if json.get("type").and_then(Value::as_str) == Some("row") {
                row = repeats(json, variables)?;
                for nested in json.get("panels").and_then(Value::as_array).into_iter().flatten() {
                    append(nested, &row, variables, &mut panels)?;
                }
            } else {
                append(json, &row, variables, &mut panels)?;
            }
        }
        Ok(panels)
    }
}

/// A panel, once for each value of its row and of itself.
fn append(
    json: &Value,
    row: &[BTreeMap<String, Bound>],
    variables: &BTreeMap<String, Bound>,
    panels: &mut Vec<Panel>,
) -> Result<()> {
    let own = repeats(json, variables)?;
    for of_row in row {
        for of_panel in &own {
            let mut panel = Panel::parse(json)?;
            panel.repeated.extend(of_row.clone());
            panel.repeated.extend(of_panel.clone());
            panels.push(panel);
        }
    }
    Ok(())
}

/// The variable of each repetition; one without any if there is none to repeat by.
fn repeats(json: &Value, variables: &BTreeMap<String, Bound>) -> Result<Vec<BTreeMap<String, Bound>>> {
    let Some(name) = json.get("repeat").and_then(Value::as_str).filter(|name| !name.is_empty()) else {
        return Ok(vec![BTreeMap::new()]);
    };
    let bound =
        variables.get(name).with_context(|| format!("repeats by variable {name}, which there is not"))?;
    let one = |value: &String| {
        let bound = Bound { values: vec![value.clone()], is_all: false, all_value: None, ..bound.clone() };
        BTreeMap::from([(name.to_owned(), bound)])
    };
    Ok(bound.values.iter().map(one).collect())
}

/// The built-in annotations of Grafana itself have no query.
fn annotation(json: &Value) -> Option<Annotation> {
    let name = json.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let uid = json.pointer("/datasource/uid").and_then(Value::as_str)?;
    if uid == "-- Grafana --" || uid == "grafana" {
        return None;
    }
    let mut query = json.clone();
    if let (Some(query), Some(target)) =
        (query.as_object_mut(), json.get("target").and_then(Value::as_object))
    {
        query.extend(target.clone());
    }
    let ref_id = query.get("refId").and_then(Value::as_str).unwrap_or("Anno").to_owned();
    Some(Annotation { name, target: Target { ref_id, source: uid.to_owned(), json: query } })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn panels_leave_their_rows_and_repeat() {
        let panel = |id: i64| json!({"id": id, "type": "stat"});
        let repeating = json!({"id": 4, "type": "stat", "repeat": "function"});
        let dashboard = Dashboard::parse(json!({
            "uid": "u", "title": "t",
            "panels": [
                panel(1),
                {"id": 2, "type": "row", "collapsed": true, "panels": [panel(3), repeating]},
                {"id": 5, "type": "row", "repeat": "account", "panels": []},
                panel(6),
            ],
        }))
        .unwrap();
        let bound = |values: &[&str]| Bound {
            values: values.iter().map(|value| (*value).to_owned()).collect(),
            is_list: true,
            ..Bound::default()
        };
        let variables = BTreeMap::from([
            ("function".into(), bound(&["a", "b"])),
            ("account".into(), bound(&["1", "2", "3"])),
        ]);
        let panels = dashboard.panels(&variables).unwrap();
        let shown: Vec<_> = panels
            .iter()
            .map(|panel| (panel.id, panel.repeated.values().flat_map(|bound| bound.values.clone()).collect()))
            .collect();
        let expected: Vec<(i64, Vec<&str>)> = vec![
            (1, vec![]),
            (3, vec![]),
            (4, vec!["a"]),
            (4, vec!["b"]),
            (6, vec!["1"]),
            (6, vec!["2"]),
            (6, vec!["3"]),
        ];
        let expected: Vec<(i64, Vec<String>)> = expected
            .into_iter()
            .map(|(id, values)| (id, values.into_iter().map(str::to_owned).collect()))
            .collect();
        assert_eq!(shown, expected);
        assert!(dashboard.panels(&BTreeMap::new()).is_err());
    }
}
