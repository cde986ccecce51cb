//! The Jaeger data source: traces by id, searches, and the dependency graph, as frames.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};
use url::Url;

use super::frame::{Field, Frame, Kind};
use super::panel::Target;
use super::template::{Flavour, Scope, expand};
use crate::jaeger_client::JaegerClient;

/// Traces that a search gives at most, unless it says another number.
const DEFAULT_LIMIT: &str = "20";

/// The way to a Jaeger.
#[derive(Debug, Clone)]
pub struct JaegerSource {
    client: JaegerClient,
    url: Url,
}

impl JaegerSource {
    /// Asks through a client of this base URL.
    ///
    /// # Errors
    ///
    /// If it is no URL.
    pub fn new(client: JaegerClient, url: &str) -> Result<Self> {
        Ok(Self { client, url: Url::parse(&format!("{}/", url.trim_end_matches('/')))? })
    }

    /// Asks one query of a panel. Gives what was asked, and the answer.
    pub(super) async fn ask(&self, target: &Target, scope: Scope<'_>) -> (String, Result<Vec<Frame>>) {
        let scope = Scope { flavour: Flavour::Plain, ..scope };
        match self.question(target, scope) {
            Err(error) => (String::new(), Err(error)),
            // A trace that nobody has chosen.
            Ok(None) => (String::new(), Ok(Vec::new())),
            Ok(Some(url)) => {
                let asked = url.to_string();
                (asked, self.answer(target, url).await)
            }
        }
    }

    fn question(&self, target: &Target, scope: Scope<'_>) -> Result<Option<Url>> {
        let text = |key: &str| target.text(key).map(|text| expand(text, scope)).transpose();
        let (from, to) = (scope.range.from_ms, scope.range.to_ms);
        let mut url;
        let mut parameters: Vec<(&str, String)> = Vec::new();
        match target.text("queryType").unwrap_or_default() {
            "" => {
                let id = text("query")?.unwrap_or_default();
                let id = id.trim();
                if id.is_empty() {
                    return Ok(None);
                }
                url = self.url.join("api/traces/")?;
                url.path_segments_mut().ok().context("a URL without a path")?.pop_if_empty().push(id);
                parameters.extend([("start", from.to_string()), ("end", to.to_string())]);
            }
            "search" => {
                url = self.url.join("api/traces")?;
                let service = text("service")?.filter(|service| !service.is_empty());
                parameters.push(("service", service.context("a search without a service")?));
                for key in ["operation", "minDuration", "maxDuration"] {
                    parameters.extend(text(key)?.filter(|text| !text.is_empty()).map(|text| (key, text)));
                }
                if let Some(tags) = text("tags")?.filter(|tags| !tags.trim().is_empty()) {
                    parameters.push(("tags", serde_json::to_string(&logfmt(&tags))?));
                }
                let limit = target.json.get("limit").and_then(Value::as_i64);
                parameters.push(("limit", limit.map_or(DEFAULT_LIMIT.to_owned(), |limit| limit.to_string())));
                parameters.extend([("start", (from * 1_000).to_string()), ("end", (to * 1_000).to_string())]);
            }
            "dependencyGraph" => {
                url = self.url.join("api/dependencies")?;
                parameters.extend([("endTs", to.to_string()), ("lookback", (to - from).to_string())]);
            }
            other => bail!("queryType {other:?} is not known to the runner"),
        }
        url.query_pairs_mut().extend_pairs(parameters);
        Ok(Some(url))
    }

    async fn answer(&self, target: &Target, url: Url) -> Result<Vec<Frame>> {
        let Some(body) = self.client.body(url).await? else { bail!("404: trace not found") };
        let data: Value = self.client.data(&body)?;
        let data = data.as_array().cloned().unwrap_or_default();
        let ref_id = &target.ref_id;
        Ok(match target.text("queryType").unwrap_or_default() {
            "search" => vec![searched(&data, ref_id)],
            "dependencyGraph" => dependencies(&data, ref_id),
            _ => data.first().map(|trace| of_trace(trace, ref_id)).unwrap_or_default(),
        })
    }
}

/// `key=value other="two words"` as an object of texts.
fn logfmt(text: &str) -> Map<String, Value> {
    let (mut pairs, mut rest) = (Map::new(), text.trim());
    while let Some((key, tail)) = rest.split_once('=') {
        let (value, behind) = match tail.strip_prefix('"').and_then(|tail| tail.split_once('"')) {
            Some((value, behind)) => (value, behind),
            None => tail.split_once(' ').unwrap_or((tail, "")),
        };
        pairs.insert(key.trim().to_owned(), Value::from(value));
        rest = behind.trim_start();
    }
    pairs
}

fn texts(name: &str, values: impl Iterator<Item = Value>) -> Field {
    Field::new(name, Kind::String, values.collect())
}

fn numbers(name: &str, values: impl Iterator<Item = Value>) -> Field {
    Field::new(name, Kind::Number, values.collect())
}

/// Microseconds, as Jaeger counts, in milliseconds.
fn ms(value: Option<&Value>) -> Value {
    value.and_then(Value::as_f64).map_or(Value::Null, |micros| Value::from(micros / 1e3))
}

