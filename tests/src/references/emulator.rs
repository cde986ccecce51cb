//! An emulator of AWS: SQS, SNS, EventBridge and Kinesis, and the delivery from them to functions, which it runs
//! itself.

use std::net::SocketAddr;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Command;

use super::folder::Folder;
use super::server::{Server, free_addresses};

/// A running emulator, which ends with its functions when this is dropped.
#[derive(Debug)]
pub struct Emulator {
    // Before the folder that it writes into.
    server: Server,
    _folder: Folder,
    address: SocketAddr,
}

impl Emulator {
    /// Starts one that has nothing yet. It listens on a loopback address of its own.
    ///
    /// # Errors
    ///
    /// If it has not been made yet, or does not start.
    pub async fn start() -> anyhow::Result<Self> {
        let folder = Folder::create("emulator")?;
        let [address] = free_addresses()?;
        let host = address.ip().to_string();
        let mut command = Command::new(super::path("emulator")?);
        // Its functions have its environment as well.
        command
            .args(["-m", "ministack"])
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .env("BIND_HOST", &host)
            .env("MINISTACK_HOST", &host)
            .env("GATEWAY_PORT", address.port().to_string())
            .env("HOME", folder.path())
            .env("TMPDIR", folder.path())
            .current_dir(folder.path());
        let server = Server::start_command("emulator", command, address).await?;
        Ok(Self { server, _folder: folder, address })
    }

    /// Where it answers the AWS SDKs.
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

impl Drop for Emulator {
    fn drop(&mut self) {
        for child in self.server.pid().into_iter().flat_map(children) {
            // It may have ended by itself.
            kill_process(child, Signal::KILL).ok();
        }
    }
}

/// The processes that a process has started, and that live.
fn children(pid: u32) -> Vec<Pid> {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let lists = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    let ids: Vec<i32> = lists
        .flat_map(|list| list.split_whitespace().map(str::parse).collect::<Vec<_>>())
        .filter_map(Result::ok)
        .collect();
    ids.into_iter().filter_map(Pid::from_raw).collect()
}
