//! A reference that serves: its ports, its process and its log.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::time::Instant;

/// What a start may take on a busy machine.
const START: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);

/// Addresses that nobody listens on, all different. They are free when this returns, and stay so: the host of each call
/// is one of the millions that Linux has for loopback, so nobody else asks for a port of it.
///
/// # Errors
///
/// If there is none.
pub fn free_addresses<const N: usize>() -> anyhow::Result<[SocketAddr; N]> {
    static CALLS: AtomicU32 = AtomicU32::new(1);
    let number = std::process::id().wrapping_mul(64).wrapping_add(CALLS.fetch_add(1, Ordering::Relaxed));
    let [_, second, third, fourth] = number.to_be_bytes();
    let host = Ipv4Addr::new(127, second, third, fourth);
    let listeners = [(); N].map(|()| TcpListener::bind((host, 0)));
    let mut addresses = [SocketAddr::from((host, 0)); N];
    for (address, listener) in addresses.iter_mut().zip(listeners) {
        *address = listener?.local_addr()?;
    }
    Ok(addresses)
}

/// A running program, which ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    name: &'static str,
    child: Child,
    log: Arc<Mutex<String>>,
}

impl Server {
    /// Starts a program with a Collector's configuration, and waits until the address answers. The configuration is
    /// given whole: there is no file to remove.
    ///
    /// # Errors
    ///
    /// If it ends, or does not answer within a minute.
    pub async fn start(name: &'static str, configuration: &str, address: SocketAddr) -> anyhow::Result<Self> {
        let configuration = format!("yaml:{configuration}");
        Self::start_with(name, ["--config", &configuration], address).await
    }

    /// Starts a program with these arguments, and waits until the address answers.
    ///
    /// # Errors
    ///
    /// If it ends, or does not answer within a minute.
    pub async fn start_with(
        name: &'static str,
        arguments: impl IntoIterator<Item = &str>,
        address: SocketAddr,
    ) -> anyhow::Result<Self> {
        let mut command = Command::new(super::path(name)?);
        command.args(arguments);
        Self::start_command(name, command, address).await
    }

    /// Starts a command, and waits until the address answers.
    ///
    /// # Errors
    ///
    /// If it ends, or does not answer within a minute.
    pub async fn start_command(
        name: &'static str,
        mut command: Command,
        address: SocketAddr,
    ) -> anyhow::Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let log = Arc::new(Mutex::new(String::new()));
        keep_log(child.stdout.take().context("no standard output")?, &log);
        keep_log(child.stderr.take().context("no standard error")?, &log);
        let mut server = Self { name, child, log };
        server.wait_for(address).await?;
        Ok(server)
    }

    async fn wait_for(&mut self, address: SocketAddr) -> anyhow::Result<()> {
        let deadline = Instant::now() + START;
        while tokio::net::TcpStream::connect(address).await.is_err() {
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended with {status}:\n{}", self.name, self.log());
            }
            if Instant::now() > deadline {
                bail!("{} does not answer at {address}:\n{}", self.name, self.log());
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    }

    /// Its process id, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// What it has written so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn keep_log(stream: impl AsyncRead + Unpin + Send + 'static, log: &Arc<Mutex<String>>) {
    let log = Arc::clone(log);
    tokio::spawn(async move {
        let mut lines = BufReader::new(stream).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            log.push_str(&line);
            log.push('\n');
        }
    });
}
