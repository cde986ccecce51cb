//! The layers that a function may have.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use crate::references;

/// What a function's `/opt` holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Nothing.
    None,
    /// The community's layer alone.
    Community,
    /// The community's layer, and Firefly's companion of it.
    Companion,
    /// Firefly's own layer alone.
    Single,
}

impl Layer {
    /// Both ways in which Firefly has it.
    pub const FIREFLY: [Self; 2] = [Self::Companion, Self::Single];

    /// Puts it in a new folder.
    ///
    /// # Returns
    ///
    /// Its wrapper, if it has one.
    pub(super) fn install(self, folder: &Path) -> anyhow::Result<Option<PathBuf>> {
        std::fs::create_dir(folder)?;
        if matches!(self, Self::Community | Self::Companion) {
            for file in ["otel-handler", "init.mjs"] {
                std::fs::copy(super::runtime::clients().join("community").join(file), folder.join(file))?;
            }
            let packages = references::path("community")?.join("node_modules");
            std::os::unix::fs::symlink(packages, folder.join("node_modules"))?;
        }
        let wrapper = match self {
            Self::None => return Ok(None),
            Self::Community => "otel-handler",
            Self::Companion => unpack("companion", folder)?,
            Self::Single => unpack("single", folder)?,
        };
        Ok(Some(folder.join(wrapper)))
    }
}

/// Unpacks what `npm run build` has made, and names its wrapper.
fn unpack(name: &str, folder: &Path) -> anyhow::Result<&'static str> {
    let archive = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../functions/layers/nodejs/dist")
        .join(format!("{name}-layer.zip"));
    anyhow::ensure!(
        archive.is_file(),
        "{} is missing: run `npm ci && npm run build` in functions/layers/nodejs",
        archive.display()
    );
    let status = Command::new("unzip").arg("-q").arg(archive).arg("-d").arg(folder).status();
    anyhow::ensure!(status.context("unzip is missing")?.success(), "the {name} layer cannot be unpacked");
    Ok(if name == "single" { "firefly-single" } else { "firefly-companion" })
}
