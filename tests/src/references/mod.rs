//! What Firefly is compared with and talked to by: the real Jaeger and Prometheus, a real OpenTelemetry Collector,
//! promtool, the SDKs of JavaScript and Python, and an emulator of AWS, as `scripts/references` has made them.

mod clients;
mod collector;
mod emulator;
mod folder;
mod jaeger;
mod prometheus;
mod server;

use std::path::{Path, PathBuf};
use std::process::Command;

pub use clients::{Client, ClientOutput};
pub use collector::Collector;
pub use emulator::Emulator;
pub use folder::Folder;
pub use jaeger::Jaeger;
pub use prometheus::{Prometheus, promtool};
pub use server::free_addresses;

/// Where a reference is.
///
/// # Errors
///
/// If it has not been made yet.
pub(crate) fn path(name: &str) -> anyhow::Result<PathBuf> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/references");
    let output = Command::new(script).args(["path", name]).output()?;
    let (path, error) = (String::from_utf8(output.stdout)?, String::from_utf8_lossy(&output.stderr));
    anyhow::ensure!(output.status.success(), "{}", error.trim_end());
    Ok(path.trim_end().into())
}
