//! Provisioning files as Grafana reads them: YAML, with variables of the environment in its values.
//!
//! <https://grafana.com/docs/grafana/latest/administration/provisioning/>

mod environment;

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::datasource::{DataSource, DataSourceKind};

pub use environment::{expand_text, expand_values};

/// Reads a file without expanding anything.
///
/// # Errors
///
/// If it is no YAML.
pub fn read(path: &Path) -> Result<Value> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    yaml_serde::from_str(&text).with_context(|| path.display().to_string())
}

/// The YAML files of a folder, by name.
///
/// # Errors
///
/// If one is none.
pub fn read_folder(folder: &Path) -> Result<Vec<Value>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml"));
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

/// The data sources of a file, by uid, and what is said of each, expanded.
///
/// # Errors
///
/// If one lacks its uid or is of a kind that the runner does not know.
pub fn data_sources(
    file: &Value,
    environment: &impl Fn(&str) -> Option<String>,
) -> Result<Vec<(String, DataSource, Value)>> {
    let listed = file.get("datasources").and_then(Value::as_array).context("the file has no datasources")?;
    let read = |json: &Value| {
        let json = expand_values(json, environment)?;
        let text = |key: &str| json.get(key).and_then(Value::as_str).map(str::to_owned);
        let uid = text("uid").context("a data source has no uid")?;
        let kind = DataSourceKind::of_plugin(&text("type").context("a data source has no type")?)?;
        let min_interval = json.pointer("/jsonData/timeInterval").and_then(Value::as_str).map(str::to_owned);
        let name = text("name").context("a data source has no name")?;
        Ok((uid, DataSource { name, kind, min_interval }, json))
    };
    listed.iter().map(read).collect()
}
