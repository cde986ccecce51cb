//! The command `local-host`.

use std::process::Stdio;
use std::time::Duration;

use anyhow::Context;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;

use super::{ECHO_FUNCTION, is_alive};

#[tokio::test]
async fn the_command_serves_until_it_is_told_to_end() -> anyhow::Result<()> {
    for signal in ["-INT", "-TERM"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_local-host"))
            .args(["--listen", "127.0.0.1:0", "--timeout", "5"])
            .args(["--function", &format!("echo={ECHO_FUNCTION}"), "--env", "echo:INGEST_KEY=a=b"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = command.stdout.take().context("no standard output")?;
        let mut stderr = command.stderr.take().context("no standard error")?;
        let first_line = BufReader::new(stdout).lines().next_line().await?.context("no first line")?;
        let base = first_line.strip_prefix("listening on ").context("no address")?;

        let seen = super::json(reqwest::get(format!("{base}/lambda-url/echo/")).await?).await?;
        assert_eq!(seen["function_name"], "echo");
        assert!(seen["environment"].as_array().is_some_and(|names| names.contains(&json!("INGEST_KEY"))));

        let pid = command.id().context("ended by itself")?;
        Command::new("kill").args([signal, &pid.to_string()]).status().await?;
        let status = tokio::time::timeout(Duration::from_secs(10), command.wait()).await??;
        assert!(status.success(), "{signal}: {status}");
        let function_pid = u32::try_from(seen["pid"].as_u64().context("no pid")?)?;
        assert!(!is_alive(function_pid)?, "{signal}: the function outlived the command");
        let mut log = String::new();
        stderr.read_to_string(&mut log).await?;
        assert!(log.contains("echo: ready for events"), "{log}");
    }
    Ok(())
}

#[tokio::test]
async fn wrong_arguments_are_named() -> anyhow::Result<()> {
    for (arguments, part) in [
        (vec!["--function", "echo"], "expected NAME=BINARY"),
        (vec!["--function", "a=b", "--env", "KEY=VALUE"], "expected FUNCTION:KEY=VALUE"),
        (vec!["--function", "a=b", "--env", "c:KEY=VALUE"], "no --function names"),
        (vec!["--function", "a=no-such-binary"], "cannot find the binary no-such-binary"),
        (vec!["--function", "a=b", "--listen", "0.0.0.0:9000"], "loopback addresses only"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_local-host")).args(&arguments).output().await?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && stderr.contains(part), "{arguments:?}: {stderr}");
    }
    Ok(())
}
