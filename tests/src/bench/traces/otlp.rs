//! The otlp function, on a database of its own.

use anyhow::{Context, Result};

use crate::bench::function::Running;
use crate::otlp_exporter::{ExportBody, Exporter};
use crate::test_database::TestDatabase;

pub(super) const NAME: &str = "otlp";

/// A function and who exports to it.
pub(super) struct Otlp {
    pub(super) function: Running,
    exporter: Exporter,
}

impl Otlp {
    /// Opens the function's URL. The first export starts the process.
    pub(super) async fn start(database: &TestDatabase) -> Result<Self> {
        let url = database.ingest_url();
        let environment =
            [("DATABASE_URL", url.as_str()), ("FIREFLY_INGEST_OPEN", "true"), ("FIREFLY_MAX_AGE_DAYS", "40")];
        let function = Running::start(NAME, &environment).await?;
        let exporter = Exporter::new(&function.url())?;
        Ok(Self { function, exporter })
    }

    pub(super) async fn export(&self, export: &ExportBody) -> Result<()> {
        let taken = self.exporter.export(export).await;
        taken.with_context(|| format!("the function did not take an export\n{}", self.function.log()))
    }
}
