//! The real function behind the local host, on a database of its own.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::firehose_sender::{Delivery, Sender};
use crate::host::{Function, Host};
use crate::test_database::TestDatabase;

const NAME: &str = "firehose";

/// A function and who sends to it.
pub(super) struct Firehose {
    host: Host,
    sender: Sender,
}

impl Firehose {
    /// Opens the function's URL. The first delivery starts the process.
    pub(super) async fn start(database: &TestDatabase) -> Result<Self> {
        let function = Function::new(NAME, binary()?)
            .env("DATABASE_URL", database.ingest_url())
            .env("FIREFLY_INGEST_OPEN", "true");
        let host = Host::builder().function(function).start().await?;
        let sender = Sender::new(host.url(NAME))?.gzip(true);
        Ok(Self { host, sender })
    }

    pub(super) async fn deliver(&self, delivery: &Delivery) -> Result<()> {
        let answer = self.sender.deliver(delivery).await;
        anyhow::ensure!(
            answer.is_delivered(),
            "the function did not take a delivery: {}\n{}",
            answer.reason(),
            self.host.logs(NAME).join("\n")
        );
        Ok(())
    }

    /// The process, once there was a delivery.
    pub(super) fn pid(&self) -> Result<u32> {
        self.host.function_pids(NAME).first().copied().context("no function process")
    }

    pub(super) async fn stop(self) {
        self.host.shutdown().await;
    }
}

/// The function as it was built beside this program.
pub(super) fn binary() -> Result<PathBuf> {
    let binary = std::env::current_exe()?.with_file_name("firefly-firehose");
    anyhow::ensure!(binary.is_file(), "build firefly-firehose first, with the same profile");
    Ok(binary)
}
