//! VictoriaMetrics, single node, as another taker of the same deliveries.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use super::proc;
use crate::firehose_sender::{Delivery, Sender};

const START_LIMIT: Duration = Duration::from_secs(20);

/// A running server. It may run as another user than this program, so that what is done to it goes through the same
/// command that started it.
pub(super) struct VictoriaMetrics {
    runner: Vec<String>,
    folder: String,
    child: Child,
    pid: u32,
    url: String,
    sender: Sender,
}

impl VictoriaMetrics {
    /// Starts it with an empty folder, on loopback only. `command` ends with the program.
    pub(super) async fn start(command: &[String]) -> Result<Self> {
        let (program, runner) = command.split_last().context("an empty command for VictoriaMetrics")?;
        let address = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?.local_addr()?;
        let folder = format!("/tmp/firefly-bench-{}", std::process::id());
        // The shell becomes the program: its pid is the one to measure, whatever the command wraps around it.
        let mut child = run(runner, &["sh", "-c", r#"echo $$; exec "$@""#, "sh", program])
            .arg(format!("-httpListenAddr={address}"))
            .arg(format!("-storageDataPath={folder}"))
            .args(["-memory.allowedBytes=512MB", "-retentionPeriod=1y", "-loggerLevel=FATAL"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        let stdout = child.stdout.take().context("no standard output")?;
        let pid = BufReader::new(stdout).lines().next_line().await?.context("no pid of VictoriaMetrics")?;
        let url = format!("http://{address}");
        let sender = Sender::new(format!("{url}/opentelemetry/v1/metrics"))?.gzip(true);
        let server = Self { runner: runner.to_vec(), folder, child, pid: pid.parse()?, url, sender };
        let deadline = Instant::now() + START_LIMIT;
        while server.get("/health").await.is_err() {
            anyhow::ensure!(Instant::now() < deadline, "VictoriaMetrics does not answer");
            sleep(Duration::from_millis(50)).await;
        }
        Ok(server)
    }

    pub(super) async fn deliver(&self, delivery: &Delivery) -> Result<()> {
        let answer = self.sender.deliver(delivery).await;
        anyhow::ensure!(answer.status() == Some(200), "VictoriaMetrics answered {answer:?}");
        Ok(())
    }

    pub(super) fn cpu_seconds(&self) -> Result<f64> {
        proc::cpu_seconds(self.pid)
    }

    /// Ends it, and says how many samples it had stored.
    pub(super) async fn stop(mut self) -> Result<f64> {
        self.get("/internal/force_flush").await?;
        let stored = self.get("/api/v1/query?query=count({__name__!=''})").await?;
        let rows = self.get("/metrics").await?;
        run(&self.runner, &["sh", "-c", &format!("kill {}", self.pid)]).status().await?;
        self.child.wait().await?;
        run(&self.runner, &["rm", "-rf", &self.folder]).status().await?;
        let rows = rows.lines().filter_map(|line| line.strip_prefix("vm_rows{")).filter_map(|line| {
            line.starts_with(r#"type="storage/"#)
                .then(|| line.rsplit(' ').next()?.parse::<f64>().ok())
                .flatten()
        });
        let rows: f64 = rows.sum();
        anyhow::ensure!(rows > 0.0, "VictoriaMetrics stored nothing: {stored}");
        Ok(rows)
    }

    async fn get(&self, path: &str) -> Result<String> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        Ok(client.get(format!("{}{path}", self.url)).send().await?.error_for_status()?.text().await?)
    }
}

/// A command through the runner, that is as the user and in the root of the server.
fn run(runner: &[String], words: &[&str]) -> Command {
    let mut words = runner.iter().map(String::as_str).chain(words.iter().copied());
    let mut command = Command::new(words.next().unwrap_or("true"));
    command.args(words).kill_on_drop(true);
    command
}
