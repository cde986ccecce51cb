//! The options of a variable that is a query.

use anyhow::{Context, Result};
use serde_json::Value;

use super::datasource::{DataSourceKind, Sources};
use super::macros::expand_macros;
use super::sql::Table;
use super::template::{Flavour, Scope, expand};

/// Asks for the values, in the order in which they come.
pub(super) async fn find(
    source: &str,
    query: &str,
    sources: &Sources,
    scope: Scope<'_>,
) -> Result<Vec<String>> {
    let uid = expand(source, Scope { flavour: Flavour::Plain, ..scope })?;
    match sources.get(&uid)?.kind {
        DataSourceKind::Sql => {
            let sql = expand(query, Scope { flavour: Flavour::Sql, ..scope })?;
            let sql = expand_macros(&sql, scope.range, sources.sql.is_timescale)?;
            let rows = sources.sql.query(&sql).await.with_context(|| sql.clone())?;
            Ok(values(&rows))
        }
        DataSourceKind::Prometheus => sources.prometheus.label_values(query, scope).await,
        DataSourceKind::Jaeger => anyhow::bail!("the Jaeger data source has no queries for variables"),
    }
}

/// The column `__value`, or every column one after the other.
fn values(rows: &Table) -> Vec<String> {
    let named = rows.columns.iter().position(|(name, _)| name == "__value");
    let columns = match named {
        Some(index) => index..index + 1,
        None => 0..rows.columns.len(),
    };
    let cells = columns.flat_map(|column| rows.rows.iter().filter_map(move |row| row.get(column)));
    let texts = cells.filter_map(|cell| match cell {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    });
    texts.collect()
}
