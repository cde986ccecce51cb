//! The functions' binaries, as Cargo has built them.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, ensure};

/// The binary of another package. They are built beside the folder in which test executables are.
///
/// # Errors
///
/// If it has not been built yet.
pub fn built_binary(name: &str) -> anyhow::Result<PathBuf> {
    let executable = env::current_exe()?;
    let profile = executable.parent().and_then(|deps| deps.parent()).context("no folder of the profile")?;
    let binary = profile.join(name);
    ensure!(binary.is_file(), "{} is missing: run `cargo build --workspace --bins` first", binary.display());
    Ok(binary)
}
