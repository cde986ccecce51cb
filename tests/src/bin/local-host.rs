//! Runs function binaries behind function URLs on this machine:
//! `local-host --listen 127.0.0.1:9000 --function firehose=target/debug/firefly-firehose --env firehose:KEY=VALUE`.
//!
//! Log lines of the functions go to standard error behind the function's name. Ends them and itself on SIGINT and
//! SIGTERM.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Parser;
use firefly_tests::host::{Function, Host, LogSink};
use tokio::signal::unix::{SignalKind, signal};

/// Runs function binaries behind function URLs on this machine.
#[derive(Debug, Parser)]
struct Arguments {
    /// The loopback address of the function URLs.
    #[arg(long, default_value = "127.0.0.1:9000")]
    listen: SocketAddr,

    /// A function and its binary.
    #[arg(long = "function", value_name = "NAME=BINARY", required = true, value_parser = name_and_binary)]
    functions: Vec<(String, String)>,

    /// An environment variable of one function.
    #[arg(long = "env", value_name = "FUNCTION:KEY=VALUE", value_parser = function_key_value)]
    env: Vec<(String, String, String)>,

    /// The seconds that an invocation may take.
    #[arg(long, default_value_t = 60)]
    timeout: u64,

    /// How many instances of a function may live at once.
    #[arg(long, default_value_t = 10)]
    concurrency: usize,

    /// What the functions are told of their memory, in MB.
    #[arg(long, default_value_t = 256)]
    memory: u32,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let mut builder = Host::builder().listen(arguments.listen);
    for function in functions(&arguments)? {
        builder = builder.function(function);
    }
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let host = builder.start().await?;
    println!("listening on http://{}", host.address());
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    host.shutdown().await;
    Ok(())
}

fn functions(arguments: &Arguments) -> anyhow::Result<Vec<Function>> {
    let mut functions: Vec<Function> = arguments
        .functions
        .iter()
        .map(|(name, binary)| Function {
            timeout: Duration::from_secs(arguments.timeout),
            max_concurrency: arguments.concurrency,
            memory_mb: arguments.memory,
            log: LogSink::Print,
            ..Function::new(name, binary)
        })
        .collect();
    for (name, key, value) in &arguments.env {
        let Some(function) = functions.iter_mut().find(|function| function.name == *name) else {
            bail!("--env {name}:{key}=... is for a function that no --function names");
        };
        function.env.push((key.clone(), value.clone()));
    }
    Ok(functions)
}

fn name_and_binary(argument: &str) -> Result<(String, String), String> {
    let (name, binary) = argument.split_once('=').ok_or("expected NAME=BINARY")?;
    Ok((name.into(), binary.into()))
}

fn function_key_value(argument: &str) -> Result<(String, String, String), String> {
    let parts = argument.split_once(':').and_then(|(function, rest)| Some((function, rest.split_once('=')?)));
    let (function, (key, value)) = parts.ok_or("expected FUNCTION:KEY=VALUE")?;
    Ok((function.into(), key.into(), value.into()))
}
