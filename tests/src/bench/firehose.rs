//! The firehose function, on a database of its own.

use anyhow::Result;

use super::function::Running;
use crate::firehose_sender::{Delivery, Sender};
use crate::test_database::TestDatabase;

pub(super) const NAME: &str = "firehose";

/// A function and who sends to it.
pub(super) struct Firehose {
    pub(super) function: Running,
    sender: Sender,
}

impl Firehose {
    /// Opens the function's URL. The first delivery starts the process.
    pub(super) async fn start(database: &TestDatabase) -> Result<Self> {
        let url = database.ingest_url();
        let environment = [("DATABASE_URL", url.as_str()), ("FIREFLY_INGEST_OPEN", "true")];
        let function = Running::start(NAME, &environment).await?;
        let sender = Sender::new(function.url())?.gzip(true);
        Ok(Self { function, sender })
    }

    pub(super) async fn deliver(&self, delivery: &Delivery) -> Result<()> {
        let answer = self.sender.deliver(delivery).await;
        anyhow::ensure!(
            answer.is_delivered(),
            "the function did not take a delivery: {}\n{}",
            answer.reason(),
            self.function.log()
        );
        Ok(())
    }
}
