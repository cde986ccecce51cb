//! Whether links lead to dashboards that there are, with variables that those have and fields that the panel has.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::overrides::names_shown;
use crate::grafana::dashboard::Dashboard;
use crate::grafana::run::PanelAnswer;
use crate::grafana::session::Session;
use crate::grafana::template::{Reference, references};

/// Built-ins that may stand in links and titles.
const BUILT_INS: [&str; 10] = [
    "__from",
    "__to",
    "__url_time_range",
    "__all_variables",
    "__value",
    "__field",
    "__series",
    "__interval",
    "__dashboard",
    "__timezone",
];

/// The dashboards that there are: the variables of each, by uid.
#[derive(Debug, Clone, Default)]
pub struct Catalogue(BTreeMap<String, BTreeSet<String>>);

impl Catalogue {
    /// Of these dashboards.
    pub fn of<'a>(dashboards: impl IntoIterator<Item = &'a Dashboard>) -> Self {
        let variables =
            |dashboard: &Dashboard| dashboard.variables.iter().map(|of| of.name.clone()).collect();
        Self(dashboards.into_iter().map(|of| (of.uid.clone(), variables(of))).collect())
    }
}

/// What is wrong with the links and titles of a panel.
pub(super) fn panel_problems(answer: &PanelAnswer, session: &Session, catalogue: &Catalogue) -> Vec<String> {
    let panel = &answer.panel;
    let here: BTreeSet<String> = session.variables_of(panel).into_keys().collect();
    let fields: BTreeSet<String> = match answer.frames().next() {
        Some(_) => names_shown(answer).0.into_iter().collect(),
        None => BTreeSet::new(),
    };
    let mut problems = Vec::new();
    for text in [&panel.title, &panel.description] {
        problems.extend(unknown(&references(text), &here));
    }
    for url in urls(&panel.json) {
        problems.extend(link(&url, &here, catalogue));
        for reference in references(&url).iter().filter(|reference| reference.name == "__data") {
            let Some(field) = reference.path.as_deref().and_then(field) else {
                problems.push(format!("{url}: ${{__data}} names no field"));
                continue;
            };
            if !fields.is_empty() && !fields.contains(&field) {
                problems.push(format!("{url}: there is no field {field:?} among {fields:?}"));
            }
        }
    }
    problems
}

/// What is wrong with a dashboard's own links.
pub fn check_dashboard_links(dashboard: &Dashboard, catalogue: &Catalogue) -> Vec<String> {
    let here: BTreeSet<String> = dashboard.variables.iter().map(|variable| variable.name.clone()).collect();
    let mut problems = Vec::new();
    for json in dashboard.json.get("links").and_then(Value::as_array).into_iter().flatten() {
        let Some(url) = json.get("url").and_then(Value::as_str).filter(|url| !url.is_empty()) else {
            continue;
        };
        let keeps_time = json.get("keepTime").and_then(Value::as_bool).unwrap_or(false);
        let found = link(url, &here, catalogue).into_iter();
        problems.extend(found.filter(|problem| !(keeps_time && problem.contains("range of time"))));
    }
    problems.iter().map(|problem| format!("links of {}: {problem}", dashboard.uid)).collect()
}

fn link(url: &str, here: &BTreeSet<String>, catalogue: &Catalogue) -> Vec<String> {
    let found = references(url);
    let mut problems = unknown(&found, here);
    if let Some(rest) = url.strip_prefix("/d/") {
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let uid = path.split('/').next().unwrap_or_default();
        let Some(there) = catalogue.0.get(uid) else {
            problems.push(format!("there is no dashboard {uid:?}"));
            return problems.iter().map(|problem| format!("{url}: {problem}")).collect();
        };
        let named = query.split('&').filter_map(|pair| pair.strip_prefix("var-")?.split('=').next());
        let passed = found.iter().filter(|reference| reference.format.as_deref() == Some("queryparam"));
        let passed = passed.map(|reference| reference.name.as_str());
        for variable in named.chain(passed).filter(|variable| !there.contains(*variable)) {
            problems.push(format!("dashboard {uid} has no variable {variable:?}"));
        }
        let has_range =
            found.iter().any(|reference| ["__url_time_range", "__from"].contains(&reference.name.as_str()));
        if !has_range && !query.contains("from=") {
            problems.push("the range of time is lost".into());
        }
        let fixed = query.split('&').find(|pair| pair.starts_with("from=now"));
        problems.extend(fixed.map(|pair| format!("the range of time is fixed: {pair}")));
    }
    problems.iter().map(|problem| format!("{url}: {problem}")).collect()
}

