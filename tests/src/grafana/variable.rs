//! The variables that a dashboard defines.

use anyhow::{Context, Result, bail};
use regex::Regex;
use serde_json::Value;

use super::choice::Choice;
use super::format::ALL;
use super::template::references;

/// Where a variable's values come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VariableKind {
    /// A query of a data source.
    Query {
        /// Uid of the data source.
        source: String,
        /// The query: SQL, or `label_values(…)`.
        query: String,
    },
    /// What somebody types.
    Textbox,
    /// A list in the dashboard: text and value of each.
    Custom(Vec<(String, String)>),
    /// One value, which nobody chooses.
    Constant(String),
    /// Lengths of time.
    Interval(Vec<String>),
    /// The data sources of a kind.
    Datasource(String),
}

/// A variable as it is defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Where its values come from.
    pub kind: VariableKind,
    /// Whether several values may be chosen.
    pub multi: bool,
    /// Whether there is "All".
    pub include_all: bool,
    /// What stands for "All" instead of all values.
    pub all_value: Option<String>,
    /// What the dashboard chooses; none for the first there is.
    pub current: Option<Choice>,
    /// Which part of each value is taken, and which values at all.
    pub regex: Option<String>,
    /// When a query is asked again: 1 on load, 2 on every change of the range.
    pub refresh: i64,
    /// Whether it stays out of URLs.
    pub skip_url: bool,
}

impl Variable {
    /// Reads a member of `templating.list`.
    ///
    /// # Errors
    ///
    /// If it lacks what it needs, or is of a kind that the runner does not know.
    pub fn parse(json: &Value) -> Result<Self> {
        let name = text(json, "name").context("a variable has no name")?;
        let kind = kind(json).with_context(|| format!("variable {name}"))?;
        let flag = |key: &str| json.get(key).and_then(Value::as_bool).unwrap_or(false);
        let filled = |key: &str| text(json, key).filter(|text| !text.is_empty());
        Ok(Self {
            kind,
            multi: flag("multi"),
            include_all: flag("includeAll"),
            all_value: filled("allValue"),
            current: json.pointer("/current/value").and_then(choice),
            regex: filled("regex"),
            refresh: json.get("refresh").and_then(Value::as_i64).unwrap_or(0),
            skip_url: flag("skipUrlSync"),
            name,
        })
    }

    /// The variables that its query mentions, built-ins included.
    pub fn mentions(&self) -> Vec<String> {
        match &self.kind {
            VariableKind::Query { source, query } => {
                references(source).into_iter().chain(references(query)).map(|found| found.name).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The values that its regular expression leaves of those found.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn filtered(&self, found: Vec<String>) -> Result<Vec<String>> {
        let mut values: Vec<String> = Vec::new();
        let pattern = self.regex.as_deref().map(|regex| Regex::new(regex.trim_matches('/'))).transpose()?;
        for value in found {
            let kept = match &pattern {
                None => Some(value),
                Some(pattern) => pattern.captures(&value).and_then(|captures| {
                    let named =
                        captures.name("value").or_else(|| captures.get(1)).or_else(|| captures.get(0));
                    named.map(|part| part.as_str().to_owned())
                }),
            };
            values.extend(kept.filter(|value| !values.contains(value)));
        }
        Ok(values)
    }
}

fn kind(json: &Value) -> Result<VariableKind> {
    let query = json.get("query").unwrap_or(&Value::Null);
    let written = query.as_str().unwrap_or_default();
    Ok(match text(json, "type").as_deref() {
        Some("query") => {
            let inner = ["rawSql", "query"].into_iter().find_map(|key| text(query, key));
            let query = query.as_str().map(str::to_owned).or(inner).context("has no query")?;
            let source = json.get("datasource").context("has no data source")?;
            let uid = text(source, "uid").or_else(|| source.as_str().map(str::to_owned));
            VariableKind::Query { source: uid.context("has no uid of a data source")?, query }
        }
        Some("textbox") => VariableKind::Textbox,
        Some("custom") => VariableKind::Custom(custom(written)),
        Some("constant") => VariableKind::Constant(written.to_owned()),
        Some("interval") => {
            VariableKind::Interval(written.split(',').map(|text| text.trim().to_owned()).collect())
        }
        Some("datasource") => VariableKind::Datasource(written.to_owned()),
        other => bail!("is of kind {other:?}, which the runner does not know"),
    })
}

/// `a, b` or `Text : value, …`; a backslash keeps a comma.
fn custom(written: &str) -> Vec<(String, String)> {
    let (mut entries, mut entry, mut is_escaped) = (Vec::new(), String::new(), false);
    for character in written.chars() {
        match character {
            '\\' if !is_escaped => is_escaped = true,
            ',' if !is_escaped => entries.push(std::mem::take(&mut entry)),
            other => {
                if is_escaped && other != ',' {
                    entry.push('\\');
                }
                entry.push(other);
                is_escaped = false;
            }
        }
    }
    entries.push(entry);
    let entries = entries.iter().map(|entry| entry.trim()).filter(|entry| !entry.is_empty());
    entries
        .map(|entry| match entry.split_once(" : ") {
            Some((text, value)) => (text.trim().to_owned(), value.trim().to_owned()),
            None => (entry.to_owned(), entry.to_owned()),
        })
        .collect()
}

fn choice(value: &Value) -> Option<Choice> {
    let values: Vec<String> = match value {
        Value::String(value) => vec![value.clone()],
        Value::Array(values) => values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => return None,
    };
    if values.iter().any(|value| value == ALL) {
        return Some(Choice::All);
    }
    (!values.is_empty()).then_some(Choice::Values(values))
}

fn text(json: &Value, key: &str) -> Option<String> {
    json.get(key).and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_kind_is_read() {
        let variable = Variable::parse(&json!({
            "name": "function", "type": "query", "datasource": {"type": "postgres", "uid": "sql"}, "refresh": 2,
            "query": "SELECT 1 WHERE a IN (${account:sqlstring})", "multi": true, "includeAll": true,
            "current": {"text": ["All"], "value": ["$__all"]}, "regex": "",
        }))
        .unwrap();
        assert_eq!(variable.mentions(), ["account"]);
        assert_eq!((variable.current, variable.multi, variable.refresh), (Some(Choice::All), true, 2));
        assert_eq!((variable.all_value, variable.regex), (None, None));

        let custom = json!({"name": "s", "type": "custom", "query": "any, Failed : error,a\\,b"});
        let pair = |text: &str, value: &str| (text.to_owned(), value.to_owned());
        let options = [pair("any", "any"), pair("Failed", "error"), pair("a,b", "a,b")];
        assert_eq!(Variable::parse(&custom).unwrap().kind, VariableKind::Custom(options.into()));
        assert!(Variable::parse(&json!({"name": "x", "type": "adhoc"})).is_err());
    }

    #[test]
    fn a_regular_expression_takes_a_part_and_repeats_are_dropped() {
        let json = json!({"name": "x", "type": "textbox", "regex": "/^a-(.+)$/"});
        let found = ["a-1", "b-1", "a-2", "a-1"].map(str::to_owned).into();
        assert_eq!(Variable::parse(&json).unwrap().filtered(found).unwrap(), ["1", "2"]);
    }
}
