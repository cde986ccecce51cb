//! The real Prometheus, which takes samples by remote write and scrapes nothing unless told to; and its promtool.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::bail;
use tokio::process::Command;
use tokio::time::Instant;

use super::folder::Folder;
use super::server::{Server, free_addresses};

/// What reading its empty folder may take on a busy machine.
const START: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);

/// Samples may come in any order, of a whole day.
const CONFIGURATION: &str = "
global: {scrape_interval: 1s, scrape_timeout: 1s}
storage: {tsdb: {out_of_order_time_window: 1d}}
";

/// A running Prometheus.
#[derive(Debug)]
pub struct Prometheus {
    // Before the folder that it writes into.
    server: Server,
    _folder: Folder,
    address: SocketAddr,
}

impl Prometheus {
    /// Starts one without samples.
    ///
    /// # Errors
    ///
    /// If it has not been made yet, or does not start.
    pub async fn start() -> anyhow::Result<Self> {
        Self::start_configured("").await
    }

    /// Starts one without samples that scrapes what this address shows at `/metrics`, once a second.
    ///
    /// # Errors
    ///
    /// If it has not been made yet, or does not start.
    pub async fn scraping(target: SocketAddr) -> anyhow::Result<Self> {
        Self::start_configured(&scrape_config(target)).await
    }

    /// As [`Prometheus::scraping`], of one that writes what it finds to others: as these
    /// items of `remote_write`, in YAML, have it.
    ///
    /// # Errors
    ///
    /// If it has not been made yet, or does not start.
    pub async fn writing(target: SocketAddr, remote_writes: &[String]) -> anyhow::Result<Self> {
        let configuration =
            format!("{}remote_write: [{}]\n", scrape_config(target), remote_writes.join(", "));
        Self::start_configured(&configuration).await
    }

    /// Starts one with more of a configuration, in YAML.
    async fn start_configured(more: &str) -> anyhow::Result<Self> {
        let folder = Folder::create("prometheus")?;
        let configuration = folder.path().join("prometheus.yml");
        std::fs::write(&configuration, format!("{CONFIGURATION}{more}"))?;
        let [address] = free_addresses()?;
        let arguments = [
            format!("--config.file={}", configuration.display()),
            format!("--storage.tsdb.path={}", folder.path().join("data").display()),
            format!("--web.listen-address={address}"),
            "--web.enable-remote-write-receiver".to_owned(),
            // A series' name goes last, as Firefly has it.
            "--enable-feature=promql-delayed-name-removal,exemplar-storage".to_owned(),
            "--storage.tsdb.retention.time=100y".to_owned(),
            "--log.level=warn".to_owned(),
        ];
        let server = Server::start_with("prometheus", arguments.iter().map(String::as_str), address).await?;
        let prometheus = Self { server, _folder: folder, address };
        prometheus.wait_until_ready().await?;
        Ok(prometheus)
    }

    async fn wait_until_ready(&self) -> anyhow::Result<()> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let deadline = Instant::now() + START;
        while !client.get(format!("{}/-/ready", self.url())).send().await?.status().is_success() {
            if Instant::now() > deadline {
                bail!("Prometheus is not ready:\n{}", self.log());
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    }

    /// Where it is asked and written to: `/api/v1/query` or `/api/v1/write` follows.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it has written so far.
    #[must_use]
    pub fn log(&self) -> String {
        self.server.log()
    }
}

fn scrape_config(target: SocketAddr) -> String {
    format!("scrape_configs: [{{job_name: scraped, static_configs: [{{targets: ['{target}']}}]}}]\n")
}

/// Runs promtool with these arguments, and gives what it prints.
///
/// # Errors
///
/// If it has not been made yet, or fails: with what it says.
pub async fn promtool(arguments: &[&str]) -> anyhow::Result<String> {
    let program = super::path("promtool")?;
    run(&program, arguments).await
}

async fn run(program: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output =
        Command::new(program).args(arguments).stdin(Stdio::null()).kill_on_drop(true).output().await?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "promtool {arguments:?}: {}\n{error}{printed}", output.status);
    Ok(printed)
}
