//! The PostgreSQL data source's way to the database.

use std::error::Error;
use std::pin::pin;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use futures_util::TryStreamExt;
use serde_json::Value;
use tokio_postgres::Client;
use url::Url;

use super::frame::Kind;
use super::sql_value::{Raw, kind};
use crate::test_database::connect;

/// A connection as Grafana's role, and the data source's settings.
#[derive(Debug)]
pub struct SqlSource {
    client: Client,
    /// The option "TimescaleDB", which `$__timeGroup` goes by.
    pub is_timescale: bool,
}

/// Rows as they came.
#[derive(Debug)]
pub(super) struct Table {
    pub columns: Vec<(String, Kind)>,
    pub rows: Vec<Vec<Value>>,
}

impl SqlSource {
    /// Connects, with a limit for each statement. The option "TimescaleDB" is on if the database has the extension.
    ///
    /// # Errors
    ///
    /// If there is no connection to be had.
    pub async fn connect(url: &Url, timeout: Duration) -> Result<Self> {
        let client = connect(url).await?;
        client.batch_execute(&format!("SET statement_timeout = {}", timeout.as_millis())).await?;
        let extension = "SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'";
        let is_timescale = client.query_opt(extension, &[]).await?.is_some();
        Ok(Self { client, is_timescale })
    }

    /// Asks one statement.
    pub(super) async fn query(&self, sql: &str) -> Result<Table> {
        let statement = self.client.prepare(sql).await.map_err(told)?;
        let columns = statement.columns();
        let parameters: [&str; 0] = [];
        let mut rows = pin!(self.client.query_raw(&statement, parameters).await.map_err(told)?);
        let mut read = Vec::new();
        while let Some(row) = rows.try_next().await.map_err(told)? {
            let cells = columns.iter().enumerate().map(|(index, column)| {
                let raw: Raw = row.try_get(index)?;
                raw.value(column.type_()).with_context(|| format!("column {}", column.name()))
            });
            read.push(cells.collect::<Result<Vec<_>>>()?);
        }
        let columns = columns.iter().map(|column| (column.name().to_owned(), kind(column.type_())));
        Ok(Table { columns: columns.collect(), rows: read })
    }
}

/// The server's own words, which the error itself does not print.
fn told(error: tokio_postgres::Error) -> anyhow::Error {
    match error.as_db_error() {
        Some(database) => {
            let position =
                database.position().map(|position| format!(" at {position:?}")).unwrap_or_default();
            anyhow!("{} ({}){position}", database.message(), database.code().code())
        }
        None => {
            let cause = error.source().map(ToString::to_string).unwrap_or_default();
            anyhow!("{error}: {cause}")
        }
    }
}
