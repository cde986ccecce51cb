//! Whether overrides and transformations are about fields that there are.

use serde_json::Value;

use crate::grafana::frame::Frame;
use crate::grafana::run::PanelAnswer;

/// Transformations whose fields are those of the queries.
const TRANSPARENT: [&str; 6] =
    ["merge", "sortBy", "limit", "concatenate", "filterByValue", "prepareTimeSeries"];

pub(super) fn problems(answer: &PanelAnswer) -> Vec<String> {
    let json = &answer.panel.json;
    let frames: Vec<&Frame> = answer.frames().collect();
    // A time series without points has no fields.
    if frames.is_empty() || frames.iter().any(|frame| frame.is_empty() && frame.fields.len() < 2) {
        return Vec::new();
    }
    let (names, mut problems) = names_shown(answer);
    for name in overridden(json) {
        let is_written = || {
            let quoted = [format!("'{name}'"), format!("\"{name}\"")];
            answer.targets.iter().any(|target| quoted.iter().any(|quoted| target.query.contains(quoted)))
        };
        if !names.contains(&name) && !is_written() {
            problems.push(format!("an override is about field {name:?}; there are {names:?}"));
        }
    }
    problems
}

/// The names of the fields behind all transformations, and what is wrong with those.
pub(super) fn names_shown(answer: &PanelAnswer) -> (Vec<String>, Vec<String>) {
    let mut names: Vec<String> =
        answer.frames().flat_map(|frame| &frame.fields).flat_map(|field| field.names()).collect();
    let problems = transformed(&answer.panel.json, &mut names);
    (names, problems)
}

/// The names that overrides match exactly.
fn overridden(json: &Value) -> Vec<String> {
    let overrides = json.pointer("/fieldConfig/overrides").and_then(Value::as_array).into_iter().flatten();
    let exact = overrides.filter(|of| of.pointer("/matcher/id").and_then(Value::as_str) == Some("byName"));
    exact.filter_map(|of| of.pointer("/matcher/options")?.as_str().map(str::to_owned)).collect()
}

/// Follows the names through the transformations.
fn transformed(json: &Value, names: &mut Vec<String>) -> Vec<String> {
    let mut problems = Vec::new();
    for transformation in json.get("transformations").and_then(Value::as_array).into_iter().flatten() {
        let id = transformation.get("id").and_then(Value::as_str).unwrap_or_default();
        let options = transformation.get("options").unwrap_or(&Value::Null);
        match id {
            "organize" => {
                for key in ["excludeByName", "indexByName", "renameByName"] {
                    let mentioned = options.get(key).and_then(Value::as_object).into_iter().flatten();
                    for (name, renamed) in mentioned {
                        if !names.contains(name) {
                            problems.push(format!("transformation organize is about field {name:?}"));
                        }
                        names.extend(renamed.as_str().map(str::to_owned));
                    }
                }
            }
            "calculateField" => names.extend(options.get("alias").and_then(Value::as_str).map(str::to_owned)),
            "timeSeriesTable" => {
                let trends: Vec<_> = names.iter().map(|name| format!("Trend #{name}")).collect();
                names.extend(trends);
                names.extend(('A'..='Z').map(|letter| format!("Trend #{letter}")));
            }
            "joinByField" => {
                let field = options.get("byField").and_then(Value::as_str).unwrap_or("Time");
                if !names.iter().any(|name| name == field) {
                    problems.push(format!("transformation joinByField is about field {field:?}"));
                }
                // Fields of one name are told apart by their query.
                let of_queries: Vec<_> = ('A'..='Z')
                    .flat_map(|letter| [format!("Value #{letter}"), format!("Time #{letter}")])
                    .collect();
                names.extend(of_queries);
            }
            known if TRANSPARENT.contains(&known) => {
                names.extend(('A'..='Z').map(|letter| format!("Value #{letter}")));
            }
            "labelsToFields" | "reduce" | "groupBy" | "renameByRegex" | "filterFieldsByName" => {}
            unknown => problems.push(format!("transformation {unknown:?} is not known to the runner")),
        }
    }
    problems
}
