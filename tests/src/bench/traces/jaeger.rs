//! The jaeger function, on a database that is there already.

use anyhow::Result;

use crate::bench::function::Running;
use crate::jaeger_client::JaegerClient;
use crate::test_database::TestDatabase;

pub(super) const NAME: &str = "jaeger";

/// A function that answers questions.
pub(super) struct JaegerFunction {
    pub(super) function: Running,
}

impl JaegerFunction {
    /// Opens the function's URL. The first question starts the process.
    pub(super) async fn start(database: &TestDatabase) -> Result<Self> {
        let url = database.read_url();
        let environment = [("DATABASE_URL", url.as_str()), ("FIREFLY_READ_OPEN", "true")];
        Ok(Self { function: Running::start(NAME, &environment).await? })
    }

    pub(super) fn client(&self) -> Result<JaegerClient> {
        JaegerClient::new(&self.function.url())
    }
}
