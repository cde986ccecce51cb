//! Evaluating a rule at a moment.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use super::data::{Data, Labels, Number};
use super::expression;
use super::rule::{AlertRule, Step};
use crate::grafana::datasource::{DataSourceKind, Sources};
use crate::grafana::interval::Interval;
use crate::grafana::panel::Target;
use crate::grafana::run::ask_in;
use crate::grafana::template::{Flavour, Scope};
use crate::grafana::time_range::TimeRange;

/// Data source of expressions.
const EXPRESSION: &str = "__expr__";
/// Points that a query of a rule asks for at most.
const MAX_DATA_POINTS: i64 = 43_200;
/// The step of a query of a rule, unless its model says another.
const INTERVAL_MS: i64 = 1_000;

/// What became of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The condition holds.
    Alerting,
    /// It does not.
    Normal,
    /// Its value is null.
    NoData,
}

/// One set of labels of a rule's condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// Its labels, those of the rule included.
    pub labels: Labels,
    /// The values of queries and expressions with these labels, by letter.
    pub values: BTreeMap<String, f64>,
    /// What became of it.
    pub state: State,
}

/// A rule at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// Its instances; none without data.
    pub instances: Vec<Instance>,
}

impl Evaluation {
    /// The instances that fire.
    pub fn firing(&self) -> impl Iterator<Item = &Instance> {
        self.instances.iter().filter(|instance| instance.state == State::Alerting)
    }
}

/// Evaluates a rule as of a moment, in Unix milliseconds.
///
/// # Errors
///
/// If a query or an expression fails, or the condition is none.
pub async fn evaluate(rule: &AlertRule, sources: &Sources, now_ms: i64) -> Result<Evaluation> {
    let mut before: BTreeMap<String, Data> = BTreeMap::new();
    for step in &rule.steps {
        let data = if step.source == EXPRESSION {
            expression::work_out(&step.model, &before)
        } else {
            ask(step, sources, now_ms).await
        };
        let data = data.with_context(|| format!("rule {}, {}", rule.uid, step.ref_id))?;
        before.insert(step.ref_id.clone(), data);
    }
    let condition =
        before.get(&rule.condition).with_context(|| format!("rule {} has no condition", rule.uid))?;
    let instances = match condition {
        Data::Nothing => Vec::new(),
        Data::Series(_) => bail!("rule {}: only reduced data can be alerted on", rule.uid),
        Data::Numbers(numbers) => numbers.iter().map(|number| instance(rule, number, &before)).collect(),
    };
    Ok(Evaluation { instances })
}

fn instance(rule: &AlertRule, number: &Number, before: &BTreeMap<String, Data>) -> Instance {
    let mut values = BTreeMap::new();
    for (letter, data) in before {
        let Data::Numbers(numbers) = data else { continue };
        let same = numbers.iter().find(|other| other.labels == number.labels);
        values.extend(same.and_then(|same| Some((letter.clone(), same.value?))));
    }
    let state = match number.value {
        None => State::NoData,
        Some(value) if value != 0.0 => State::Alerting,
        Some(_) => State::Normal,
    };
    let mut labels = number.labels.clone();
    labels.extend(rule.labels.clone());
    Instance { labels, values, state }
}

async fn ask(step: &Step, sources: &Sources, now_ms: i64) -> Result<Data> {
    let source = sources.get(&step.source)?;
    let number = |key: &str| step.model.get(key).and_then(serde_json::Value::as_i64);
    let range = TimeRange { from_ms: now_ms - step.from_s * 1_000, to_ms: now_ms - step.to_s * 1_000 };
    let scope = Scope {
        variables: &BTreeMap::new(),
        range,
        interval: Some(Interval { ms: number("intervalMs").unwrap_or(INTERVAL_MS) }),
        flavour: Flavour::Plain,
    };
    let target =
        Target { ref_id: step.ref_id.clone(), source: step.source.clone(), json: step.model.clone() };
    let points = number("maxDataPoints").unwrap_or(MAX_DATA_POINTS);
    let interval = source.min_interval.as_deref().unwrap_or(source.kind.default_interval());
    let (query, frames) = ask_in(&target, scope, points, interval, sources).await;
    let frames = frames.with_context(|| query.clone())?;
    match source.kind {
        DataSourceKind::Prometheus => Data::of_series(&frames, target.flag("instant")),
        DataSourceKind::Sql => Data::of_frame(frames.first().context("no frame")?),
        DataSourceKind::Jaeger => bail!("the Jaeger data source has no alerting"),
    }
    .with_context(|| query)
}
