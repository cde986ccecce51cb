//! A database server that a test may crash: `scratch` of `scripts/database`.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, ensure};
use firefly_storage::{DatabaseUrl, Role, migrate, set_role_password};
use firefly_tests::test_database::connect;
use tokio::process::Command;
use tokio_postgres::Client;
use url::Url;

const INGEST_PASSWORD: &str = "scratch-ingest";

/// The server, new and empty but for the schema. One test at a time has it, over all processes of this machine.
pub struct ScratchServer {
    url: Url,
    _turn: File,
}

impl ScratchServer {
    pub async fn start() -> anyhow::Result<Self> {
        let turn = tokio::task::spawn_blocking(|| {
            let file = File::create(std::env::temp_dir().join("firefly-scratch-server.lock"))?;
            file.lock()?;
            anyhow::Ok(file)
        });
        let turn = turn.await??;
        scripts_database(&["down", "scratch"]).await?;
        let url = Url::parse(scripts_database(&["up", "scratch"]).await?.trim())?;
        let server = Self { url, _turn: turn };
        let url = DatabaseUrl::parse(server.url.as_str())?;
        migrate(&url).await?;
        set_role_password(&url, Role::Ingest, INGEST_PASSWORD).await?;
        Ok(server)
    }

    /// Ends it as a crash of the machine would.
    pub async fn crash(&self) {
        scripts_database(&["stop", "scratch", "immediate"]).await.unwrap();
    }

    /// Starts it again after a crash.
    pub async fn restart(&self) {
        scripts_database(&["start", "scratch"]).await.unwrap();
    }

    pub async fn owner(&self) -> Client {
        connect(&self.url).await.unwrap()
    }

    pub fn ingest_url(&self) -> Url {
        let mut url = self.url.clone();
        url.set_username("firefly_ingest").unwrap();
        url.set_password(Some(INGEST_PASSWORD)).unwrap();
        url
    }

    pub async fn remove(self) {
        scripts_database(&["down", "scratch"]).await.unwrap();
    }
}

async fn scripts_database(arguments: &[&str]) -> anyhow::Result<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/database");
    let output = Command::new(&script).args(arguments).output().await.context("scripts/database")?;
    let problem = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "scripts/database {}: {problem}", arguments.join(" "));
    Ok(String::from_utf8(output.stdout)?)
}
