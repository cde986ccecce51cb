//! The Prometheus data source: queries by form, answers as frames.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::frame::{Field, Frame, Kind};
use super::panel::Target;
use super::prometheus_step::Step;
use super::template::{Flavour, Scope, expand};
use crate::prometheus_client::{PrometheusClient, Question};

/// The way to a Prometheus.
#[derive(Debug, Clone)]
pub struct PrometheusSource {
    client: PrometheusClient,
}

/// A series of an answer: its labels, and its points in Unix milliseconds.
type Series = (BTreeMap<String, String>, Vec<(i64, Value)>);

impl PrometheusSource {
    /// Asks through a client.
    pub fn new(client: PrometheusClient) -> Self {
        Self { client }
    }

    /// Asks one query of a panel. Gives what was asked, and the answer.
    pub(super) async fn ask(
        &self,
        target: &Target,
        scope: Scope<'_>,
        max_data_points: i64,
        scrape_interval: &str,
    ) -> (String, Result<Vec<Frame>>) {
        let scope = Scope { flavour: Flavour::Prometheus, ..scope };
        let written = target.text("expr").unwrap_or_default();
        let prepared = expand(written, scope).and_then(|query| {
            let min_step = target.text("interval").map(|step| expand(step, scope)).transpose()?;
            let step = Step::of(scope.range, max_data_points, min_step.as_deref(), scrape_interval)?;
            Ok((step.expand(&query), step))
        });
        match prepared {
            Err(error) => (written.to_owned(), Err(error)),
            Ok((query, step)) => {
                let answer = self.answer(target, &query, step, scope).await;
                (query, answer)
            }
        }
    }

    async fn answer(&self, target: &Target, query: &str, step: Step, scope: Scope<'_>) -> Result<Vec<Frame>> {
        let (instant, range) = (target.flag("instant"), target.flag("range"));
        let mut frames = Vec::new();
        if range || !instant {
            let question = Question::range(query, step.range.from_ms, step.range.to_ms, step.step_ms);
            let series = self.series(&question.as_form()).await?;
            frames.extend(series.into_iter().map(|series| of_series(series, target)));
        }
        if instant {
            let question = Question::instant(query, scope.range.to_ms);
            let series = self.series(&question.as_form()).await?;
            if target.text("format") == Some("table") {
                // Without series there are no labels, and no columns.
                frames.extend((!series.is_empty()).then(|| of_table(series, target)));
            } else {
                frames.extend(series.into_iter().map(|series| of_series(series, target)));
            }
        }
        Ok(frames)
    }

    async fn series(&self, question: &Question) -> Result<Vec<Series>> {
        let reply = self.client.ask(question).await?;
        anyhow::ensure!(reply.status == 200, "{}: {}", reply.status, reply.body);
        let data = reply.body.get("data").context("an answer without data")?;
        let result = data.get("result").context("an answer without a result")?;
        match data.get("resultType").and_then(Value::as_str) {
            Some("scalar" | "string") => Ok(vec![(BTreeMap::new(), vec![point(result)?])]),
            Some("vector" | "matrix") => result.as_array().into_iter().flatten().map(series).collect(),
            other => bail!("an answer of type {other:?}"),
        }
    }

    /// The values of a label, as `label_values` asks for them.
    pub(super) async fn label_values(&self, query: &str, scope: Scope<'_>) -> Result<Vec<String>> {
        let query = expand(query, Scope { flavour: Flavour::Prometheus, ..scope })?;
        let inner = query.trim().strip_prefix("label_values(").and_then(|rest| rest.strip_suffix(')'));
        let inner = inner.with_context(|| format!("the runner only knows label_values, not {query}"))?;
        // The selector may hold commas, the label none.
        let (selector, label) =
            inner.rsplit_once(',').map_or((None, inner), |(selector, label)| (Some(selector), label));
        let seconds = |time_ms: i64| (time_ms / 1_000).to_string();
        let mut question = Question::new(format!("/api/v1/label/{}/values", label.trim()))
            .with("start", seconds(scope.range.from_ms))
            .with("end", seconds(scope.range.to_ms));
        if let Some(selector) = selector {
            question = question.with("match[]", selector.trim());
        }
        let reply = self.client.ask(&question).await?;
        anyhow::ensure!(reply.status == 200, "{}: {}", reply.status, reply.body);
        let values = reply.body.get("data").and_then(Value::as_array).context("an answer without data")?;
        Ok(values.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }
}

fn series(json: &Value) -> Result<Series> {
    let labels = json.get("metric").and_then(Value::as_object).context("a series without labels")?;
    let labels =
        labels.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()));
    let points = match (json.get("value"), json.get("values").and_then(Value::as_array)) {
        (Some(one), _) => vec![point(one)?],
        (None, Some(many)) => many.iter().map(point).collect::<Result<_>>()?,
        (None, None) => bail!("a series without values"),
    };
    Ok((labels.collect(), points))
}

fn point(json: &Value) -> Result<(i64, Value)> {
    let time = json.get(0).and_then(Value::as_f64).context("a point without a time")?;
    let value: f64 = json.get(1).and_then(Value::as_str).context("a point without a value")?.parse()?;
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of a time fit")]
    let time_ms = (time * 1e3).round() as i64;
    Ok((time_ms, Value::from(value)))
}

fn of_series((labels, points): Series, target: &Target) -> Frame {
    let display_name = legend(&labels, target.text("legendFormat"));
    let (times, values) = points.into_iter().map(|(time, value)| (Value::from(time), value)).unzip();
    let value =
        Field { labels, display_name: Some(display_name), ..Field::new("Value", Kind::Number, values) };
    Frame { ref_id: target.ref_id.clone(), fields: vec![Field::new("Time", Kind::Time, times), value] }
}

/// A row for each series, a column for each label.
fn of_table(series: Vec<Series>, target: &Target) -> Frame {
    let mut names: Vec<String> = series.iter().flat_map(|(labels, _)| labels.keys().cloned()).collect();
    names.sort();
    names.dedup();
    let last = |points: &[(i64, Value)]| points.last().cloned().unwrap_or((0, Value::Null));
    let time = series.iter().map(|(_, points)| Value::from(last(points).0)).collect();
    let value = series.iter().map(|(_, points)| last(points).1).collect();
    let mut fields = vec![Field::new("Time", Kind::Time, time)];
    fields.extend(names.into_iter().map(|name| {
        let values = series
            .iter()
            .map(|(labels, _)| labels.get(&name).map_or(Value::Null, |text| Value::from(text.as_str())));
        let values = values.collect();
        Field::new(name, Kind::String, values)
    }));
    fields.push(Field::new("Value", Kind::Number, value));
    Frame { ref_id: target.ref_id.clone(), fields }
}

/// The legend: `{{label}}` in a text, or the labels as PromQL writes them.
fn legend(labels: &BTreeMap<String, String>, format: Option<&str>) -> String {
    match format {
        None | Some("" | "__auto") => {
            let pairs = labels.iter().filter(|(name, _)| *name != "__name__");
            let pairs: Vec<_> = pairs.map(|(name, value)| format!("{name}={value:?}")).collect();
            let name = labels.get("__name__").map_or("", String::as_str);
            format!("{name}{{{}}}", pairs.join(", "))
        }
        Some(format) => {
            let mut written = format.to_owned();
            while let Some((before, rest)) = written.split_once("{{") {
                let Some((label, behind)) = rest.split_once("}}") else { break };
                let value = labels.get(label.trim()).map_or("", String::as_str);
                written = format!("{before}{value}{behind}");
            }
            written
        }
    }
}
