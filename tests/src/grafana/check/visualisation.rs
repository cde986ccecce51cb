//! The fields that each visualisation needs.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Emptiness;
use crate::grafana::frame::{Field, Frame, Kind};
use crate::grafana::interval::{Interval, parse_interval};
use crate::grafana::run::PanelAnswer;

/// How far the parts of a node's ring may be from a whole.
const ARC_TOLERANCE: f64 = 1e-6;

pub(super) fn problems(answer: &PanelAnswer, emptiness: Emptiness) -> Vec<String> {
    let panel = &answer.panel;
    let frames: Vec<&Frame> = answer.frames().collect();
    let filled: Vec<&Frame> = frames.iter().copied().filter(|frame| !frame.is_empty()).collect();
    let mut problems = Vec::new();
    match panel.kind.as_str() {
        "text" | "row" | "alertlist" | "annolist" | "dashlist" => return problems,
        _ if panel.targets.is_empty() => return vec!["it has no query".into()],
        "timeseries" | "trend" => {
            problems.extend(filled.iter().flat_map(|frame| time_series(frame, answer)));
        }
        "state-timeline" | "heatmap" | "histogram" => {
            problems.extend(filled.iter().flat_map(|frame| has_time(frame)))
        }
        "stat" | "gauge" | "bargauge" | "piechart" => {
            problems.extend(filled.iter().flat_map(|frame| has_number(frame)))
        }
        "barchart" => problems.extend(filled.iter().flat_map(|frame| bars(frame))),
        "table" => problems.extend(frames.iter().flat_map(|frame| columns(frame))),
        "nodeGraph" => problems.extend(graph(&frames)),
        "traces" => problems.extend(filled.first().map(|frame| trace(frame)).unwrap_or_default()),
        other => problems.push(format!("visualisation {other:?} is not known to the runner")),
    }
    let shows_something = filled.iter().any(|frame| frame.fields.iter().any(shows));
    if !shows_something && emptiness == Emptiness::AsDescribed && !panel.may_be_empty() {
        problems
            .push(format!("it shows nothing, and its description does not say when: {}", queries(answer)));
    }
    problems
}

fn queries(answer: &PanelAnswer) -> String {
    answer.targets.iter().map(|target| target.query.as_str()).collect::<Vec<_>>().join("\n")
}

/// Whether somebody sees it: a time alone says nothing.
fn shows(field: &Field) -> bool {
    field.kind != Kind::Time && field.has_values()
}

fn time_series(frame: &Frame, answer: &PanelAnswer) -> Vec<String> {
    let mut problems = has_time(frame);
    problems.extend(has_number(frame));
    let times: Vec<i64> = frame
        .first_of(Kind::Time)
        .map(|field| field.values.iter().filter_map(Value::as_i64).collect())
        .unwrap_or_default();
    // The first step may begin before the range: steps are aligned.
    let shortest = answer.panel.min_interval.as_deref().and_then(|text| parse_interval(text).ok());
    let step = Interval::calculate(
        answer.range.length_ms(),
        answer.panel.max_data_points,
        shortest.unwrap_or(60_000),
    );
    let outside = times.iter().find(|time| {
        **time < answer.range.from_ms - step.ms.max(86_400_000 * i64::from(is_daily(answer)))
            || **time > answer.range.to_ms
    });
    if let Some(time) = outside {
        problems.push(format!("a point at {time} is outside of {:?}", answer.range));
    }
    problems
}

/// Whether a query groups by days, whose first begins up to a day before the range.
fn is_daily(answer: &PanelAnswer) -> bool {
    answer.targets.iter().any(|target| target.query.contains("1 day") || target.query.contains("'1d'"))
}

fn has_time(frame: &Frame) -> Vec<String> {
    let Some(time) = frame.first_of(Kind::Time) else {
        return vec![format!("query {} has no field of time", frame.ref_id)];
    };
    let mut problems = Vec::new();
    if time.values.iter().any(Value::is_null) {
        problems.push(format!("field {} has times that are null", time.name));
    }
    if !time.values.is_sorted_by_key(|value| value.as_i64()) {
        problems.push(format!("field {} is not in the order of time", time.name));
    }
    problems
}

fn has_number(frame: &Frame) -> Vec<String> {
    if frame.first_of(Kind::Number).is_some() {
        return Vec::new();
    }
    vec![format!("query {} has no field of numbers", frame.ref_id)]
}

fn bars(frame: &Frame) -> Vec<String> {
    let mut problems = has_number(frame);
    if frame.first_of(Kind::String).or(frame.first_of(Kind::Time)).is_none() {
        problems.push(format!("query {} has no field that names the bars", frame.ref_id));
    }
    problems
}

