//! The provisioning files: what they name is there, and what Grafana would do with them is what the runner assumes.

use std::collections::BTreeSet;
use std::path::PathBuf;

use firefly_tests::grafana::alert::AlertRule;
use firefly_tests::grafana::{DataSourceKind, provisioning};
use serde_json::Value;

use super::world::dashboards;

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../grafana/provisioning").join(name)
}

/// The environment of the contract.
pub fn environment(name: &str) -> Option<String> {
    let value = match name {
        "FIREFLY_PROMETHEUS_URL" => "https://prometheus.example",
        "FIREFLY_JAEGER_URL" => "https://jaeger.example",
        "FIREFLY_READ_KEY" => "a$read$key",
        "FIREFLY_DATABASE_HOST" => "db.example:5432",
        "FIREFLY_DATABASE_NAME" => "firefly",
        "FIREFLY_READ_PASSWORD" => "pa$$word",
        "FIREFLY_DATABASE_SSLMODE" => "verify-full",
        _ => return None,
    };
    Some(value.to_owned())
}

/// All rules of the checkout.
pub fn rules() -> Vec<AlertRule> {
    let files = provisioning::read_folder(&folder("alerting")).unwrap();
    let rules: Vec<_> = files
        .iter()
        .filter(|file| file.get("groups").is_some())
        .flat_map(|file| AlertRule::of_file(file, &environment).unwrap())
        .collect();
    assert!(!rules.is_empty());
    rules
}

#[test]
fn data_sources_are_those_that_dashboards_ask() {
    let files = provisioning::read_folder(&folder("datasources")).unwrap();
    let sources: Vec<_> =
        files.iter().flat_map(|file| provisioning::data_sources(file, &environment).unwrap()).collect();
    let kinds: Vec<_> = sources.iter().map(|(uid, source, _)| (uid.as_str(), source.kind)).collect();
    let expected = [
        ("firefly-metrics", DataSourceKind::Prometheus),
        ("firefly-traces", DataSourceKind::Jaeger),
        ("firefly-sql", DataSourceKind::Sql),
    ];
    assert_eq!(kinds, expected);
    let get = |uid: &str, path: &str| {
        let (_, _, json) = sources.iter().find(|(known, _, _)| known == uid).unwrap();
        json.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    assert_eq!(get("firefly-metrics", "/url"), "https://prometheus.example");
    assert_eq!(get("firefly-metrics", "/secureJsonData/basicAuthPassword"), "a$read$key");
    assert_eq!(get("firefly-sql", "/jsonData/database"), "firefly");
    assert_eq!(get("firefly-sql", "/secureJsonData/password"), "pa$$word");
    // A minute between points, as the runner assumes.
    for (uid, source, _) in sources.iter().filter(|(_, source, _)| source.kind != DataSourceKind::Jaeger) {
        let interval = source.min_interval.as_deref().unwrap_or_default();
        assert_eq!(firefly_tests::grafana::parse_interval(interval).unwrap(), 60_000, "{uid}");
    }
}

#[test]
fn queries_from_spans_keep_their_tags() {
    let files = provisioning::read_folder(&folder("datasources")).unwrap();
    for file in &files {
        for (uid, _, json) in provisioning::data_sources(file, &environment).unwrap() {
            let queries = json.pointer("/jsonData/tracesToMetrics/queries").and_then(Value::as_array);
            for query in queries.into_iter().flatten() {
                let text = query["query"].as_str().unwrap();
                assert!(text.contains("$__tags") && !text.contains("$$"), "{uid}: {text}");
            }
        }
    }
}

#[test]
fn alert_rules_have_what_is_mandatory_and_lead_to_dashboards() {
    let (rules, dashboards) = (rules(), dashboards());
    let uids: BTreeSet<_> = rules.iter().map(|rule| &rule.uid).collect();
    assert_eq!(uids.len(), rules.len(), "two rules have one uid");
    for rule in &rules {
        let AlertRule { uid, .. } = rule;
        assert!(uid.len() <= 40, "{uid}");
        assert!(rule.steps.iter().any(|step| step.ref_id == rule.condition), "{uid}");
        assert!(["OK", "NoData", "Alerting", "KeepLast"].contains(&rule.no_data_state.as_str()), "{uid}");
        assert!(rule.annotations.contains_key("summary"), "{uid} has no summary");
        let letters: BTreeSet<_> = rule.steps.iter().map(|step| step.ref_id.clone()).collect();
        assert!(rule.mentioned_values().is_subset(&letters), "{uid}: {:?}", rule.mentioned_values());
        for text in rule.annotations.values().filter(|text| text.contains("/d/") || text.contains("}}d/")) {
            let (_, path) = text.split_once("d/").unwrap();
            let there = path.split(['?', '/', ' ']).next().unwrap();
            assert!(dashboards.iter().any(|dashboard| dashboard.uid == there), "{uid}: there is no {there}");
        }
    }
}
