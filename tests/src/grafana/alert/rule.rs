//! A rule as a provisioning file has it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use regex::Regex;
use serde_json::Value;

use crate::grafana::interval::parse_interval;
use crate::grafana::provisioning::{expand_text, expand_values};

/// A rule.
#[derive(Debug, Clone)]
pub struct AlertRule {
    /// Its uid.
    pub uid: String,
    /// Its title.
    pub title: String,
    /// The letter whose values decide.
    pub condition: String,
    /// How long it must hold, in milliseconds.
    pub for_ms: i64,
    /// What becomes of it without data: `OK`, `NoData`, `Alerting`, `KeepLast`.
    pub no_data_state: String,
    /// Labels, expanded.
    pub labels: BTreeMap<String, String>,
    /// Annotations, as they are.
    pub annotations: BTreeMap<String, String>,
    /// Queries and expressions, in order.
    pub steps: Vec<Step>,
}

/// A query or an expression.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its letter.
    pub ref_id: String,
    /// Uid of its data source; `__expr__` of an expression.
    pub source: String,
    /// Seconds before now at which its range begins.
    pub from_s: i64,
    /// Seconds before now at which its range ends.
    pub to_s: i64,
    /// What is asked, as it is.
    pub model: Value,
}

impl AlertRule {
    /// The rules of a file.
    ///
    /// # Errors
    ///
    /// If one lacks what is mandatory.
    pub fn of_file(file: &Value, environment: &impl Fn(&str) -> Option<String>) -> Result<Vec<Self>> {
        let groups = file.get("groups").and_then(Value::as_array).context("the file has no groups")?;
        let mut rules = Vec::new();
        for group in groups {
            for key in ["name", "folder", "interval"] {
                group.get(key).and_then(Value::as_str).with_context(|| format!("a group has no {key}"))?;
            }
            for rule in group.get("rules").and_then(Value::as_array).context("a group has no rules")? {
                rules.push(Self::parse(rule, environment)?);
            }
        }
        Ok(rules)
    }

    fn parse(json: &Value, environment: &impl Fn(&str) -> Option<String>) -> Result<Self> {
        let written = json.get("uid").and_then(Value::as_str).context("a rule has no uid")?;
        let text = |key: &str| {
            let text =
                json.get(key).and_then(Value::as_str).with_context(|| format!("rule {written} has no {key}"));
            text.and_then(|text| expand_text(text, environment))
        };
        let texts = |json: Option<&Value>| -> BTreeMap<String, String> {
            let members = json.and_then(Value::as_object).into_iter().flatten();
            members
                .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
                .collect()
        };
        let labels = json.get("labels").map(|labels| expand_values(labels, environment)).transpose()?;
        let steps = json
            .get("data")
            .and_then(Value::as_array)
            .with_context(|| format!("rule {written} has no data"))?;
        let optional = |key: &str, default: &str| text(key).unwrap_or_else(|_| default.to_owned());
        Ok(Self {
            uid: text("uid")?,
            title: text("title")?,
            condition: text("condition")?,
            for_ms: parse_interval(&optional("for", "0s"))?,
            no_data_state: optional("noDataState", "NoData"),
            labels: texts(labels.as_ref()),
            annotations: texts(json.get("annotations")),
            steps: steps
                .iter()
                .map(|step| Step::parse(step, environment))
                .collect::<Result<_>>()
                .with_context(|| format!("rule {written}"))?,
        })
    }

    /// The labels that its annotations speak of.
    pub fn mentioned_labels(&self) -> BTreeSet<String> {
        self.mentioned(r"\$labels\.([A-Za-z_][A-Za-z0-9_]*)")
    }

    /// The letters whose values its annotations speak of.
    pub fn mentioned_values(&self) -> BTreeSet<String> {
        self.mentioned(r"\$values\.([A-Za-z0-9_]+)")
    }

    fn mentioned(&self, pattern: &str) -> BTreeSet<String> {
        let Ok(pattern) = Regex::new(pattern) else { return BTreeSet::new() };
        let texts = self.annotations.values().chain(self.labels.values());
        texts
            .flat_map(|text| pattern.captures_iter(text).map(|found| found[1].to_owned()).collect::<Vec<_>>())
            .collect()
    }
}

impl Step {
    fn parse(json: &Value, environment: &impl Fn(&str) -> Option<String>) -> Result<Self> {
        let text = |key: &str| {
            let text = json.get(key).and_then(Value::as_str).with_context(|| format!("a query has no {key}"));
            text.and_then(|text| expand_text(text, environment))
        };
        let range = |key: &str| json.get("relativeTimeRange")?.get(key)?.as_i64();
        Ok(Self {
            ref_id: text("refId")?,
            source: text("datasourceUid")?,
            from_s: range("from").unwrap_or(0),
            to_s: range("to").unwrap_or(0),
            model: json.get("model").cloned().context("a query has no model")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_environment_is_expanded_in_labels_and_neither_in_models_nor_annotations() {
        let file = json!({"groups": [{"name": "g", "folder": "f", "interval": "1m", "rules": [{
            "uid": "u", "title": "$TEAM", "condition": "A", "for": "5m", "labels": {"team": "$TEAM"},
            "annotations": {"summary": "{{ $labels.function_name }}: {{ $values.A.Value }}"},
            "data": [{"refId": "A", "datasourceUid": "x", "relativeTimeRange": {"from": 600, "to": 0},
                "model": {"rawSql": "SELECT $__timeFrom()"}}],
        }]}]});
        let rules = AlertRule::of_file(&file, &|name| (name == "TEAM").then(|| "shop".to_owned())).unwrap();
        let rule = &rules[0];
        assert_eq!(
            (rule.title.as_str(), rule.labels["team"].as_str(), rule.for_ms),
            ("shop", "shop", 300_000)
        );
        assert_eq!(rule.steps[0].model["rawSql"], "SELECT $__timeFrom()");
        assert_eq!(rule.mentioned_labels(), BTreeSet::from(["function_name".to_owned()]));
        assert_eq!(rule.mentioned_values(), BTreeSet::from(["A".to_owned()]));
    }
}
