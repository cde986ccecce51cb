//! A real function behind the local host, as it was built beside this program.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::host::{Function, Host};

/// Function URLs with one function behind them.
pub(super) struct Running {
    name: &'static str,
    host: Host,
}

impl Running {
    /// Opens the URL of a function, given by its name without `firefly-`. The first request starts the process.
    pub(super) async fn start(name: &'static str, environment: &[(&str, &str)]) -> Result<Self> {
        let mut function = Function::new(name, binary(name)?);
        for (key, value) in environment {
            function = function.env(*key, *value);
        }
        Ok(Self { name, host: Host::builder().function(function).start().await? })
    }

    pub(super) fn url(&self) -> String {
        self.host.url(self.name)
    }

    /// The process of its only instance, once there was a request.
    pub(super) fn pid(&self) -> Result<u32> {
        self.pids().first().copied().context("no function process")
    }

    /// The processes of its instances.
    pub(super) fn pids(&self) -> Vec<u32> {
        self.host.function_pids(self.name)
    }

    /// What the function logged last.
    pub(super) fn log(&self) -> String {
        self.host.logs(self.name).join("\n")
    }

    pub(super) async fn stop(self) {
        self.host.shutdown().await;
    }
}

/// The binary of a function, given by its name without `firefly-`.
pub(super) fn binary(name: &str) -> Result<PathBuf> {
    let binary = std::env::current_exe()?.with_file_name(format!("firefly-{name}"));
    anyhow::ensure!(binary.is_file(), "build firefly-{name} first, with the same profile");
    Ok(binary)
}
