//! The local host itself, with `echo-function` behind it.

mod command;
mod instances;
mod requests;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Context;
use firefly_tests::host::{Function, Host};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

const ECHO_FUNCTION: &str = env!("CARGO_BIN_EXE_echo-function");

fn echo() -> Function {
    Function::new("echo", ECHO_FUNCTION)
}

async fn start(function: Function) -> anyhow::Result<Host> {
    Ok(Host::builder().function(function).start().await?)
}

/// A request to the function `echo`, `path` with query.
fn request(host: &Host, method: Method, path: &str) -> RequestBuilder {
    reqwest::Client::new().request(method, format!("{}{path}", host.url("echo")))
}

async fn get(host: &Host, path: &str) -> anyhow::Result<Response> {
    Ok(request(host, Method::GET, path).send().await?)
}

async fn json(response: Response) -> anyhow::Result<Value> {
    let status = response.status();
    let body = response.bytes().await?;
    serde_json::from_slice(&body).with_context(|| format!("{status}: {}", String::from_utf8_lossy(&body)))
}

fn is_alive(pid: u32) -> anyhow::Result<bool> {
    Ok(Command::new("kill").args(["-0", &pid.to_string()]).output()?.status.success())
}

/// Waits until a process is gone that nobody here can wait for.
async fn until_gone(pid: u32) -> anyhow::Result<()> {
    let gone = async {
        while is_alive(pid)? {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.context("the process stays")?
}

#[tokio::test]
async fn unfit_hosts_do_not_start() -> anyhow::Result<()> {
    let started = [
        Host::builder().listen(([0, 0, 0, 0], 0).into()).start().await,
        Host::builder().function(Function::new("a/b", ECHO_FUNCTION)).start().await,
        Host::builder().function(echo()).function(echo()).start().await,
        Host::builder().function(Function::new("echo", Path::new("no-such-binary"))).start().await,
    ];
    let errors = started.map(|host| host.err().map(|error| error.to_string()).unwrap_or_default());
    let expected = ["loopback", "`a/b`", "two functions", "no-such-binary"];
    for (error, part) in errors.iter().zip(expected) {
        assert!(error.contains(part), "{error:?} does not contain {part:?}");
    }
    Ok(())
}
