//! The data sources that dashboards ask.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use super::jaeger::JaegerSource;
use super::prometheus::PrometheusSource;
use super::sql::SqlSource;

/// A kind of data source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataSourceKind {
    /// PostgreSQL.
    Sql,
    /// Prometheus.
    Prometheus,
    /// Jaeger.
    Jaeger,
}

impl DataSourceKind {
    /// The kind that a plugin's id names.
    ///
    /// # Errors
    ///
    /// If the runner does not know the plugin.
    pub fn of_plugin(id: &str) -> Result<Self> {
        Ok(match id {
            "postgres" | "grafana-postgresql-datasource" => Self::Sql,
            "prometheus" => Self::Prometheus,
            "jaeger" => Self::Jaeger,
            _ => anyhow::bail!("plugin {id:?} is not known to the runner"),
        })
    }

    /// The shortest step where neither the panel nor the data source has one.
    pub(super) fn default_interval(self) -> &'static str {
        match self {
            Self::Sql => "1m",
            Self::Prometheus => "15s",
            Self::Jaeger => "1ms",
        }
    }
}

/// What is known of one data source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSource {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: DataSourceKind,
    /// `jsonData.timeInterval`.
    pub min_interval: Option<String>,
}

/// The data sources, and the ways to them.
#[derive(Debug)]
pub struct Sources {
    /// By uid.
    pub known: BTreeMap<String, DataSource>,
    /// The database.
    pub sql: SqlSource,
    /// The `prometheus` function.
    pub prometheus: PrometheusSource,
    /// The `jaeger` function.
    pub jaeger: JaegerSource,
}

impl Sources {
    /// Firefly's three data sources, with a minute between points.
    pub fn firefly(sql: SqlSource, prometheus: PrometheusSource, jaeger: JaegerSource) -> Self {
        let source = |uid: &str, kind| {
            let min_interval = (kind != DataSourceKind::Jaeger).then(|| "1m".to_owned());
            (uid.to_owned(), DataSource { name: uid.to_owned(), kind, min_interval })
        };
        let known = BTreeMap::from([
            source("firefly-sql", DataSourceKind::Sql),
            source("firefly-metrics", DataSourceKind::Prometheus),
            source("firefly-traces", DataSourceKind::Jaeger),
        ]);
        Self { known, sql, prometheus, jaeger }
    }

    /// The data source of a uid.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn get(&self, uid: &str) -> Result<&DataSource> {
        self.known.get(uid).with_context(|| format!("there is no data source {uid:?}"))
    }
}
