//! The process of an instance: the environment it starts in, and how its end is put in words.
//!
//! Variables: <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>.
//! Nothing of the host's own environment gets through but `PATH`, so a function cannot lean on what Lambda will not
//! give it.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use tokio::process::{Child, Command};

use super::Function;
use super::event::REGION;

/// Starts the binary of a function as the instance named by `log_stream`, which finds its Runtime API at
/// `runtime_api`. The process is killed when the returned value is dropped.
pub(super) fn start(function: &Function, log_stream: &str, runtime_api: SocketAddr) -> io::Result<Child> {
    let task_root = function.binary.parent().unwrap_or(Path::new("/"));
    let name = &function.name;
    let lambda_env = [
        ("AWS_LAMBDA_RUNTIME_API", runtime_api.to_string()),
        ("AWS_LAMBDA_FUNCTION_NAME", name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".into()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", function.memory_mb.to_string()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".into()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{name}")),
        ("AWS_LAMBDA_LOG_STREAM_NAME", log_stream.into()),
        ("AWS_REGION", REGION.into()),
        ("AWS_DEFAULT_REGION", REGION.into()),
        ("_HANDLER", "bootstrap".into()),
        ("LANG", "en_US.UTF-8".into()),
        ("TZ", ":UTC".into()),
    ];
    let mut command = Command::new(&function.binary);
    command
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .envs(lambda_env)
        .env("LAMBDA_TASK_ROOT", task_root)
        .envs(function.env.iter().map(|(key, value)| (key, value)))
        .current_dir(task_root)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command.spawn()
}

/// `exit status: 1`, `signal: 9 (SIGKILL)`, or why that is not known.
pub(super) fn describe_end(status: &io::Result<ExitStatus>) -> String {
    match status {
        Ok(status) => status.to_string(),
        Err(error) => format!("unknown exit status: {error}"),
    }
}