fn spans(trace: &Value) -> impl Iterator<Item = &Value> {
    trace.get("spans").and_then(Value::as_array).into_iter().flatten()
}

fn parent(span: &Value) -> Option<&str> {
    let references = span.get("references").and_then(Value::as_array)?;
    let is_parent = |reference: &&Value| reference.get("refType").and_then(Value::as_str) == Some("CHILD_OF");
    references.iter().find(is_parent)?.get("spanID")?.as_str()
}

fn service<'a>(trace: &'a Value, span: &Value) -> Option<&'a str> {
    let process = span.get("processID")?.as_str()?;
    trace.get("processes")?.get(process)?.get("serviceName")?.as_str()
}

/// The spans, and behind them the nodes and edges that the option "Node graph" draws.
fn of_trace(trace: &Value, ref_id: &str) -> Vec<Frame> {
    let of =
        |key: &str| spans(trace).map(|span| span.get(key).cloned().unwrap_or_default()).collect::<Vec<_>>();
    let services = || spans(trace).map(|span| service(trace, span).map_or(Value::Null, Value::from));
    let started = spans(trace).map(|span| ms(span.get("startTime")));
    let written = |key: &str| of(key).into_iter().map(|value| Value::from(value.to_string()));
    let frame = |fields| Frame { ref_id: ref_id.to_owned(), fields };
    let traced = vec![
        texts("traceID", of("traceID").into_iter()),
        texts("spanID", of("spanID").into_iter()),
        texts("parentSpanID", spans(trace).map(|span| parent(span).map_or(Value::Null, Value::from))),
        texts("operationName", of("operationName").into_iter()),
        texts("serviceName", services()),
        Field::new("startTime", Kind::Time, started.collect()),
        numbers("duration", spans(trace).map(|span| ms(span.get("duration")))),
        texts("logs", written("logs")),
        texts("tags", written("tags")),
    ];
    let nodes = vec![
        texts("id", of("spanID").into_iter()),
        texts("title", services()),
        texts("subtitle", of("operationName").into_iter()),
        numbers("mainstat", spans(trace).map(|span| ms(span.get("duration")))),
    ];
    let parents: Vec<_> =
        spans(trace).filter_map(|span| Some((parent(span)?, span.get("spanID")?.as_str()?))).collect();
    let edges = vec![
        texts("id", parents.iter().map(|(parent, span)| Value::from(format!("{parent}--{span}")))),
        texts("target", parents.iter().map(|(_, span)| Value::from(*span))),
        texts("source", parents.iter().map(|(parent, _)| Value::from(*parent))),
    ];
    vec![frame(traced), frame(nodes), frame(edges)]
}

/// The first span to start of each trace found.
fn searched(traces: &[Value], ref_id: &str) -> Frame {
    let number = |span: &Value, key: &str| span.get(key).and_then(Value::as_i64).unwrap_or_default();
    let rows: Vec<[Value; 4]> = traces
        .iter()
        .filter_map(|trace| {
            let first = spans(trace).min_by_key(|span| number(span, "startTime"))?;
            let end = spans(trace).map(|span| number(span, "startTime") + number(span, "duration")).max()?;
            let name = format!(
                "{}: {}",
                service(trace, first)?,
                first.get("operationName").and_then(Value::as_str).unwrap_or_default()
            );
            let start = number(first, "startTime");
            Some([trace.get("traceID").cloned()?, json!(name), json!(start / 1_000), json!(end - start)])
        })
        .collect();
    let column = |index: usize| rows.iter().map(move |row| row[index].clone()).collect();
    Frame {
        ref_id: ref_id.to_owned(),
        fields: vec![
            Field::new("traceID", Kind::String, column(0)),
            Field::new("traceName", Kind::String, column(1)),
            Field::new("startTime", Kind::Time, column(2)),
            Field::new("duration", Kind::Number, column(3)),
        ],
    }
}

fn dependencies(edges: &[Value], ref_id: &str) -> Vec<Frame> {
    let of =
        |key: &str| edges.iter().map(|edge| edge.get(key).cloned().unwrap_or_default()).collect::<Vec<_>>();
    let (parents, children) = (of("parent"), of("child"));
    let services: BTreeMap<String, ()> =
        parents.iter().chain(&children).filter_map(Value::as_str).map(|name| (name.to_owned(), ())).collect();
    let nodes = vec![
        texts("id", services.keys().map(|name| Value::from(name.as_str()))),
        texts("title", services.keys().map(|name| Value::from(name.as_str()))),
    ];
    let ids = parents.iter().zip(&children).map(|(parent, child)| Value::from(format!("{parent}--{child}")));
    let graph = vec![
        texts("id", ids),
        texts("source", parents.iter().cloned()),
        texts("target", children.iter().cloned()),
        numbers("mainstat", of("callCount").into_iter()),
    ];
    let frame = |fields| Frame { ref_id: ref_id.to_owned(), fields };
    vec![frame(nodes), frame(graph)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_as_logfmt() {
        let tags = logfmt(r#"error=true  faas.name="o'hara drop" x=1"#);
        assert_eq!(Value::from(tags), json!({"error": "true", "faas.name": "o'hara drop", "x": "1"}));
    }
}