fn unknown(found: &[Reference], here: &BTreeSet<String>) -> Vec<String> {
    let is_known = |name: &str| name == "__data" || BUILT_INS.contains(&name) || here.contains(name);
    let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    let names = found.iter().map(|reference| reference.name.as_str());
    names
        .filter(|name| !is_known(name) && !is_number(name))
        .map(|name| format!("there is no variable {name:?}"))
        .collect()
}

/// `fields["X"]`, `fields.X` or `fields[X]`.
fn field(path: &str) -> Option<String> {
    let rest = path.strip_prefix("fields")?;
    let name = rest.strip_prefix('.').unwrap_or(rest).trim_start_matches('[').trim_end_matches(']');
    let name = name.trim_matches(['"', '\'']);
    (!name.is_empty()).then(|| name.to_owned())
}

/// The links of a panel, its fields and its overrides.
fn urls(panel: &Value) -> Vec<String> {
    let defaults = panel.pointer("/fieldConfig/defaults/links").and_then(Value::as_array);
    let overrides = panel.pointer("/fieldConfig/overrides").and_then(Value::as_array).into_iter().flatten();
    let properties = overrides.filter_map(|of| of.get("properties")?.as_array()).flatten();
    let of_overrides = properties
        .filter(|property| property.get("id").and_then(Value::as_str) == Some("links"))
        .filter_map(|property| property.get("value")?.as_array())
        .flatten();
    let own = panel.get("links").and_then(Value::as_array).into_iter().flatten();
    let links = own.chain(defaults.into_iter().flatten()).chain(of_overrides);
    links.filter_map(|link| link.get("url")?.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn catalogue() -> Catalogue {
        let dashboard = Dashboard::parse(json!({
            "uid": "trace", "title": "Trace", "templating": {"list": [{"name": "traceID", "type": "textbox"}]},
        }));
        Catalogue::of(&[dashboard.unwrap()])
    }

    #[test]
    fn a_link_leads_to_a_dashboard_its_variables_and_the_same_range() {
        let here = BTreeSet::from(["account".to_owned()]);
        let problems = |url: &str| link(url, &here, &catalogue()).len();
        assert_eq!(problems("/d/trace?var-traceID=${__data.fields[\"Trace\"]}&${__url_time_range}"), 0);
        assert_eq!(problems("/d/trace?var-trace=1&${__url_time_range}"), 1);
        assert_eq!(problems("/d/traces?${__url_time_range}"), 1);
        assert_eq!(problems("/d/trace?var-traceID=1"), 1);
        assert_eq!(problems("/d/trace?var-traceID=1&from=now-3h&to=now"), 1);
        assert_eq!(problems("/d/trace?${account:queryparam}&${__url_time_range}"), 1);
        assert_eq!(problems("/d/trace?var-traceID=${nothing}&${__url_time_range}"), 1);
        assert_eq!(problems("https://console.aws.amazon.com/?from=${__from}"), 0);
    }

    #[test]
    fn fields_are_named_in_each_way() {
        for path in ["fields[\"Trace id\"]", "fields['Trace id']", "fields.Trace id", "fields[Trace id]"] {
            assert_eq!(field(path).as_deref(), Some("Trace id"), "{path}");
        }
    }
}