fn columns(frame: &Frame) -> Vec<String> {
    let names: BTreeSet<_> = frame.fields.iter().map(|field| &field.name).collect();
    let mut problems = Vec::new();
    if names.len() < frame.fields.len() {
        problems.push(format!("query {} has two columns of one name", frame.ref_id));
    }
    if frame.fields.is_empty() {
        problems.push(format!("query {} has no columns", frame.ref_id));
    }
    problems
}

fn texts<'a>(frame: &'a Frame, name: &str) -> Option<Vec<&'a str>> {
    Some(frame.field(name)?.values.iter().map(|value| value.as_str().unwrap_or_default()).collect())
}

fn graph(frames: &[&Frame]) -> Vec<String> {
    let is_edges = |frame: &&&Frame| frame.field("source").is_some() && frame.field("target").is_some();
    let nodes = frames.iter().find(|frame| frame.field("id").is_some() && !is_edges(frame));
    let (Some(nodes), Some(edges)) = (nodes, frames.iter().find(is_edges)) else {
        return vec!["a node graph needs a frame of nodes (id) and one of edges (id, source, target)".into()];
    };
    let mut problems = Vec::new();
    if edges.field("id").is_none() {
        problems.push("edges have no id".into());
    }
    for (frame, what) in [(nodes, "nodes"), (edges, "edges")] {
        let ids = texts(frame, "id").unwrap_or_default();
        let unique: BTreeSet<_> = ids.iter().collect();
        if unique.len() < ids.len() {
            problems.push(format!("two {what} have one id"));
        }
    }
    let ids: BTreeSet<_> = texts(nodes, "id").unwrap_or_default().into_iter().collect();
    for end in ["source", "target"] {
        let ends = texts(edges, end).unwrap_or_default();
        let lost = ends.iter().find(|end| !ids.contains(*end));
        problems.extend(lost.map(|lost| format!("the {end} {lost:?} of an edge is no node")));
    }
    let arcs: Vec<&Field> = nodes.fields.iter().filter(|field| field.name.starts_with("arc__")).collect();
    for row in 0..if arcs.is_empty() { 0 } else { nodes.len() } {
        let sum: f64 = arcs.iter().filter_map(|arc| arc.values.get(row)).filter_map(Value::as_f64).sum();
        if (sum - 1.0).abs() > ARC_TOLERANCE {
            problems.push(format!("the arcs of node {row} add up to {sum}"));
        }
    }
    problems
}

fn trace(frame: &Frame) -> Vec<String> {
    let needed =
        ["traceID", "spanID", "parentSpanID", "operationName", "serviceName", "startTime", "duration"];
    let missing = needed.into_iter().filter(|name| frame.field(name).is_none());
    let mut problems: Vec<_> = missing.map(|name| format!("a trace has no field {name}")).collect();
    let ids: BTreeSet<_> = texts(frame, "traceID").unwrap_or_default().into_iter().collect();
    if ids.len() != 1 {
        problems.push(format!("one trace is shown, not {}", ids.len()));
    }
    problems
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn frame(fields: &[(&str, Kind, Value)]) -> Frame {
        let field = |(name, kind, values): &(&str, Kind, Value)| {
            Field::new(*name, *kind, values.as_array().unwrap().clone())
        };
        Frame { ref_id: "A".into(), fields: fields.iter().map(field).collect() }
    }

    #[test]
    fn a_graph_has_nodes_at_both_ends_of_each_edge_and_whole_rings() {
        let nodes = frame(&[
            ("id", Kind::String, json!(["a", "b"])),
            ("arc__ok", Kind::Number, json!([1, 0.75])),
            ("arc__error", Kind::Number, json!([0, 0.25])),
        ]);
        let edges = |target: &str| {
            frame(&[
                ("id", Kind::String, json!(["1"])),
                ("source", Kind::String, json!(["a"])),
                ("target", Kind::String, json!([target])),
            ])
        };
        assert!(graph(&[&nodes, &edges("b")]).is_empty());
        assert_eq!(graph(&[&nodes, &edges("c")]), ["the target \"c\" of an edge is no node"]);
        assert_eq!(graph(&[&nodes]).len(), 1);
        let half =
            frame(&[("id", Kind::String, json!(["a", "b"])), ("arc__ok", Kind::Number, json!([1, 0.5]))]);
        assert_eq!(graph(&[&half, &edges("b")]), ["the arcs of node 1 add up to 0.5"]);
    }

    #[test]
    fn times_are_there_and_in_order() {
        assert!(has_time(&frame(&[("time", Kind::Time, json!([1, 2, 2]))])).is_empty());
        assert_eq!(has_time(&frame(&[("time", Kind::Time, json!([2, 1]))])).len(), 1);
        assert_eq!(has_time(&frame(&[("time", Kind::Number, json!([1]))])).len(), 1);
    }
}
